using Kafka.Broker.Controller;
using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>CreatePartitions v0 to v3, at the controller: adds to the topic's znode, where the controller sees them.</summary>
sealed class CreatePartitionsHandler(
    MetadataCache metadata, BrokerSession session, KafkaController controller, EntryFailures failures, TimeProvider time)
    : RequestHandler<CreatePartitionsRequest, CreatePartitionsResponse>(
        ApiKey.CreatePartitions, CreatePartitionsRequest.MinVersion, CreatePartitionsRequest.MaxVersion, CreatePartitionsRequest.Read)
{
    protected override async ValueTask<CreatePartitionsResponse?> HandleAsync(
        CreatePartitionsRequest request, RequestContext context, CancellationToken stopping)
    {
        if (!await controller.IsReadyAsync(metadata, stopping).ConfigureAwait(false))
        {
            return new CreatePartitionsResponse
            {
                Results = [.. request.Topics.Select(topic => Result(topic.Name, ErrorCode.NotController, null))],
            };
        }

        var started = time.GetTimestamp();
        var deleting = await controller.TopicsBeingDeletedAsync().ConfigureAwait(false);
        var results = new List<CreatePartitionsResponse.CreatePartitionsTopicResult>();
        var counts = new Dictionary<string, int>();
        foreach (var group in request.Topics.GroupBy(topic => topic.Name))
        {
            try
            {
                var topic = group.Count() > 1 ? throw new AdminException(ErrorCode.InvalidRequest, "Duplicate topic in request.")
                    : deleting.Contains(group.Key) ? throw new AdminException(ErrorCode.InvalidTopic, "The topic is queued for deletion.")
                    : group.First();
                await AddAsync(topic, request.ValidateOnly, stopping).ConfigureAwait(false);
                results.Add(Result(topic.Name, ErrorCode.None, null));
                counts[topic.Name] = topic.Count;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                var failure = failures.Of(e, Key, group.Key);
                results.Add(Result(group.Key, failure.Code, failure.Message));
            }
        }

        if (!request.ValidateOnly && counts.Count > 0)
        {
            bool Done(Metadata.MetadataImage image, string name) => image.Topics.TryGetValue(name, out var topic)
                && topic.Partitions.Count >= counts[name] && topic.Partitions.Values.All(partition => partition.Leader >= 0);
            var left = TimeSpan.FromMilliseconds(request.TimeoutMs) - time.GetElapsedTime(started);
            await metadata.WaitAsync(
                image => counts.Keys.All(name => Done(image, name)),
                left > TimeSpan.Zero ? left : TimeSpan.Zero,
                time,
                stopping).ConfigureAwait(false);
            var grown = results.Where(result => (ErrorCode)result.ErrorCode == ErrorCode.None);
            foreach (var late in grown.Where(result => !Done(metadata.Current, result.Name)))
            {
                late.ErrorCode = (short)ErrorCode.RequestTimedOut;
            }
        }

        return new CreatePartitionsResponse { Results = results };
    }

    static CreatePartitionsResponse.CreatePartitionsTopicResult Result(string name, ErrorCode code, string? message) =>
        new() { Name = name, ErrorCode = (short)code, ErrorMessage = message };

    async Task AddAsync(CreatePartitionsRequest.CreatePartitionsTopic topic, bool validateOnly, CancellationToken stopping)
    {
        while (true)
        {
            var zooKeeper = session.ZooKeeper;
            var node = TopicName.Problem(topic.Name) is not null
                ? null
                : await zooKeeper.GetAsync(ZkPaths.Topic(topic.Name), null, stopping).ConfigureAwait(false);
            if (node is null || TopicZNode.Decode(node.Data) is not { } existing)
            {
                throw new AdminException(ErrorCode.UnknownTopicOrPartition, $"The topic '{topic.Name}' does not exist.");
            }

            var all = existing.Partitions.Concat(Plan(topic, existing)).ToDictionary(pair => pair.Key, pair => pair.Value);
            TopicSize.Check(all);
            if (validateOnly)
            {
                return;
            }

            try
            {
                var grown = existing with { Partitions = all };
                await zooKeeper.SetAsync(ZkPaths.Topic(topic.Name), grown.Encode(), node.Stat.Version, stopping).ConfigureAwait(false);
                return;
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.BadVersion)
            {
                // the assignment changed meanwhile: plan again
            }
        }
    }

    IReadOnlyDictionary<int, ReplicaAssignment> Plan(CreatePartitionsRequest.CreatePartitionsTopic topic, TopicZNode existing)
    {
        if (existing.Partitions.Values.Any(assignment => assignment.IsBeingReassigned))
        {
            throw new AdminException(
                ErrorCode.ReassignmentInProgress, $"A partition reassignment is in progress for the topic '{topic.Name}'.");
        }

        var count = existing.Partitions.Count;
        var more = topic.Count - count;
        if (more <= 0)
        {
            throw new AdminException(ErrorCode.InvalidPartitions, more < 0
                ? $"Topic currently has {count} partitions, which is higher than the requested {topic.Count}."
                : $"Topic already has {count} partitions.");
        }

        if (TopicName.PartitionsProblem(topic.Count) is { } tooMany)
        {
            throw new AdminException(ErrorCode.InvalidPartitions, tooMany);
        }

        var brokers = metadata.Current.RacksForPlacement();
        var first = existing.Partitions[0].Replicas;
        if (topic.Assignments is { } given)
        {
            var assignments = given.Select(assignment => (IReadOnlyList<int>)assignment.BrokerIds);
            return Given([.. assignments], more, count, first.Count, [.. brokers.Select(node => node.Id)]);
        }

        if (first.Count > brokers.Count)
        {
            throw new AdminException(
                ErrorCode.InvalidReplicationFactor,
                $"Replication factor: {first.Count} larger than available brokers: {brokers.Count}.");
        }

        // goes on where the first partition's placement began, as Kafka does
        var start = Math.Max(0, brokers.ToList().FindIndex(node => node.Id >= first[0]));
        return Numbered(ReplicaPlacement.Assign(brokers, more, first.Count, start, start, count), count);
    }

    static IReadOnlyDictionary<int, ReplicaAssignment> Given(
        IReadOnlyList<IReadOnlyList<int>> given, int more, int count, int factor, IReadOnlyList<int> brokers)
    {
        static AdminException Refuse(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
        if (given.SelectMany(replicas => replicas).Except(brokers).ToList() is { Count: > 0 } unknown)
        {
            throw Refuse($"Unknown broker(s) in replica assignment: {string.Join(", ", unknown)}.");
        }

        if (given.Count != more)
        {
            throw Refuse($"Increasing the number of partitions by {more} but {given.Count} assignments provided.");
        }

        for (var i = 0; i < given.Count; i++)
        {
            if (given[i].Count == 0)
            {
                throw Refuse($"Cannot have replication factor of 0 for partition id {count + i}.");
            }

            if (given[i].Distinct().Count() != given[i].Count)
            {
                throw Refuse(
                    $"Duplicate brokers not allowed in replica assignment: {string.Join(", ", given[i])} for partition id {count + i}.");
            }
        }

        var wrong = given
            .Select((replicas, index) => (Partition: count + index, replicas.Count))
            .Where(item => item.Count != factor).ToList();
        return wrong.Count == 0
            ? Numbered(given, count)
            : throw Refuse($"Inconsistent replication factor between partitions, partition 0 has {factor} while partitions "
                + $"[{string.Join(", ", wrong.Select(item => item.Partition))}] have replication factors "
                + $"[{string.Join(", ", wrong.Select(item => item.Count))}], respectively.");
    }

    static Dictionary<int, ReplicaAssignment> Numbered(IReadOnlyList<IReadOnlyList<int>> replicas, int first) =>
        replicas.Index().ToDictionary(item => first + item.Index, item => new ReplicaAssignment(item.Item));
}

using Kafka.Broker.Configs;
using Kafka.Broker.Configuration;
using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>A topic as it will be created.</summary>
sealed record PlannedTopic(
    string Name,
    IReadOnlyDictionary<int, ReplicaAssignment> Assignment,
    IReadOnlyDictionary<string, string> Configs,
    IReadOnlyList<DescribedConfig> Effective);

/// <summary>
/// Checks a CreateTopics entry as Kafka's controller does and writes it into ZooKeeper; the controller sees it there. Stateless.
/// </summary>
sealed class TopicCreation(BrokerConfig config, MetadataCache metadata, BrokerSession session, ConfigStore configs)
{
    /// <summary>Throws <see cref="AdminException"/> with Kafka's refusal.</summary>
    public async Task<PlannedTopic> PlanAsync(CreateTopicsRequest.CreatableTopic topic, CancellationToken cancellationToken)
    {
        var image = metadata.Current;
        if (image.Exists(topic.Name))
        {
            throw new AdminException(ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
        }

        if (topic.Configs.Where(config => config.Value is null).Select(config => config.Name).ToList() is { Count: > 0 } nulls)
        {
            throw new AdminException(ErrorCode.InvalidConfig, $"Null value not supported for topic configs: {string.Join(",", nulls)}");
        }

        if ((topic.NumPartitions != -1 || topic.ReplicationFactor != -1) && topic.Assignments.Count > 0)
        {
            throw new AdminException(
                ErrorCode.InvalidRequest,
                "Both numPartitions or replicationFactor and replicasAssignments were set. Both cannot be used at the same time.");
        }

        var count = topic.Assignments.Count > 0 ? topic.Assignments.Count : topic.NumPartitions;
        if (TopicName.PartitionsProblem(count) is { } tooMany)
        {
            throw new AdminException(ErrorCode.InvalidPartitions, tooMany);
        }

        var assignment = topic.Assignments.Count > 0 ? Given(topic) : Place(topic, image);
        await CheckNameAsync(topic.Name, image, cancellationToken).ConfigureAwait(false);
        CheckAssignment(assignment);
        TopicSize.Check(assignment);
        // of a key that comes twice the last value, as Kafka has it
        var configs = topic.Configs.GroupBy(config => config.Name).ToDictionary(same => same.Key, same => same.Last().Value!);
        var values = new TopicConfigValues(config.Values, configs);
        return values.Check() is { } problem
            ? throw new AdminException(ErrorCode.InvalidConfig, problem)
            : new PlannedTopic(topic.Name, assignment, configs, [.. values.Describe()]);
    }

    /// <summary>Overrides first, then the topic: from then on the controller knows it. The new topic's id.</summary>
    public async Task<Guid> WriteAsync(PlannedTopic topic, CancellationToken cancellationToken)
    {
        var id = KafkaUuid.Random();
        await configs.CreateTopicAsync(topic.Name, topic.Configs, cancellationToken).ConfigureAwait(false);
        try
        {
            await session.ZooKeeper.CreateAsync(
                ZkPaths.Topic(topic.Name),
                new TopicZNode(id, topic.Assignment).Encode(),
                CreateMode.Persistent,
                cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NodeExists)
        {
            throw new AdminException(ErrorCode.TopicAlreadyExists, $"Topic '{topic.Name}' already exists.");
        }

        return id;
    }

    static IReadOnlyDictionary<int, ReplicaAssignment> Given(CreateTopicsRequest.CreatableTopic topic)
    {
        var assignment = new Dictionary<int, ReplicaAssignment>();
        foreach (var partition in topic.Assignments)
        {
            assignment[partition.PartitionIndex] = new ReplicaAssignment(partition.BrokerIds);
        }

        return assignment;
    }

    IReadOnlyDictionary<int, ReplicaAssignment> Place(CreateTopicsRequest.CreatableTopic topic, MetadataImage image)
    {
        var partitions = topic.NumPartitions == -1 ? config.NumPartitions : topic.NumPartitions;
        var factor = topic.ReplicationFactor == -1 ? config.DefaultReplicationFactor : topic.ReplicationFactor;
        return partitions <= 0 ? throw new AdminException(ErrorCode.InvalidPartitions, "Number of partitions must be larger than 0.")
            : factor <= 0 ? throw new AdminException(ErrorCode.InvalidReplicationFactor, "Replication factor must be larger than 0.")
            : factor > image.Brokers.Count
                ? throw new AdminException(
                    ErrorCode.InvalidReplicationFactor,
                    $"Replication factor: {factor} larger than available brokers: {image.Brokers.Count}.")
            : ReplicaPlacement.Assign(image.RacksForPlacement(), partitions, factor).Index()
                .ToDictionary(item => item.Index, item => new ReplicaAssignment(item.Item));
    }

    async Task CheckNameAsync(string name, MetadataImage image, CancellationToken cancellationToken)
    {
        if (TopicName.Problem(name) is { } problem)
        {
            throw new AdminException(ErrorCode.InvalidTopic, problem);
        }

        var zooKeeper = session.ZooKeeper;
        if (await zooKeeper.ExistsAsync(ZkPaths.DeleteTopic(name), null, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new AdminException(ErrorCode.TopicAlreadyExists, $"Topic '{name}' is marked for deletion.");
        }

        if (await zooKeeper.ExistsAsync(ZkPaths.Topic(name), null, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new AdminException(ErrorCode.TopicAlreadyExists, $"Topic '{name}' already exists.");
        }

        var colliding = name.AsSpan().ContainsAny('.', '_')
            ? image.Topics.Keys.Where(other => TopicName.Collide(name, other)).ToList()
            : [];
        if (colliding.Count > 0)
        {
            throw new AdminException(
                ErrorCode.InvalidTopic, $"Topic '{name}' collides with existing topics: {string.Join(", ", colliding)}");
        }
    }

    static void CheckAssignment(IReadOnlyDictionary<int, ReplicaAssignment> assignment)
    {
        static AdminException Refuse(string message) => new(ErrorCode.InvalidReplicaAssignment, message);
        if (assignment.Values.Select(replicas => replicas.Replicas.Count).Distinct().Count() != 1)
        {
            throw Refuse("All partitions should have the same number of replicas");
        }

        foreach (var (partition, replicas) in assignment)
        {
            // Kafka lets an empty list pass, and has a topic then that never gets a leader
            if (replicas.Replicas.Count == 0)
            {
                throw Refuse($"Cannot have replication factor of 0 for partition id {partition}.");
            }

            if (replicas.Replicas.Distinct().Count() != replicas.Replicas.Count)
            {
                throw Refuse(
                    $"Duplicate replica assignment found: HashMap({partition} -> ArrayBuffer({string.Join(", ", replicas.Replicas)}))");
            }
        }

        if (assignment.Keys.Min() != 0 || assignment.Keys.Max() != assignment.Count - 1)
        {
            throw Refuse("partitions should be a consecutive 0-based integer sequence");
        }
    }
}

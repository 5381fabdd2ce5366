using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Commands;

/// <summary>
/// CreateTopics. The plan places the replicas by Kafka's rule and Kafka checks it (validate only); what was shown is what is sent.
/// </summary>
static class TopicCreationPlanner
{
    public static async Task<CreateTopicPlan> PlanAsync(
        CreateTopic command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time, CancellationToken cancellationToken)
    {
        var (configs, faults) = ConfigUnits.Read(command.Configs);
        var placement = Place(command, snapshot);
        var planned = command with { Configs = configs, Assignment = placement.Count == 0 ? null : placement.ToImmutableDictionary() };
        var notes = PlacementNotes(command, placement, snapshot);
        if (faults.Length > 0)
        {
            return new CreateTopicPlan(planned, placement) { Refusals = faults, Notes = [.. notes], AsOf = time.GetUtcNow() };
        }

        BrokerAnswer<CreatedTopic> answer;
        try
        {
            // with the placement, so that Kafka judges what will be sent
            answer = await AskAsync(planned, validateOnly: true, kafka(), cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            answer = new BrokerAnswer<CreatedTopic>(e);
        }

        if (answer.Error?.Code is ErrorCode.InvalidPartitions or ErrorCode.PolicyViolation)
        {
            // of a hundred thousand partitions that cannot be, nobody needs the replicas
            (planned, placement) = (planned with { Assignment = command.Assignment }, placement.Clear());
        }

        return new CreateTopicPlan(planned, placement)
        {
            Refusals = answer.Succeeded ? [] : [Refusal.Of(answer.Error, command.Name)],
            Notes = [.. notes, .. MinIsrNotes(planned, placement, answer)],
            AsOf = time.GetUtcNow(),
        };
    }

    public static Sending Prepare(CreateTopic command, ClusterSnapshot snapshot, KafkaCluster kafka) =>
        Prepare(command, snapshot.Topics.Value?.Find(command.Name), kafka);

    /// <param name="before">A topic of this name that was there already, and does not stand for the new one.</param>
    public static Sending Prepare(CreateTopic command, TopicInfo? before, KafkaCluster kafka)
    {
        var (configs, faults) = ConfigUnits.Read(command.Configs);
        if (faults.Length > 0)
        {
            throw new KafkaException(ErrorCode.InvalidConfig, string.Join(' ', faults.Select(fault => fault.Message)));
        }

        command = command with { Configs = configs };
        return new Sending([command.Name], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync()
        {
            var answer = await AskAsync(command, validateOnly: false, kafka, CancellationToken.None).ConfigureAwait(false);
            return new Dictionary<string, KafkaException?> { [command.Name] = answer.Error };
        }

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken) =>
            [await LookAsync(command, before, kafka, cancellationToken).ConfigureAwait(false)];
    }

    static async Task<Sighting> LookAsync(CreateTopic command, TopicInfo? before, KafkaCluster kafka, CancellationToken cancellationToken)
    {
        Sighting seen;
        try
        {
            seen = Look(command, await kafka.MetadataAsync([command.Name], cancellationToken).ConfigureAwait(false), before);
        }
        catch (KafkaException e)
        {
            // a broker that is busy, or has no leaders of it yet: the controller may tell all the same
            seen = Sighting.NotSeen(command.Name, e);
        }

        return seen.Key is nameof(Sighting.TopicMissing) or nameof(Sighting.NotSeen) && before is null
            ? await AskControllerAsync(command, kafka, cancellationToken).ConfigureAwait(false) ?? seen
            : seen;
    }

    /// <summary>
    /// Brokers tell a topic when the controller has told them, which on a busy cluster takes its time; the controller itself knows at once
    /// that the name is taken, and while it does not answer nothing is known.
    /// </summary>
    /// <returns>Null: the name is free, or the controller cannot be asked.</returns>
    static async Task<Sighting?> AskControllerAsync(CreateTopic command, KafkaCluster kafka, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AskAsync(command, validateOnly: true, kafka, cancellationToken).ConfigureAwait(false);
            // validated only: should the name be free after all, nothing is created a second time
            return answer.Error?.Code == ErrorCode.TopicAlreadyExists ? Sighting.TopicTaken(command.Name) : null;
        }
        catch (KafkaException e)
        {
            // silence is not "missing": it may be busy creating the topic
            return e is KafkaTimeoutException ? Sighting.NotSeen(command.Name, e) : null;
        }
    }

    static Sighting Look(CreateTopic command, MetadataResponse metadata, TopicInfo? before)
    {
        var name = command.Name;
        var wanted = command.Assignment?.Count ?? command.Partitions;
        var topic = metadata.Topics.Find(t => t.Name == name);
        if (topic is null || topic.ErrorCode == (short)ErrorCode.UnknownTopicOrPartition)
        {
            return Sighting.TopicMissing(name);
        }

        KafkaException.ThrowIfError(topic.ErrorCode);
        var unled = Unled(command, metadata, topic);
        int[] offline = [.. topic.Partitions.Where(p => p.LeaderId < 0).Select(p => p.PartitionIndex).Concat(unled).Order()];
        var partitions = topic.Partitions.Count + unled.Count;
        return before is not null && (before.Id == Guid.Empty || before.Id == topic.TopicId) ? Sighting.TopicWasThere(name)
            : wanted is { } count && count != partitions ? Sighting.OtherTopic(name, topic.Partitions.Count, count)
            : offline.Length > 0 ? Sighting.TopicWithoutLeader(name, partitions, IdList.Of(offline))
            : Sighting.TopicThere(name, partitions);
    }

    /// <summary>
    /// Partitions that never had a leader, because no broker of theirs is up: with ZooKeeper, metadata does not name them at all.
    /// </summary>
    static List<int> Unled(CreateTopic command, MetadataResponse metadata, MetadataResponse.MetadataResponseTopic topic)
    {
        var named = topic.Partitions.Select(p => p.PartitionIndex).ToHashSet();
        var up = metadata.Brokers.Select(b => b.NodeId).ToHashSet();
        return [.. (command.Assignment ?? []).Where(a => !named.Contains(a.Key) && !a.Value.Any(up.Contains)).Select(a => a.Key)];
    }

    /// <summary>Empty when it cannot be worked out here: Kafka then says what is wrong, or places the replicas itself.</summary>
    static ImmutableSortedDictionary<int, ImmutableArray<int>> Place(CreateTopic command, ClusterSnapshot snapshot)
    {
        if (command.Assignment is { } given)
        {
            return given.ToImmutableSortedDictionary();
        }

        var brokers = Up(snapshot);
        if (command.KafkaPlaces
            || command is not { Partitions: > 0 and <= 100_000 and var partitions, ReplicationFactor: > 0 and var factor }
            || factor > brokers.Count
            || WithoutRack(brokers).Count > 0)
        {
            return ImmutableSortedDictionary<int, ImmutableArray<int>>.Empty;
        }

        var placed = ReplicaPlacement.Assign([.. brokers.Select(b => new BrokerRack(b.Id, b.Rack))], partitions, factor);
        return placed
            .Select((replicas, partition) => (partition, replicas))
            .ToImmutableSortedDictionary(p => p.partition, p => p.replicas.ToImmutableArray());
    }

    static List<BrokerInfo> Up(ClusterSnapshot snapshot) =>
        snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Up).ToList() ?? [];

    /// <summary>
    /// While others have one: Kafka's rule then has no answer. With ZooKeeper Kafka refuses to place at all, in KRaft mode those without
    /// count as a rack of their own.
    /// </summary>
    static List<int> WithoutRack(List<BrokerInfo> brokers) =>
        brokers.TrueForAll(b => b.Rack is null) ? [] : [.. brokers.Where(b => b.Rack is null).Select(b => b.Id)];

    internal static async Task<BrokerAnswer<CreatedTopic>> AskAsync(
        CreateTopic command, bool validateOnly, KafkaCluster kafka, CancellationToken cancellationToken)
    {
        var topic = new NewTopic(
            command.Name,
            command.Partitions ?? -1,
            (short)(command.ReplicationFactor ?? -1),
            command.Assignment?.ToImmutableSortedDictionary(a => a.Key, IReadOnlyList<int> (a) => a.Value),
            command.Configs.ToDictionary(c => c.Key, string? (c) => c.Value));
        return (await kafka.CreateTopicsAsync([topic], validateOnly, cancellationToken).ConfigureAwait(false))[command.Name];
    }

    static IEnumerable<PlanNote> PlacementNotes(
        CreateTopic command, ImmutableSortedDictionary<int, ImmutableArray<int>> placement, ClusterSnapshot snapshot)
    {
        if (placement.Count > 0 && placement.Values.All(replicas => replicas.Length == 1))
        {
            yield return new PlanNote(Severity.Warning, "SingleCopy", []);
        }

        if (command.Assignment is null && WithoutRack(Up(snapshot)) is { Count: > 0 } without)
        {
            yield return new PlanNote(Severity.Warning, "RacksOnSome", [IdList.Of(without)]);
        }

        // Kafka with ZooKeeper takes any broker id
        if (snapshot.Brokers.Value is { } known
            && placement.Values.SelectMany(r => r).Distinct().Where(b => known.Find(b) is null).Order().ToList() is { Count: > 0 } unknown)
        {
            yield return new PlanNote(Severity.Bad, "UnknownBrokers", [IdList.Of(unknown)]);
        }

        if (snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Down).Select(b => b.Id).ToList() is { Count: > 0 } down)
        {
            yield return new PlanNote(Severity.Warning, "BrokersDown", [IdList.Of(down)]);
        }
    }

    /// <summary>
    /// min.insync.replicas as it would be in force: the topic's own, or the brokers' as Kafka answers it to the validation.
    /// </summary>
    static IEnumerable<PlanNote> MinIsrNotes(
        CreateTopic command, ImmutableSortedDictionary<int, ImmutableArray<int>> placement, BrokerAnswer<CreatedTopic> answer)
    {
        const string key = "min.insync.replicas";
        var text = command.Configs.GetValueOrDefault(key) ?? answer.Value?.Configs.GetValueOrDefault(key);
        int? copies = placement.Count > 0
            ? placement.Values.Min(r => r.Length)
            : command.ReplicationFactor ?? answer.Value?.ReplicationFactor;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum) && copies is { } factor
            ? MinIsrNote.Of(minimum, factor)
            : [];
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <param name="Count">How many partitions the topic shall have.</param>
/// <param name="Assignment">Replicas of the new partitions, by number; null: Kafka places them.</param>
public sealed record AddPartitions(string Topic, int Count, ImmutableDictionary<int, ImmutableArray<int>>? Assignment) : ClusterCommand
{
    public override Permission Needs(string cluster) => new(AccessKind.Topics, AccessAction.Alter, cluster, Topic);
}

/// <param name="Before">How many partitions there are; null: the topic is not known.</param>
/// <param name="Placement">
/// Replicas of the new partitions, by Kafka's rule, going on where the first partition's placement began; the plan's command has them as
/// its assignment, so that the topic gets what was shown. Empty where that rule has no answer, and where Kafka refuses it.
/// </param>
public sealed record AddPartitionsPlan(
    AddPartitions Command, int? Before, ImmutableSortedDictionary<int, ImmutableArray<int>> Placement) : CommandPlan;

/// <summary>CreatePartitions (KIP-195), checked by Kafka (validate only).</summary>
static class PartitionAdditionPlanner
{
    /// <summary>More than Kafka takes in one request; the placement of more is not worked out.</summary>
    const int Most = 100_000;

    /// <summary>In a refusal.</summary>
    const int MostNamed = 10;

    public static async Task<AddPartitionsPlan> PlanAsync(
        AddPartitions command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time, CancellationToken cancellationToken)
    {
        var topic = snapshot.Topics.Value?.Find(command.Topic);
        var placement = Place(command, topic, snapshot);
        var planned = placement.Count == 0 ? command : command with { Assignment = placement.ToImmutableDictionary() };
        KafkaException? refused;
        try
        {
            refused = await AskAsync(kafka(), planned, validateOnly: true, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            refused = e;
        }

        if (refused is not null)
        {
            // of a hundred thousand partitions that cannot be, nobody needs the replicas
            (planned, placement) = (command with { Assignment = null }, placement.Clear());
        }

        return new AddPartitionsPlan(planned, topic?.Partitions.Length, placement)
        {
            Refusals = refused is null ? [] : [Refusal.Of(refused, command.Topic)],
            Notes = topic is null ? [] : [.. Notes(topic, snapshot)],
            AsOf = time.GetUtcNow(),
        };
    }

    public static Sending Prepare(AddPartitions command, KafkaCluster kafka)
    {
        return new Sending([command.Topic], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() => new Dictionary<string, KafkaException?>
        {
            [command.Topic] = await AskAsync(kafka, command, validateOnly: false, CancellationToken.None).ConfigureAwait(false),
        };

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var metadata = await kafka.MetadataAsync([command.Topic], cancellationToken).ConfigureAwait(false);
            var topic = metadata.Topics.Find(t => t.Name == command.Topic);
            KafkaException.ThrowIfError(topic?.ErrorCode ?? (short)ErrorCode.UnknownTopicOrPartition);
            var count = topic!.Partitions.Count;
            return [count >= command.Count
                ? Sighting.PartitionsThere(command.Topic, count)
                : Sighting.PartitionsMissing(command.Topic, count)];
        }
    }

    /// <summary>
    /// The given replicas must be of the partitions that follow those there are: Kafka takes them as a list without numbers.
    /// </summary>
    static Task<KafkaException?> AskAsync(KafkaCluster kafka, AddPartitions command, bool validateOnly, CancellationToken cancellationToken)
    {
        var first = command.Count - (command.Assignment?.Count ?? 0);
        var list = command.Assignment?.OrderBy(a => a.Key).ToList();
        return list?.Index().Any(one => one.Item.Key != first + one.Index) == true
            ? Task.FromResult<KafkaException?>(new KafkaException(
                ErrorCode.InvalidReplicaAssignment,
                $"The assignment names {string.Join(", ", list.Take(MostNamed).Select(one => one.Key))}"
                + $"{(list.Count > MostNamed ? " …" : "")}; it has to name each new partition, from the first that is not there yet "
                + $"to {command.Count - 1} for a count of {command.Count}."))
            : kafka.CreatePartitionsAsync(
                command.Topic, command.Count, validateOnly, cancellationToken, list?.ConvertAll(IReadOnlyList<int> (a) => a.Value));
    }

    static ImmutableSortedDictionary<int, ImmutableArray<int>> Place(AddPartitions command, TopicInfo? topic, ClusterSnapshot snapshot)
    {
        var none = ImmutableSortedDictionary<int, ImmutableArray<int>>.Empty;
        if (command.Assignment is { } given)
        {
            return given.ToImmutableSortedDictionary();
        }

        var brokers = (snapshot.Brokers.Value?.Brokers ?? []).Where(b => b.State == BrokerState.Up).OrderBy(b => b.Id).ToList();
        var count = topic?.Partitions.Length ?? 0;
        if (topic is null || command.Count <= count || command.Count - count > Most || topic.ReplicationFactor is 0
            || topic.ReplicationFactor > brokers.Count || brokers.Select(b => b.Rack is null).Distinct().Count() != 1)
        {
            return none;
        }

        var start = Math.Max(0, brokers.FindIndex(b => b.Id >= topic.Partitions[0].PreferredLeader));
        var placed = ReplicaPlacement.Assign(
            [.. brokers.Select(b => new BrokerRack(b.Id, b.Rack))], command.Count - count, topic.ReplicationFactor, start, start, count);
        return placed.Index().ToImmutableSortedDictionary(one => count + one.Index, one => one.Item.ToImmutableArray());
    }

    static IEnumerable<PlanNote> Notes(TopicInfo topic, ClusterSnapshot snapshot)
    {
        var policy = snapshot.TopicConfigs.Value?.Of(topic.Name).FirstOrDefault(c => c.Name == "cleanup.policy")?.Value;
        yield return topic.IsInternal ? new PlanNote(Severity.Bad, "InternalGrows", [topic.Name])
            : policy?.Contains("compact", StringComparison.Ordinal) == true ? new PlanNote(Severity.Bad, "CompactedKeysMove", [])
            : new PlanNote(Severity.Warning, "KeysMove", []);
        if (topic.ReplicationFactor == 1)
        {
            yield return new PlanNote(Severity.Warning, "SingleCopy", []);
        }

        var down = snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Down).Select(b => b.Id).ToList();
        if (down is { Count: > 0 })
        {
            yield return new PlanNote(Severity.Warning, "BrokersDown", [IdList.Of(down)]);
        }
    }

    internal static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

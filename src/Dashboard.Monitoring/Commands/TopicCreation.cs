using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>CreateTopics. The plan places the replicas with Kafka's algorithm and Kafka checks it (validate only); what was shown is what is sent.</summary>
static class TopicCreation
{
    public static async Task<CreateTopicPlan> PlanAsync(CreateTopic command, ClusterSnapshot snapshot, Func<KafkaCluster> kafka, TimeProvider time, CancellationToken cancellation)
    {
        var placement = Place(command, snapshot);
        var fixedCommand = placement.Count == 0 ? command : command with { Assignment = placement.ToImmutableDictionary() };
        ImmutableArray<Refusal> refusals;
        try
        {
            refusals = await SendAsync(fixedCommand, validateOnly: true, kafka(), cancellation).ConfigureAwait(false) is { } refused ? [refused] : [];
        }
        catch (KafkaException e)
        {
            refusals = [Refusal.Of(e, command.Name)];
        }

        return new CreateTopicPlan(fixedCommand, placement) { Refusals = refusals, Notes = [.. Notes(placement, snapshot)], AsOf = time.GetUtcNow() };
    }

    public static async Task<(int Done, List<Refusal> Refusals)> RunAsync(CreateTopic command, KafkaCluster kafka, CancellationToken cancellation) =>
        await SendAsync(command, validateOnly: false, kafka, cancellation).ConfigureAwait(false) is { } refused ? (0, [refused]) : (1, []);

    /// <summary>Empty when it cannot be worked out here: Kafka then says what is wrong.</summary>
    static ImmutableSortedDictionary<int, ImmutableArray<int>> Place(CreateTopic command, ClusterSnapshot snapshot)
    {
        if (command.Assignment is { } given)
        {
            return given.ToImmutableSortedDictionary();
        }

        var brokers = snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Up).ToList() ?? [];
        if (command is not { Partitions: > 0 and <= 100_000 and var partitions, ReplicationFactor: > 0 and var factor } || factor > brokers.Count)
        {
            return ImmutableSortedDictionary<int, ImmutableArray<int>>.Empty;
        }

        var placed = ReplicaPlacement.Assign([.. brokers.Select(b => b.Id)], partitions, factor);
        return placed.Select((replicas, partition) => (partition, replicas)).ToImmutableSortedDictionary(p => p.partition, p => p.replicas.ToImmutableArray());
    }

    static async Task<Refusal?> SendAsync(CreateTopic command, bool validateOnly, KafkaCluster kafka, CancellationToken cancellation)
    {
        var topic = new NewTopic(
            command.Name, command.Partitions ?? -1, (short)(command.ReplicationFactor ?? -1),
            command.Assignment?.ToImmutableSortedDictionary(a => a.Key, IReadOnlyList<int> (a) => a.Value), command.Configs.ToDictionary(c => c.Key, string? (c) => c.Value));
        var answers = await kafka.CreateTopicsAsync([topic], validateOnly, cancellation).ConfigureAwait(false);
        return answers[command.Name].Error is { } error ? Refusal.Of(error, command.Name) : null;
    }

    static IEnumerable<PlanNote> Notes(ImmutableSortedDictionary<int, ImmutableArray<int>> placement, ClusterSnapshot snapshot)
    {
        if (placement.Count > 0 && placement.Values.All(replicas => replicas.Length == 1))
        {
            yield return new PlanNote(Severity.Warning, "SingleCopy", []);
        }

        // Kafka with ZooKeeper takes any broker id
        if (snapshot.Brokers.Value is { } known && placement.Values.SelectMany(r => r).Distinct().Where(b => known.Find(b) is null).Order().ToList() is { Count: > 0 } unknown)
        {
            yield return new PlanNote(Severity.Bad, "UnknownBrokers", [string.Join(", ", unknown)]);
        }

        if (snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Down).Select(b => b.Id).ToList() is { Count: > 0 } down)
        {
            yield return new PlanNote(Severity.Warning, "BrokersDown", [string.Join(", ", down)]);
        }
    }
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>ElectLeaders (KIP-460): the preferred leader back, or, at the price of records, one that is not in sync.</summary>
static class LeaderElection
{
    public static ElectLeadersPlan Plan(ElectLeaders command, ClusterSnapshot snapshot, TimeProvider time)
    {
        var up = snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToHashSet() ?? [];
        var elections = Concerned(command, snapshot).Select(p => Elect(command.Type, p.Key, p.Info, up)).ToImmutableArray();
        var plan = new ElectLeadersPlan(command, elections) { AsOf = time.GetUtcNow() };
        if (command.Topic is { } topic && snapshot.Topics.Value?.Find(topic) is null)
        {
            return plan with { Refusals = [Refusal.Of(ErrorCode.UnknownTopicOrPartition, topic)] };
        }

        return command.Type == ElectionType.Unclean ? plan with { Notes = [new PlanNote(Severity.Bad, "UncleanLosesRecords", [])] } : plan;
    }

    public static async Task<(int Done, List<Refusal> Refusals)> RunAsync(ElectLeaders command, ClusterSnapshot snapshot, KafkaCluster kafka, CancellationToken cancellation)
    {
        // Kafka elects everywhere when no topic is named, so that one that is not known must not vanish on the way
        if (command is { Topic: { } topic, Partitions: null } && snapshot.Topics.Value?.Find(topic) is null)
        {
            return (0, [Refusal.Of(ErrorCode.UnknownTopicOrPartition, topic)]);
        }

        var type = command.Type == ElectionType.Unclean ? global::Kafka.Client.Admin.ElectionType.Unclean : global::Kafka.Client.Admin.ElectionType.Preferred;
        var partitions = command is { Topic: null, Type: ElectionType.Preferred } ? null : Named(command, snapshot);
        var results = await kafka.ElectLeadersAsync(type, partitions, cancellation).ConfigureAwait(false);
        var refusals = results.Where(r => r.Value is { Code: not ErrorCode.ElectionNotNeeded }).Select(r => Refusal.Of(r.Value!, $"{r.Key.Topic}-{r.Key.Partition}")).ToList();
        return (results.Count(r => r.Value is null), refusals);
    }

    static List<TopicPartition> Named(ElectLeaders command, ClusterSnapshot snapshot) =>
        command is { Topic: { } topic, Partitions: { } partitions }
            ? [.. partitions.Select(p => new TopicPartition(topic, p))]
            : [.. Concerned(command, snapshot, all: command.Topic is not null).Select(p => new TopicPartition(p.Key.Topic, p.Key.Partition))];

    /// <param name="all">Partitions that are as they should be as well: Kafka answers that no election is needed.</param>
    static IEnumerable<(PartitionKey Key, PartitionInfo Info)> Concerned(ElectLeaders command, ClusterSnapshot snapshot, bool all = false) =>
        (snapshot.Topics.Value?.Topics ?? [])
            .Where(t => command.Topic is null || t.Name == command.Topic)
            .SelectMany(t => t.Partitions, (t, p) => (Key: new PartitionKey(t.Name, p.Partition), Info: p))
            .Where(p => command.Partitions is not { } wanted || wanted.Contains(p.Key.Partition))
            .Where(p => all || (command.Type == ElectionType.Unclean ? p.Info.IsOffline : p.Info.Leader != p.Info.PreferredLeader));

    static PlannedElection Elect(ElectionType type, PartitionKey key, PartitionInfo partition, HashSet<int> up)
    {
        if (type == ElectionType.Unclean)
        {
            var any = partition.Replicas.FirstOrDefault(up.Contains, -1);
            return new PlannedElection(key, partition.Leader, any, any < 0 ? "NoReplicaUp" : null);
        }

        var preferred = partition.PreferredLeader;
        return !up.Contains(preferred) ? new(key, partition.Leader, -1, "PreferredDown")
            : !partition.Isr.Contains(preferred) ? new(key, partition.Leader, -1, "PreferredNotInIsr")
            : new(key, partition.Leader, preferred, null);
    }
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Commands;

/// <summary>ElectLeaders (KIP-460): the preferred leader back, or, at the price of records, one that is not in sync.</summary>
static class LeaderElection
{
    const int TimeoutMs = 20_000;

    public static ElectLeadersPlan Plan(ElectLeaders command, ClusterSnapshot snapshot, TimeProvider time)
    {
        var up = snapshot.Brokers.Value?.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToHashSet() ?? [];
        var elections = Concerned(command, snapshot).Select(p => Elect(command.Type, p.Key, p.Info, up)).ToImmutableArray();
        var plan = new ElectLeadersPlan(command, elections) { AsOf = time.GetUtcNow() };
        if (command.Topic is { } topic && snapshot.Topics.Value?.Find(topic) is null)
        {
            return plan with { Refusals = [TopicCreation.RefusalOf((short)ErrorCode.UnknownTopicOrPartition, null, topic)] };
        }

        return command.Type == ElectionType.Unclean ? plan with { Notes = [new PlanNote(Severity.Bad, "UncleanLosesRecords", [])] } : plan;
    }

    public static async Task<(int Done, List<Refusal> Refusals)> RunAsync(ElectLeaders command, ClusterSnapshot snapshot, KafkaCluster kafka, CancellationToken cancellation)
    {
        // Kafka elects everywhere when no topic is named, so that one that is not known must not vanish on the way
        if (command is { Topic: { } topic, Partitions: null } && snapshot.Topics.Value?.Find(topic) is null)
        {
            return (0, [TopicCreation.RefusalOf((short)ErrorCode.UnknownTopicOrPartition, null, topic)]);
        }

        var answer = await kafka.SendToControllerAsync(
            new ElectLeadersRequest
            {
                ElectionType = (sbyte)(command.Type == ElectionType.Unclean ? 1 : 0),
                TimeoutMs = TimeoutMs,
                TopicPartitions = command is { Topic: null } && command.Type == ElectionType.Preferred ? null : Named(command, snapshot),
            },
            cancellation).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        var results = answer.ReplicaElectionResults.SelectMany(t => t.PartitionResult, (t, p) => (t.Topic, Partition: p)).ToList();
        var refusals = results
            .Where(r => r.Partition.ErrorCode is not (0 or (short)ErrorCode.ElectionNotNeeded))
            .Select(r => TopicCreation.RefusalOf(r.Partition.ErrorCode, r.Partition.ErrorMessage, $"{r.Topic}-{r.Partition.PartitionId}"))
            .ToList();
        return (results.Count(r => r.Partition.ErrorCode == 0), refusals);
    }

    static List<ElectLeadersRequest.ElectLeadersTopicPartitions> Named(ElectLeaders command, ClusterSnapshot snapshot) =>
        command is { Topic: { } topic, Partitions: { } partitions }
            ? [new() { Topic = topic, Partitions = [.. partitions] }]
            : [.. Concerned(command, snapshot, all: command.Topic is not null).GroupBy(p => p.Key.Topic)
                .Select(t => new ElectLeadersRequest.ElectLeadersTopicPartitions { Topic = t.Key, Partitions = [.. t.Select(p => p.Key.Partition)] })];

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

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Znodes;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Commands;

/// <summary>ElectLeaders (KIP-460): the preferred leader back, or, at the price of records, one that is not in sync.</summary>
static class LeaderElectionPlanner
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

    public static async Task<Sending> PrepareAsync(
        ElectLeaders command, ClusterSnapshot snapshot, KafkaCluster kafka, ControllerRequests controller)
    {
        var named = await NamedAsync(command, snapshot, kafka).ConfigureAwait(false);
        // Kafka itself finds what needs one when it is asked for all
        var asked = command is { Topic: null, Type: ElectionType.Preferred } ? null : named;
        return new Sending([.. named.Select(Subject)], SendAsync, LookUpAsync);

        async Task<IReadOnlyDictionary<string, KafkaException?>> SendAsync() =>
            (await controller.ElectAsync(command.Type, asked, named).ConfigureAwait(false))
                .Where(r => r.Value is not { Code: ErrorCode.ElectionNotNeeded } && (asked is not null || !IsGoing(r.Value)))
                .ToDictionary(r => Subject(r.Key), r => r.Value);

        async Task<IReadOnlyList<Sighting>> LookUpAsync(IReadOnlySet<string> subjects, CancellationToken cancellationToken)
        {
            var metadata = await kafka.MetadataAsync([.. named.Select(p => p.Topic).Distinct()], cancellationToken).ConfigureAwait(false);
            return
            [
                .. from topic in metadata.Topics
                   from partition in topic.Partitions
                   let subject = Subject(new TopicPartition(topic.Name ?? "", partition.PartitionIndex))
                   where subjects.Contains(subject)
                   select Look(command.Type, subject, partition),
            ];
        }
    }

    /// <summary>"All topics" are those that stay: nothing is elected for one that is being deleted, and nothing has failed.</summary>
    static bool IsGoing(KafkaException? error) => error is { Code: ErrorCode.InvalidTopic or ErrorCode.UnknownTopicOrPartition };

    static string Subject(TopicPartition partition) => $"{partition.Topic}-{partition.Partition}";

    static Sighting Look(ElectionType type, string subject, MetadataResponse.MetadataResponsePartition partition)
    {
        var leader = partition.LeaderId;
        if (leader < 0)
        {
            return Sighting.NoLeader(subject);
        }

        // unclean: any leader is what was asked for
        return type == ElectionType.Unclean || leader == partition.ReplicaNodes.FirstOrDefault(-1)
            ? Sighting.Leads(subject, leader)
            : Sighting.LeadsStill(subject, leader);
    }

    static async Task<List<TopicPartition>> NamedAsync(ElectLeaders command, ClusterSnapshot snapshot, KafkaCluster kafka)
    {
        if (command.Topic is not { } topic)
        {
            return [.. Concerned(command, snapshot).Select(p => new TopicPartition(p.Key.Topic, p.Key.Partition))];
        }

        if (command.Partitions is { } partitions)
        {
            return [.. partitions.Select(p => new TopicPartition(topic, p))];
        }

        // asked of Kafka: a topic may be newer than the last reading, and one that does not exist must not become "all topics"
        var known = (await kafka.MetadataAsync([topic], CancellationToken.None).ConfigureAwait(false)).Topics.Find(t => t.Name == topic);
        KafkaException.ThrowIfError(known?.ErrorCode ?? (short)ErrorCode.UnknownTopicOrPartition);
        return [.. known!.Partitions.Select(p => new TopicPartition(topic, p.PartitionIndex))];
    }

    static IEnumerable<(TopicPartition Key, PartitionInfo Info)> Concerned(ElectLeaders command, ClusterSnapshot snapshot) =>
        (snapshot.Topics.Value?.Topics ?? [])
            .Where(t => command.Topic is null || t.Name == command.Topic)
            .SelectMany(t => t.Partitions, (t, p) => (Key: new TopicPartition(t.Name, p.Partition), Info: p))
            .Where(p => command.Partitions is not { } wanted || wanted.Contains(p.Key.Partition))
            // unclean only where there is no leader: elsewhere it would cost records for nothing
            .Where(p => command.Type == ElectionType.Unclean ? p.Info.IsOffline : p.Info.Leader != p.Info.PreferredLeader);

    static PlannedElection Elect(ElectionType type, TopicPartition key, PartitionInfo partition, HashSet<int> up)
    {
        if (type == ElectionType.Unclean)
        {
            // the first living replica in order, as the controller chooses
            var any = partition.Replicas.FirstOrDefault(up.Contains, -1);
            return new PlannedElection(key, partition.Leader, any, any < 0 ? "NoReplicaUp" : null);
        }

        var preferred = partition.PreferredLeader;
        return !up.Contains(preferred) ? new(key, partition.Leader, -1, "PreferredDown")
            : !partition.Isr.Contains(preferred) ? new(key, partition.Leader, -1, "PreferredNotInIsr")
            : new(key, partition.Leader, preferred, null);
    }
}

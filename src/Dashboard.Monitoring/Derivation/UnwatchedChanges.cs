using System.Collections.Immutable;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Derivation.EventDetector;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// What became of a cluster while the program did not run, from what was last seen of it. Of what came and went in between nothing can be
/// known, nor when; that of one time and the next is reported as events between the two.
/// </summary>
static class UnwatchedChanges
{
    /// <summary>Partitions of a cluster that are kept: some megabytes. Of larger ones brokers and controller alone.</summary>
    internal const int MostPartitions = 50_000;

    /// <summary>
    /// What to keep of a snapshot; null while brokers and topics were not both read, and of a hosted cluster, which does not run without
    /// the program.
    /// </summary>
    public static SeenState? Of(ClusterSnapshot snapshot)
    {
        if (!IsRead(snapshot))
        {
            return null;
        }

        var topics = snapshot.Topics.Value!.Topics;
        return new SeenState(
            snapshot.PublishedAt,
            snapshot.Identity.Value!.ClusterId!,
            snapshot.Identity.Value.ControllerId,
            [.. snapshot.Brokers.Value!.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id)],
            topics.Sum(t => t.Partitions.Length) > MostPartitions ? null : [.. topics.Select(Seen)])
        {
            Findings = UnwatchedFindings.Of(snapshot),
        };
    }

    /// <summary>Null while what is there now was not read.</summary>
    public static IReadOnlyList<ClusterEvent>? Compare(SeenState before, ClusterSnapshot after)
    {
        if (!IsRead(after))
        {
            return null;
        }

        var id = after.Identity.Value!.ClusterId!;
        IEnumerable<ClusterEvent> changes = before.ClusterId != id
            ? [Event(EventKind.ClusterIdChanged, Severity.Warning, id, null, before.ClusterId, id)]
            :
            [
                .. Brokers(before, after.Brokers.Value!),
                .. Controller(before, after.Identity.Value),
                .. Topics(before, after.Topics.Value!),
            ];
        return [.. changes.Select(change => change with { Since = before.At })];
    }

    static bool IsRead(ClusterSnapshot snapshot) => snapshot is
    {
        Kind: ClusterKind.Remote,
        Identity: { Error: null, Value.ClusterId: not null },
        Brokers: { Error: null, Value.Brokers.Length: > 0 },
        Topics: { Error: null, Value: not null },
    };

    static SeenTopic Seen(TopicInfo topic) => new(
        topic.Name, topic.Id, [.. topic.Partitions.Select(p => new SeenPartition(p.Partition, p.Leader, p.Replicas, p.Isr))]);

    static IEnumerable<ClusterEvent> Brokers(SeenState before, BrokerTable after)
    {
        var up = after.Brokers.Where(b => b.State == BrokerState.Up).Select(b => b.Id).ToList();
        return
        [
            .. before.Brokers.Except(up).Select(id => OfBroker(EventKind.BrokerDown, Severity.Bad, id)),
            .. up.Except(before.Brokers).Select(id => OfBroker(EventKind.BrokerUp, Severity.Ok, id)),
        ];
    }

    static IEnumerable<ClusterEvent> Controller(SeenState before, ClusterIdentity after) =>
        before.ControllerId is { } old && after.ControllerId is { } controller && old != controller
            ? [Event(
                EventKind.ControllerMoved, Severity.Warning, Text(controller), $"brokers/{controller}", Text(old), Text(controller))]
            : [];

    static IEnumerable<ClusterEvent> Topics(SeenState before, TopicTable after) => before.Topics is not { } topics ? []
        : TopicChanges.Compare(
            TopicTable.Of(topics.Select(t => new TopicInfo(t.Name, t.Id, false, [.. t.Partitions.Select(Info)]))), after);

    static PartitionInfo Info(SeenPartition p) => new(p.Partition, p.Leader, 0, p.Replicas, p.Isr, [], null);
}

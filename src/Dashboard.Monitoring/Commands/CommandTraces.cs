using System.Collections.Immutable;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Positions;

namespace Dashboard.Monitoring.Commands;

/// <summary>For the audit log: what a command finds, by the last reading, and what it asks for.</summary>
static class CommandTraces
{
    /// <summary>Partitions that are named, at most.</summary>
    const int Most = 200;

    /// <returns>Null for what was not there, is not known or goes.</returns>
    public static (string? Before, string? After) Of(ClusterCommand command, ClusterSnapshot snapshot) => command switch
    {
        CreateTopic { Assignment: { } assignment } => (null, PlacementText.Some(assignment)),
        CreateTopic c => (null, $"partitions {Given(c.Partitions)}, factor {Given(c.ReplicationFactor)}"),
        DeleteTopic d => (Placement(snapshot, d.Name, _ => true), null),
        RecreateTopic r => (Placement(snapshot, r.Name, _ => true), null),
        ElectLeaders { Topic: { } topic } e => (Leaders(snapshot, topic, e.Partitions), $"{e.Type} leaders"),
        ElectLeaders e => (null, $"{e.Type} leaders"),
        Reassign r => (Placement(snapshot, r.Topic, r.Targets.ContainsKey), PlacementText.Some(r.Targets)),
        CancelReassignment c => (Placement(snapshot, c.Topic, p => c.Partitions?.Contains(p) != false), "as before the reassignment"),
        WriteOffsets w => (Offsets(w.Changes, c => c.Before), Offsets(w.Changes, c => c.After)),
        DeleteGroup d => (Offsets(d.Offsets, c => c.Before), null),
        DeleteOffsets d => (Offsets(d.Offsets, c => c.Before), null),
        AlterTopicConfigs a => (
            null,
            string.Join(", ", a.Set.Select(one => $"{one.Key}={one.Value}").Concat(a.Remove.Select(key => $"{key} removed")).Take(Most))),
        AddPartitions a => (
            Placement(snapshot, a.Topic, _ => true),
            a.Assignment is { } more ? $"{a.Count} partitions, {PlacementText.Some(more)}" : $"{a.Count} partitions"),
        PurgeRecords { Offsets: { } offsets } => (null, Offsets(offsets.Select(o => (o.Key, o.Value)))),
        _ => (null, null),
    };

    /// <summary>All of them, for they are put back from here; a command has no more than a plan allows.</summary>
    static string? Offsets(ImmutableArray<OffsetChange> changes, Func<OffsetChange, long?> side) => changes.IsEmpty
        ? null
        : OffsetList.Text(changes.Take(OffsetResetPlanner.MostPartitions).Select(c => (c.Topic, c.Partition, side(c))));

    /// <summary>Where logs begin: "0: 12, 1: 40".</summary>
    public static string Offsets(IEnumerable<(int Partition, long Offset)> offsets) =>
        string.Join(", ", offsets.OrderBy(one => one.Partition).Take(Most).Select(one => $"{one.Partition}: {one.Offset}"));

    static string? Placement(ClusterSnapshot snapshot, string topic, Func<int, bool> concerned) =>
        snapshot.Topics.Value?.Find(topic) is { } found
            ? PlacementText.Some(
                found.Partitions.Where(p => concerned(p.Partition)).ToImmutableDictionary(p => p.Partition, p => p.Replicas))
            : null;

    static string? Leaders(ClusterSnapshot snapshot, string topic, ImmutableArray<int>? partitions) =>
        snapshot.Topics.Value?.Find(topic) is { } found
            ? string.Join(
                "; ",
                found.Partitions.Where(p => partitions?.Contains(p.Partition) != false).Take(Most)
                    .Select(p => $"{p.Partition}: {p.Leader}"))
            : null;

    static string Given(int? number) => number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "of the brokers";
}

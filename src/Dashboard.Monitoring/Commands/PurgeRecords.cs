using System.Collections.Immutable;
using Dashboard.Monitoring.Access;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>Deletes records from the front of a topic's logs: all there are by now, up to a time, or up to offsets.</summary>
/// <param name="Before">What was written before it goes; null: see the offsets.</param>
/// <param name="Offsets">What is before them goes, by partition; with neither, everything goes that is there.</param>
public sealed record PurgeRecords(string Topic, DateTimeOffset? Before, ImmutableDictionary<int, long>? Offsets) : ClusterCommand
{
    public override Permission Needs(string cluster) => new(AccessKind.Records, AccessAction.Purge, cluster, Topic);
}

/// <param name="Partitions">Those that are asked for, also where nothing goes.</param>
/// <param name="Bytes">Of one copy, estimated by the share of the records; null: sizes are not known.</param>
/// <param name="Groups">Those that lose records they have not read, most first.</param>
/// <remarks>The plan's command has its offsets: what was shown is what goes, whatever is written meanwhile.</remarks>
public sealed record PurgeRecordsPlan(
    PurgeRecords Command, ImmutableArray<PlannedPurge> Partitions, long Records, long? Bytes, ImmutableArray<PurgedGroup> Groups)
    : CommandPlan;

/// <param name="From">Where the log begins.</param>
/// <param name="To">Where it would begin.</param>
/// <param name="Records">Offsets between the two: at most as many records.</param>
public sealed record PlannedPurge(int Partition, long From, long To, long Records, long? Bytes);

/// <param name="Unread">Records that go and that it has not read.</param>
public sealed record PurgedGroup(string GroupId, long Unread);

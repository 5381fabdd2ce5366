using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.History;

/// <summary>
/// Ring buffers of fixed size: the last 15 minutes of series, the last some thousand events. Answers at once, from memory.
/// </summary>
public interface IHistory
{
    /// <summary>Newest first.</summary>
    ImmutableArray<ClusterEvent> Events { get; }

    /// <summary>Why the last events are not on disk, and will be lost when the dashboard ends; null while they are.</summary>
    string? EventsProblem => null;

    /// <summary>Null while nothing was recorded. Points oldest first, one about every 5 s.</summary>
    Series? GroupLag(string groupId);

    Series? PartitionLag(string groupId, string topic, int partition);

    Series? TotalLag { get; }

    Series? RecordsIn { get; }

    Series? BytesIn { get; }

    Series? TopicRecordsIn(string topic);

    Series? BrokerRecordsIn(int broker);

    Series? ServerLatency(int serverId);
}

/// <summary>A copy that the reader may keep.</summary>
public sealed record Series(ImmutableArray<Point> Points);

/// <param name="IsAfterGap">Nothing was read between the point before and this one: no line joins them.</param>
public readonly record struct Point(DateTimeOffset At, double Value, bool IsAfterGap = false);

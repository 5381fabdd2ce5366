using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.History;

/// <summary>Ring buffers of fixed size: the last 15 minutes of series, the last some thousand events. Answers at once, from memory.</summary>
public interface IHistory
{
    /// <summary>Newest first.</summary>
    ImmutableArray<ClusterEvent> Events { get; }

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

public readonly record struct Point(DateTimeOffset At, double Value);

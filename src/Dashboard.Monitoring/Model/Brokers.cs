using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>Brokers by id, ascending: those that are registered, and those that replicas name but nobody registered (down).</summary>
public sealed record BrokerTable(ImmutableArray<BrokerInfo> Brokers)
{
    public BrokerInfo? Find(int id) => Brokers.FirstOrDefault(b => b.Id == id);
}

public enum BrokerState
{
    Up,

    /// <summary>Named by a replica list, or seen before, and not registered now.</summary>
    Down,
}

/// <param name="Leaders">Partitions it leads now; null, as the next two, while no topics were read.</param>
/// <param name="Replicas">Replicas it holds, in sync or not.</param>
/// <param name="OutOfIsr">Replicas it holds that are not in their ISR.</param>
/// <param name="Bytes">On its log dirs, from DescribeLogDirs; null when not read.</param>
/// <param name="StateSince">When this state was first seen.</param>
/// <param name="DiskTotalBytes">Of its log dirs' volumes (DescribeLogDirs v4); null when not told.</param>
/// <param name="DataAsOf">When its bytes and disk were read, where that is not lately: it is down or does not answer. Null while they are fresh.</param>
/// <param name="Error">Why its own calls fail, while others answer.</param>
public sealed record BrokerInfo(
    int Id, string? Host, int? Port, string? Rack, bool IsController, BrokerState State, DateTimeOffset? StateSince,
    int? Leaders, int? Replicas, int? OutOfIsr, long? Bytes, long? DiskTotalBytes, long? DiskUsableBytes, DateTimeOffset? DataAsOf, SectionError? Error);

/// <summary>Bytes by (topic, partition, broker).</summary>
public sealed record LogDirTable(IReadOnlyDictionary<ReplicaKey, ReplicaSize> Sizes, ImmutableDictionary<int, BrokerLogDirs> ByBroker)
{
    /// <summary>Empty while they were not read.</summary>
    public ImmutableArray<LogDirInfo> Of(int broker) => ByBroker.TryGetValue(broker, out var dirs) ? dirs.Dirs : [];
}

/// <param name="AsOf">When this broker told it; others may have answered since.</param>
public sealed record BrokerLogDirs(ImmutableArray<LogDirInfo> Dirs, DateTimeOffset AsOf);

public readonly record struct ReplicaKey(string Topic, int Partition, int Broker);

/// <param name="OffsetLag">How far the replica's log end is behind, as DescribeLogDirs says.</param>
/// <param name="IsFuture">A copy on its way to another log dir of the same broker.</param>
public sealed record ReplicaSize(long Bytes, long OffsetLag, bool IsFuture);

public sealed record LogDirInfo(string Path, long Bytes, long? TotalBytes, long? UsableBytes, string? ErrorCode);

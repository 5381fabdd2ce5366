using System.Collections.Immutable;
using Wire;

namespace Dashboard.Monitoring.Model;

/// <summary>
/// Brokers by id, ascending: those that are registered, and those that replica lists name and that are not registered (down).
/// </summary>
public sealed record BrokerTable(ImmutableArray<BrokerInfo> Brokers)
{
    public BrokerInfo? Find(int id) => Brokers.FirstOrDefault(b => b.Id == id);

    /// <summary>There are brokers, and each is known to be down.</summary>
    public bool AllDown => Brokers.Length > 0 && Brokers.All(b => b.State == BrokerState.Down);

    /// <summary>There are brokers, and each is down or silent.</summary>
    public bool NoneAnswers => Brokers.Length > 0 && !Brokers.Any(b => b.Answers);

    /// <summary>When the last of those that are gone went; null when none is.</summary>
    public DateTimeOffset? LastGone => Brokers.Max(b => b.GoneSince);

    /// <summary>When the state of those whose state is not known any longer was last known; null while all are known.</summary>
    public DateTimeOffset? KnownAsOf => Brokers.Max(b => b.KnownAsOf);
}

public enum BrokerState
{
    Up,

    /// <summary>Named by a replica list, or seen before, and not registered when that was last read.</summary>
    Down,

    /// <summary>It was up when that was last read, and it cannot be read any longer.</summary>
    Unknown,
}

/// <param name="Leaders">Partitions it leads now; null, as the next two, while no topics were read.</param>
/// <param name="Replicas">Replicas it holds, in sync or not.</param>
/// <param name="OutOfIsr">Replicas it holds that are not in their ISR.</param>
/// <param name="Bytes">On its log dirs, from DescribeLogDirs; null when not read.</param>
/// <param name="StateSince">When this state was first seen.</param>
/// <param name="DiskTotalBytes">Of its log dirs' volumes (DescribeLogDirs v4); null from older brokers.</param>
/// <param name="DataAsOf">
/// When its bytes and disk were read, where that is not lately: it is down or does not answer. Null while they are fresh.
/// </param>
/// <param name="Error">Why its own calls fail, while others answer.</param>
public sealed record BrokerInfo(
    int Id, string? Host, int? Port, string? Rack, bool IsController, BrokerState State, DateTimeOffset? StateSince,
    int? Leaders, int? Replicas, int? OutOfIsr,
    long? Bytes, long? DiskTotalBytes, long? DiskUsableBytes, DateTimeOffset? DataAsOf, SectionError? Error)
{
    /// <summary>Host and port, an IPv6 address in brackets; null while they are not known.</summary>
    public string? Endpoint => Host is { } host && Port is { } port ? HostPort.Format(host, port) : null;

    /// <summary>
    /// Since when it has not answered, as well as the calls that failed show; kept while it is down. Null while it answers or was never
    /// asked.
    /// </summary>
    public DateTimeOffset? SilentSince { get; init; }

    /// <summary>When <see cref="State"/> was last read, if it cannot be read any longer; null while it can.</summary>
    public DateTimeOffset? KnownAsOf { get; init; }

    /// <summary>Registered, or last known to be, and answering.</summary>
    public bool Answers => State != BrokerState.Down && SilentSince is null;

    /// <summary>When it went: it stops answering some seconds before its session ends.</summary>
    public DateTimeOffset? GoneSince => SilentSince ?? (State == BrokerState.Down ? StateSince : null);
}

/// <summary>Bytes by (topic, partition, broker).</summary>
public sealed record LogDirTable(IReadOnlyDictionary<ReplicaKey, ReplicaInfo> Sizes, ImmutableDictionary<int, BrokerLogDirs> ByBroker)
{
    /// <summary>Empty while they were not read.</summary>
    public ImmutableArray<LogDirInfo> Of(int broker) => ByBroker.TryGetValue(broker, out var dirs) ? dirs.Dirs : [];
}

/// <param name="AsOf">When this broker answered; others may have answered since.</param>
public sealed record BrokerLogDirs(ImmutableArray<LogDirInfo> Dirs, DateTimeOffset AsOf);

public readonly record struct ReplicaKey(string Topic, int Partition, int Broker);

/// <param name="OffsetLag">How far the replica's log end is behind, as DescribeLogDirs says.</param>
/// <param name="IsFuture">A copy on its way to another log dir of the same broker.</param>
public sealed record ReplicaInfo(long Bytes, long OffsetLag, bool IsFuture);

public sealed record LogDirInfo(string Path, long Bytes, long? TotalBytes, long? UsableBytes, string? ErrorCode);

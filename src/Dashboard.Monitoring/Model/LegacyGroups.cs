using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>
/// Consumers of before Kafka 0.9, and any that still commit to ZooKeeper (offsets.storage=zookeeper): /consumers/GROUP/offsets, with who
/// owns which partition. Kafka's coordinators know nothing of them.
/// </summary>
/// <param name="Groups">By name; at most <see cref="MostGroups"/>, with at most <see cref="MostOffsets"/> offsets together.</param>
/// <param name="Total">How many groups there are.</param>
public sealed record LegacyGroupTable(ImmutableArray<LegacyGroup> Groups, int Total)
{
    public const int MostGroups = 1000;

    public const int MostOffsets = 10_000;

    /// <summary>What such a group is called, where others say their state.</summary>
    public const string State = "ZooKeeper (old consumer)";

    public LegacyGroup? Find(string id) => Groups.FirstOrDefault(g => g.GroupId == id);
}

/// <param name="Offsets">By topic and partition.</param>
public sealed record LegacyGroup(string GroupId, ImmutableArray<LegacyOffset> Offsets)
{
    /// <summary>Null while the end of a partition is not known.</summary>
    public long? TotalLag => Offsets.Any(o => o.Lag is null) ? null : Offsets.Sum(o => o.Lag);
}

/// <param name="Committed">The next record to read.</param>
/// <param name="End">High watermark when this was read; null: not known, as of a topic that is gone.</param>
/// <param name="Owner">The consumer's thread, as it names itself; null: no consumer reads the partition.</param>
public sealed record LegacyOffset(string Topic, int Partition, long Committed, long? End, string? Owner)
{
    public long? Lag => End is { } end ? Math.Max(0, end - Committed) : null;

    /// <summary>It was committed already before the end was asked for: data was lost, or the topic was made anew.</summary>
    public bool IsBeyondEnd { get; init; }
}

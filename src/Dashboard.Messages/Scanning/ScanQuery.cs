using System.Collections.Immutable;
using Dashboard.Messages.Filters;
using Kafka.Client.Admin;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// What to read of a topic. The range of a partition is half open: it has the lower of the two ends and not the upper one. It is read from
/// <see cref="From"/> to <see cref="To"/>, so newest first where From is the later of the two.
/// </summary>
public sealed record ScanQuery(string Topic)
{
    public const int DefaultLimit = 50;

    public ScanBound From { get; init; } = ScanBound.Newest;

    /// <summary>Null: the other end of the log.</summary>
    public ScanBound? To { get; init; }

    /// <summary>Ascending; empty: all.</summary>
    public ImmutableArray<int> Partitions { get; init; } = [];

    /// <summary>Ends when so many were found.</summary>
    public int Limit { get; init; } = DefaultLimit;

    public IRecordFilter? Filter { get; init; }

    /// <summary>Uncommitted: records of aborted and open transactions as well, marked as such.</summary>
    public IsolationLevel Isolation { get; init; } = IsolationLevel.ReadCommitted;

    /// <summary>Goes on where another scan of the same query ended.</summary>
    public ScanPosition? Continue { get; init; }

    /// <summary>At most so many bytes of a key and of a value are kept of what is found, after filters and masks saw all of it.</summary>
    public int BytesKept { get; init; } = int.MaxValue;

    /// <summary>
    /// Of each key of a partition the last record only, newest first, as compaction keeps them; filters are held against that one. Ends
    /// when <see cref="LatestScan.MostKeys"/> keys were met at the latest, and is continued from there.
    /// </summary>
    public bool LatestPerKey { get; init; }

    /// <summary>One of <see cref="Decoding.BodyFormats.Choices"/>; null: by the topic's rule, or by the bytes.</summary>
    public string? KeyFormat { get; init; }

    public string? ValueFormat { get; init; }

    /// <summary>What is found says which key it has, whatever of it is shown.</summary>
    internal bool PrintsKeys { get; init; }

    public ScanBound End => To ?? (From.Kind == ScanBoundKind.Newest ? ScanBound.Oldest : ScanBound.Newest);

    /// <summary>Of two offsets, or two times, the order says it; else only newest and oldest do.</summary>
    public bool NewestFirst =>
        From.Kind == ScanBoundKind.Newest
        || End.Kind == ScanBoundKind.Oldest
        || (From.Kind == End.Kind && From.Value > End.Value);
}

/// <summary>Where a scan stopped: of each partition that is not done, what is left.</summary>
/// <param name="Left">By partition. The lower end is in it, the upper one is not.</param>
public sealed record ScanPosition(ImmutableSortedDictionary<int, OffsetRange> Left)
{
    /// <summary>
    /// Of a scan for the last records of keys: up to where each partition was read before, from the end of what is left of it on. <see
    /// cref="OffsetRange.AsAsked"/>: it never was. Null of others.
    /// </summary>
    public ImmutableSortedDictionary<int, long>? Tops { get; init; }
}

/// <param name="To">After the last.</param>
public readonly record struct OffsetRange(long From, long To)
{
    /// <summary>Instead of an end of a range: where the query says it, to be asked again.</summary>
    public const long AsAsked = -1;

    /// <summary>Of a partition that was never asked where it begins and ends.</summary>
    public static OffsetRange Unknown => new(AsAsked, AsAsked);

    public long Length => Math.Max(0, To - From);
}

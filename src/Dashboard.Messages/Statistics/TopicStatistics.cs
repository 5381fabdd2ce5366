using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Dashboard.Messages.Statistics;

/// <summary>What the records of a range of a topic are like. Sizes in bytes.</summary>
/// <param name="IsComplete">The whole range was read; else <see cref="Partitions"/> say what of it was.</param>
/// <param name="Bytes">Read from the cluster.</param>
/// <param name="Records">That were counted: with a filter, those that fit.</param>
/// <param name="Scanned">That were looked at.</param>
public sealed record TopicStatistics(
    string Topic, DateTimeOffset At, bool IsComplete, long Scanned, long Records, long Bytes, TimeSpan Took)
{
    /// <summary>As it was asked: from, to and filter. Null where none was.</summary>
    public string? From { get; init; }

    public string? To { get; init; }

    public string? Filter { get; init; }

    public required SizeSummary Keys { get; init; }

    /// <summary>Of values that are there.</summary>
    public required SizeSummary Values { get; init; }

    public long NullKeys { get; init; }

    public long Tombstones { get; init; }

    public required DistinctCount DistinctKeys { get; init; }

    /// <summary>Most frequent first. Null: keys are masked for the reader.</summary>
    public ImmutableArray<KeyCount>? TopKeys { get; init; }

    public ImmutableArray<PartitionStatistics> Partitions { get; init; } = [];

    /// <summary>How long a part of <see cref="Times"/> is: a second, or more where there would be too many.</summary>
    public TimeSpan TimeStep { get; init; }

    /// <summary>In order of time; parts without records are left out.</summary>
    public ImmutableArray<TimeCount> Times { get; init; } = [];

    public long WithoutTime { get; init; }

    public ImmutableArray<CodecStatistics> Codecs { get; init; } = [];

    public ImmutableArray<HeaderName> Headers { get; init; } = [];

    public long WithHeaders { get; init; }

    /// <summary>Headers of further names, past those that are kept.</summary>
    public long OtherHeaders { get; init; }

    public long Transactional { get; init; }

    public long Idempotent { get; init; }

    /// <summary>Of aborted transactions, which are not among the records.</summary>
    public long Aborted { get; init; }

    public long LogAppendTime { get; init; }

    /// <summary>Different ids of idempotent producers among the batches; counted up to <see cref="RecordTally.ProducersKept"/>.</summary>
    public int ProducersSeen { get; init; }

    /// <summary>Producers that brokers know of now; null where they do not tell.</summary>
    public ImmutableArray<KnownProducer>? Producers { get; init; }
}

/// <summary>Percentiles are within 0.8 % of the exact ones.</summary>
public sealed record SizeSummary(long Count, int Min, int Max, double Mean, long Sum, int P50, int P90, int P99);

/// <param name="Margin">The number is within this part of the estimate, 19 times of 20.</param>
public sealed record DistinctCount(long Estimate, double Margin);

/// <param name="Key">As its reader may see it.</param>
/// <param name="Size">Of the whole key.</param>
/// <param name="AtLeast">It came so often for certain, and at most <paramref name="AtMost"/> times.</param>
public sealed record KeyCount(string Key, string Format, int Size, long AtLeast, long AtMost);

/// <summary>Offsets half open: <paramref name="To"/> is not in it.</summary>
/// <param name="CoveredFrom">What of the range was read.</param>
/// <param name="Error">Why not more; null where all of it was read, or it was stopped.</param>
/// <param name="Bytes">Of keys and values.</param>
/// <param name="StepsBack">Records with an earlier time than the one before them.</param>
public sealed record PartitionStatistics(
    int Partition, long From, long To, long CoveredFrom, long CoveredTo, bool IsDone, string? Error, long Records, long Bytes,
    long StepsBack, TimeSpan LongestStepBack);

public readonly record struct TimeCount(DateTimeOffset From, long Records);

/// <summary>Of whole batches: a range may begin or end within one.</summary>
/// <param name="Stored">Bytes as they are stored.</param>
/// <param name="Unpacked">Bytes without compression.</param>
public sealed record CodecStatistics(string Codec, long Batches, long Records, long Stored, long Unpacked)
{
    public double Ratio => Stored == 0 ? 1 : (double)Unpacked / Stored;
}

/// <param name="LastAt">When it wrote last; null where that is not known.</param>
/// <param name="InTransaction">It has an open transaction here.</param>
public sealed record KnownProducer(int Partition, long ProducerId, int Epoch, DateTimeOffset? LastAt, bool InTransaction);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
[JsonSerializable(typeof(TopicStatistics))]
sealed partial class StatisticsJson : JsonSerializerContext;

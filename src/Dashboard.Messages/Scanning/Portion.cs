using Dashboard.Messages.Registry;
using Dashboard.Monitoring;
using Kafka.Client.Data;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Scanning;

/// <summary>Batches of one partition that follow each other, to be searched at once: a piece of an answer.</summary>
/// <param name="offsets">What of them is to be looked at.</param>
sealed class Portion(PartitionScan partition, OffsetRange offsets, IReadOnlyList<JudgedBatch> batches)
{
    public PartitionScan Partition { get; } = partition;

    public OffsetRange Offsets { get; } = offsets;

    /// <summary>Empty once it was searched: the bytes are not held longer.</summary>
    public IReadOnlyList<JudgedBatch> Batches { get; private set; } = batches;

    public long Bytes { get; } = batches.Sum(b => (long)b.Batch.SizeInBytes);

    /// <summary>Of the first and of the last batch; null without any.</summary>
    public (long First, long Last)? Times { get; } = batches is [] || batches[0].Standing is null || batches[^1].Standing is null
        ? null
        : (First(batches[0].Batch), batches[^1].Batch.MaxTimestamp);

    /// <summary>Read backwards: with it the window is whole, and the next one lies before it.</summary>
    public bool EndsWindow { get; set; }

    /// <summary>Null until it was searched.</summary>
    public PortionResult? Result { get; private set; }

    public void Finish(PortionResult result) => (Result, Batches) = (result, []);

    static long First(RecordBatch batch) =>
        batch.TimestampType == TimestampType.LogAppendTime || batch.HasDeleteHorizon ? batch.MaxTimestamp : batch.BaseTimestamp;
}

/// <param name="Standing">Null for message sets of before Kafka 0.11, which are not read.</param>
/// <param name="IsPastStable">At or after the last stable offset: how its transaction ends is not told.</param>
readonly record struct JudgedBatch(RecordBatch Batch, BatchStanding? Standing, bool IsPastStable);

/// <summary>A record that fits.</summary>
/// <param name="Index">Which of its portion's records it is, from 1 on.</param>
readonly record struct Hit(FoundRecord Found, long Index);

/// <summary>What was found in a portion.</summary>
sealed class PortionResult
{
    public List<Hit> Hits { get; } = [];

    public List<UnreadableBatch> Unreadable { get; } = [];

    /// <summary>Has what was gathered of it, where records are looked at and not kept.</summary>
    public IPortionVisitor? Visitor { get; init; }

    public long Scanned { get; set; }

    public long Markers { get; set; }

    public long Aborted { get; set; }

    /// <summary>Records that do not fit as they are, and could not be decoded.</summary>
    public long Undecoded { get; set; }

    /// <summary>What kept the last of them from it, where that was not its bytes.</summary>
    public RegistryException? Registry { get; set; }

    /// <summary>Offsets of batches that cannot be read.</summary>
    public long Lost { get; set; }

    /// <summary>Enough was found before its end: from here on it was not searched.</summary>
    public long? CutAt { get; set; }
}

/// <summary>A record that was found and waits for its turn.</summary>
/// <param name="Nth">How many records of the partition were looked at up to and with it.</param>
/// <param name="Time">By which partitions take turns.</param>
readonly record struct WaitingRecord(FoundRecord Found, long Nth, long Time)
{
    public long Bytes => BytesOf(Found);

    /// <summary>What it takes in memory: its bytes, the same as text, which has two for each, and some objects.</summary>
    public static long BytesOf(FoundRecord found) => 1024L + (4L * (found.Message.KeyLength + found.Message.ValueLength));
}

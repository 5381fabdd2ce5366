using System.Collections.Immutable;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Scanning;

/// <summary>What came since the last step, and how far the scan is.</summary>
/// <param name="Found">In order: of one partition by offset, between partitions by time.</param>
public sealed record ScanStep(ImmutableArray<FoundRecord> Found, ScanProgress Progress);

/// <param name="Message">Masked, and cut where less was to be kept.</param>
/// <param name="Key">Null for a record without one, and where it is withheld.</param>
/// <param name="Value">Null for a tombstone, and where it is withheld.</param>
public sealed record FoundRecord(MessageView Message, DecodedBody? Key, DecodedBody? Value, BatchFacts Batch, TransactionEnd Transaction)
{
    /// <summary>Of the key as it was written: two that are not the same do not have the same. Null where it was not asked for.</summary>
    internal UInt128? KeyPrint { get; init; }

    /// <summary>With no more than so many bytes of its key and its value. Half a document is none.</summary>
    public FoundRecord Cut(int most) => this with
    {
        Message = Message with { Key = Cut(Message.Key, most), Value = Cut(Message.Value, most) },
        Key = Cut(Key, Message.Key, most),
        Value = Cut(Value, Message.Value, most),
    };

    static ImmutableArray<byte>? Cut(ImmutableArray<byte>? bytes, int most) =>
        bytes is { } body && body.Length > most ? body[..most] : bytes;

    static DecodedBody? Cut(DecodedBody? body, ImmutableArray<byte>? bytes, int most) =>
        body is null || (bytes?.Length <= most && body.Text.Length <= most) ? body
            : body with { Text = body.Text[..Math.Min(body.Text.Length, most)], Json = null };
}

/// <summary>How the transaction ended that a record was written in.</summary>
public enum TransactionEnd
{
    /// <summary>Written outside of one.</summary>
    None,
    Committed,
    Aborted,

    /// <summary>Past the last stable offset: an open transaction lies at or before it, and how this one ends is not told.</summary>
    NotTold,
}

/// <summary>The batch that a record came in.</summary>
/// <param name="Bytes">As stored.</param>
/// <param name="ProducerId">-1 without idempotence.</param>
public sealed record BatchFacts(
    long First, long Last, int Records, int Bytes, CompressionType Compression, long ProducerId, short ProducerEpoch, int LeaderEpoch);

/// <param name="Scanned">Records looked at, up to those that were given.</param>
/// <param name="Bytes">Read from the cluster.</param>
/// <param name="IsOver">This is the last step.</param>
/// <param name="Next">Goes on from here; null before the end, and when nothing is left.</param>
public sealed record ScanProgress(
    ScanQuery Query, ImmutableArray<PartitionProgress> Partitions, long Scanned, long Bytes, int Found, TimeSpan Took, bool IsOver,
    ScanPosition? Next)
{
    /// <summary>The whole range was looked at, in every partition.</summary>
    public bool IsComplete => Partitions.All(p => p.IsDone);

    /// <summary>Offsets in the range, and those looked at: records are at most as many.</summary>
    public long Offsets => Partitions.Sum(p => p.Range.Length);

    public long Looked => Partitions.Sum(p => p.Covered.Length);

    /// <summary>Of a scan for the last record of each key; null of others.</summary>
    public KeysMet? Keys { get; init; }
}

/// <summary>What a scan for the last record of each key met.</summary>
/// <param name="Met">Keys, each counted once a partition; of one that goes on those that were not met before.</param>
/// <param name="Tombstones">Of them, those whose last record deletes them.</param>
/// <param name="WithoutKey">Records that have none.</param>
/// <param name="IsFull">It ended because as many keys were met as are remembered.</param>
public sealed record KeysMet(long Met, long Tombstones, long WithoutKey, bool IsFull);

/// <summary>One partition of a scan.</summary>
/// <param name="Range">What was to be looked at.</param>
/// <param name="Covered">What was, up to the records that were given.</param>
/// <param name="IsDone">Nothing of the range is left.</param>
public sealed record PartitionProgress(int Partition, OffsetRange Range, OffsetRange Covered, bool IsDone, long Scanned)
{
    /// <summary>Why it could not be read further. What was found before stays.</summary>
    public SectionError? Error { get; init; }

    /// <summary>Markers of transactions among the offsets covered; they hold no record.</summary>
    public long Markers { get; init; }

    /// <summary>Records of aborted transactions that were left out.</summary>
    public long Aborted { get; init; }

    /// <summary>Records that were searched as bytes, since they could not be decoded, and do not fit as such.</summary>
    public long Undecoded { get; init; }

    /// <summary>What kept some of them from it, where that was not their bytes.</summary>
    public RegistryException? Registry { get; init; }

    /// <summary>Offsets at which there is nothing, or nothing any longer: compaction took it, or retention while this was read.</summary>
    public long Gaps { get; init; }

    /// <summary>Offsets past the last stable one, which readers of committed records do not get yet.</summary>
    public long HeldUp { get; init; }

    /// <summary>Whose transaction that is; null when nothing waits for it, or while it is not known.</summary>
    public OpenTransaction? Holder { get; init; }

    /// <summary>The last stable offset.</summary>
    public long Stable { get; init; }

    /// <summary>Batches whose records cannot be read; at most <see cref="MostUnreadable"/>.</summary>
    public ImmutableArray<UnreadableBatch> Unreadable { get; init; } = [];

    public const int MostUnreadable = 20;
}

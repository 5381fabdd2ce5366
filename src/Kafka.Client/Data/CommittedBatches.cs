using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Client.Data;

/// <summary>A batch as a reader of committed records sees it.</summary>
/// <param name="NextOffset">After its last offset, records that were compacted away included.</param>
/// <param name="Records">Empty for markers of transactions and for what was aborted; null when its bytes cannot be read.</param>
/// <param name="Trouble">Why not.</param>
public readonly record struct CommittedBatch(
    long BaseOffset, long NextOffset, TimestampType TimestampType, IReadOnlyList<Record>? Records, string? Trouble);

/// <summary>
/// What of fetched bytes an application that reads committed records is given. The broker sends everything up to the last stable offset and
/// names the transactions that were aborted: leaving their records out is the reader's part (KIP-98).
/// </summary>
public static class CommittedBatches
{
    /// <summary>Of one batch, decompressed.</summary>
    const int MaxBatchBytes = 64 << 20;

    const sbyte FirstOfThisFormat = RecordBatch.CurrentMagic;

    /// <summary>
    /// The whole batches in order. Throws <see cref="WireFormatException"/> where a length is no batch's: what follows cannot be found.
    /// </summary>
    public static IEnumerable<CommittedBatch> Read(ReadOnlyMemory<byte> bytes, IReadOnlyList<AbortedTransaction> aborted)
    {
        var standing = new AbortedRecords(aborted);
        foreach (var batch in RecordBatches.Enumerate(bytes).ToList())
        {
            yield return batch.Magic < FirstOfThisFormat ? Old(batch) : Of(batch, standing);
        }
    }

    /// <summary>Message sets of before Kafka 0.11, one entry.</summary>
    static CommittedBatch Old(RecordBatch batch) =>
        new(batch.BaseOffset, batch.BaseOffset + 1, TimestampType.CreateTime, null, $"message format {batch.Magic}, of before Kafka 0.11");

    static CommittedBatch Of(RecordBatch batch, AbortedRecords standing)
    {
        // a damaged header could give an end before its beginning, and a reader that goes by it would never get on
        var next = Math.Max(batch.NextOffset, batch.BaseOffset + 1);
        // asked for every batch, in order: it counts transactions as they begin and end
        if (standing.Next(batch) != BatchStanding.Committed)
        {
            return new(batch.BaseOffset, next, batch.TimestampType, [], null);
        }

        var (records, trouble) = Records(batch);
        return new(batch.BaseOffset, next, batch.TimestampType, records, trouble);
    }

    static (IReadOnlyList<Record>? Records, string? Trouble) Records(RecordBatch batch)
    {
        if (!batch.IsValid)
        {
            return (null, batch.Magic == FirstOfThisFormat ? "its checksum is wrong" : $"message format {batch.Magic}, which is not known");
        }

        try
        {
            return ([.. RecordReader.Read(batch, MaxBatchBytes)], null);
        }
        catch (Exception e) when (e is WireFormatException or CompressionNotSupportedException)
        {
            return (null, e.Message);
        }
    }
}

using System.Buffers.Binary;
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
        var waiting = new Queue<AbortedTransaction>(aborted.OrderBy(one => one.FirstOffset));
        var producers = new HashSet<long>();
        foreach (var batch in RecordBatches.Enumerate(bytes).ToList())
        {
            yield return batch.Magic < FirstOfThisFormat ? Old(batch) : Of(batch, waiting, producers);
        }
    }

    /// <summary>Message sets of before Kafka 0.11, one entry.</summary>
    static CommittedBatch Old(RecordBatch batch) =>
        new(batch.BaseOffset, batch.BaseOffset + 1, TimestampType.CreateTime, null, $"message format {batch.Magic}, of before Kafka 0.11");

    static CommittedBatch Of(RecordBatch batch, Queue<AbortedTransaction> waiting, HashSet<long> producers)
    {
        var next = Math.Max(batch.NextOffset, batch.BaseOffset + 1);
        while (waiting.TryPeek(out var first) && first.FirstOffset < next)
        {
            producers.Add(waiting.Dequeue().ProducerId);
        }

        if (batch.IsControl)
        {
            if (IsAbort(batch))
            {
                producers.Remove(batch.ProducerId);
            }

            return new(batch.BaseOffset, next, batch.TimestampType, [], null);
        }

        if (batch.IsTransactional && producers.Contains(batch.ProducerId))
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

    /// <summary>The key of a marker: version, type (0 abort, 1 commit), both int16.</summary>
    static bool IsAbort(RecordBatch batch) =>
        Records(batch).Records is [{ Key: { Length: >= 4 } key }, ..] && BinaryPrimitives.ReadInt16BigEndian(key.Span[2..]) == 0;
}

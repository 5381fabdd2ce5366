using System.Buffers.Binary;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Client.Data;

/// <summary>What a batch is to a reader.</summary>
public enum BatchStanding
{
    /// <summary>Records that were written outside transactions, or in one that was committed.</summary>
    Committed,

    /// <summary>Records of a transaction that was aborted.</summary>
    Aborted,

    /// <summary>The marker that ends a transaction: it takes an offset and holds no record.</summary>
    Marker,
}

/// <summary>
/// Tells aborted batches from the others, in the order of a fetch answer that names the transactions aborted in it (KIP-98).
/// </summary>
public sealed class AbortedRecords(IReadOnlyList<AbortedTransaction> aborted)
{
    /// <summary>A marker has one record of a few bytes.</summary>
    const int MaxMarkerBytes = 1 << 16;

    readonly Queue<AbortedTransaction> waiting = new(aborted.OrderBy(one => one.FirstOffset));
    readonly HashSet<long> producers = [];

    /// <summary>Of the batch that comes next; of format v2.</summary>
    public BatchStanding Next(RecordBatch batch)
    {
        // before the batch is judged: a transaction may begin within it, and its first records are aborted as well
        while (waiting.TryPeek(out var first) && first.FirstOffset < batch.NextOffset)
        {
            producers.Add(waiting.Dequeue().ProducerId);
        }

        if (!batch.IsControl)
        {
            return batch.IsTransactional && producers.Contains(batch.ProducerId) ? BatchStanding.Aborted : BatchStanding.Committed;
        }

        // the same producer may go on with a transaction that is committed
        if (IsAbort(batch))
        {
            producers.Remove(batch.ProducerId);
        }

        return BatchStanding.Marker;
    }

    /// <summary>The key of a marker: version, type (0 abort, 1 commit), both int16.</summary>
    static bool IsAbort(RecordBatch batch)
    {
        try
        {
            return batch.IsValid
                && RecordReader.Read(batch, MaxMarkerBytes).FirstOrDefault().Key is { Length: >= 4 } key
                && BinaryPrimitives.ReadInt16BigEndian(key.Span[2..]) == 0;
        }
        catch (Exception e) when (e is WireFormatException or CompressionNotSupportedException)
        {
            return false;
        }
    }
}

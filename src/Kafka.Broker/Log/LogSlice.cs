using System.Buffers;
using System.Buffers.Binary;
using Kafka.Broker.Records;

namespace Kafka.Broker.Log;

/// <summary>
/// Where a read begins, as the log was when it was planned: immutable, so the read itself runs outside the loop. The first batch read is
/// the one that holds <paramref name="Offset"/>; no batch that reaches to or past <paramref name="Limit"/> is.
/// </summary>
/// <param name="Segments">The log's segments from the one with the offset on.</param>
/// <param name="Hint">Exact position of the batch in the first segment when known, else -1.</param>
readonly record struct LogSlice(ArraySegment<LogSegment> Segments, long Offset, long Limit, int Hint)
{
    /// <summary>
    /// Reads whole batches of one segment into a pooled buffer: as many as fit in <paramref name="maxBytes"/>; the first even if it is
    /// larger, when <paramref name="atLeastOne"/>. Null when there is nothing. Throws <see cref="IOException"/> or, when the segment was
    /// closed, <see cref="ObjectDisposedException"/>.
    /// </summary>
    public RentedRecords? Read(int maxBytes, bool atLeastOne)
    {
        if (Offset >= Limit || maxBytes <= 0 && !atLeastOne)
        {
            return null;
        }

        // the next ones too: compaction may have left nothing behind the offset in the first
        for (var i = 0; i < Segments.Count; i++)
        {
            var segment = Segments[i];
            var end = segment.Size;
            var position = i == 0 && Hint >= 0 ? Hint : segment.Find(Offset).Position;
            if (position < end)
            {
                return Read(segment, position, end, maxBytes, atLeastOne);
            }
        }

        return null;
    }

    RentedRecords? Read(LogSegment segment, int position, int end, int maxBytes, bool atLeastOne)
    {
        // a header at least, or the size of the first batch could not be known
        var wanted = Math.Min(Math.Max(maxBytes, BatchHeader.Size), end - position);
        var buffer = ArrayPool<byte>.Shared.Rent(wanted);
        try
        {
            var read = segment.File.Read(buffer.AsSpan(0, wanted), position);
            var (whole, firstSize) = WholeBatches(buffer.AsSpan(0, read), maxBytes);
            if (whole > 0)
            {
                var records = new RentedRecords(buffer, whole);
                buffer = null;
                return records;
            }

            if (!atLeastOne || firstSize == 0 || position + firstSize > end)
            {
                return null;
            }

            // the size of a batch is known only once its header is read: a first one that is larger than the guess is read again
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = ArrayPool<byte>.Shared.Rent(firstSize);
            if (segment.File.Read(buffer.AsSpan(0, firstSize), position) < firstSize)
            {
                return null;
            }

            var one = new RentedRecords(buffer, firstSize);
            buffer = null;
            return one;
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Bytes of whole batches below the limit, and the size of the first if it is below the limit.</summary>
    (int Whole, int FirstSize) WholeBatches(ReadOnlySpan<byte> bytes, int maxBytes)
    {
        var at = 0;
        var firstSize = 0;
        while (at + BatchHeader.Size <= bytes.Length)
        {
            var size = BatchHeader.Overhead + BinaryPrimitives.ReadInt32BigEndian(bytes[(at + 8)..]);
            var last = BinaryPrimitives.ReadInt64BigEndian(bytes[at..]) + BinaryPrimitives.ReadInt32BigEndian(bytes[(at + 23)..]);
            if (last >= Limit || size < BatchHeader.Size)
            {
                break;
            }

            firstSize = at == 0 ? size : firstSize;
            if (at + size > bytes.Length || at + size > maxBytes)
            {
                break;
            }

            at += size;
        }

        return (at, firstSize);
    }
}

/// <summary>Whole batches in a pooled buffer. Dispose once, after they were written out.</summary>
sealed class RentedRecords(byte[] buffer, int length) : IDisposable
{
    byte[]? owned = buffer;

    public ReadOnlyMemory<byte> Memory => owned.AsMemory(0, length);

    public int Length => length;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref owned, null) is { } back)
        {
            ArrayPool<byte>.Shared.Return(back);
        }
    }
}

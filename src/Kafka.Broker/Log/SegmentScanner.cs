using System.Buffers;
using Kafka.Broker.Records;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// Walks the batch headers of a file without reading the records in between. Stops at the end or at the first implausible header.
/// </summary>
sealed class SegmentScanner(IDiskFile file, long from, long end) : IDisposable
{
    /// <summary>Some hundred headers of small batches a read; more would be read in vain where batches are large.</summary>
    const int ChunkSize = 16 << 10;

    readonly byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkSize);
    long chunkStart;
    int chunkLength;
    long next = from;

    public BatchHeader Header { get; private set; }

    /// <summary>Where the current batch begins in the file.</summary>
    public long Position { get; private set; }

    /// <summary>Where the next batch begins: the end of the last whole batch.</summary>
    public long End => next;

    /// <summary>False at the end, or when what follows is not a whole batch.</summary>
    public bool Next()
    {
        if (next + BatchHeader.Size > end || !Fill())
        {
            return false;
        }

        var header = new BatchHeader(chunk.AsSpan((int)(next - chunkStart), BatchHeader.Size));
        if (!header.IsPlausible || next + header.SizeInBytes > end)
        {
            return false;
        }

        Header = header;
        Position = next;
        next += header.SizeInBytes;
        return true;
    }

    /// <summary>Reads the current batch whole: whether its checksum is that of its bytes.</summary>
    public bool IsIntact()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Header.SizeInBytes);
        try
        {
            var batch = buffer.AsSpan(0, Header.SizeInBytes);
            return file.Read(batch, Position) == batch.Length && BatchChecks.Checksum(batch) == Header.Crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(chunk);

    bool Fill()
    {
        if (next >= chunkStart && next + BatchHeader.Size <= chunkStart + chunkLength)
        {
            return true;
        }

        chunkStart = next;
        chunkLength = file.Read(chunk.AsSpan(0, (int)Math.Min(ChunkSize, end - next)), next);
        return chunkLength >= BatchHeader.Size;
    }
}

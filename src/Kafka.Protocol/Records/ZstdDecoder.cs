using Wire;

namespace Kafka.Protocol.Records;

/// <summary>zstd through the system's library; where it is missing, zstd batches are passed through unread.</summary>
static class ZstdDecoder
{
    const int ChunkSize = 64 << 10;

    internal static bool IsAvailable => ZstdLibrary.Instance is not null;

    internal static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> source, int maxBytes)
    {
        var zstd = ZstdLibrary.Instance ?? throw new CompressionNotSupportedException(CompressionType.Zstd);
        var context = zstd.CreateContext();
        try
        {
            return Decode(zstd, context, source, maxBytes);
        }
        finally
        {
            _ = zstd.FreeContext(context);
        }
    }

    static ReadOnlyMemory<byte> Decode(ZstdLibrary zstd, nint context, ReadOnlyMemory<byte> source, int maxBytes)
    {
        // the library's pointers must not move: both sides lie on the pinned heap while it works
        var compressed = GC.AllocateUninitializedArray<byte>(source.Length, pinned: true);
        source.CopyTo(compressed);
        var chunk = GC.AllocateUninitializedArray<byte>(ChunkSize, pinned: true);
        var output = new DecoderOutput(source.Length * 4L, maxBytes);
        var input = new ZstdLibrary.Buffer(compressed);
        var missing = (nuint)1;
        while (missing != 0 || input.Position < input.Size)
        {
            var room = new ZstdLibrary.Buffer(chunk);
            var before = input.Position;
            missing = zstd.Decompress(context, ref room, ref input);
            if (zstd.IsError(missing) != 0)
            {
                throw new WireFormatException("Not zstd.");
            }

            if (missing != 0 && room.Position == 0 && input.Position == before)
            {
                throw new WireFormatException("zstd data stops before its end.");
            }

            output.Append(chunk.AsSpan(0, room.Position));
        }

        GC.KeepAlive(compressed);
        GC.KeepAlive(chunk);
        return output.Written;
    }
}

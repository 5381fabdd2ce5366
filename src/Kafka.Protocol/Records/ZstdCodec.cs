using System.Buffers;
using Wire;
using ZstdSharp;

namespace Kafka.Protocol.Records;

/// <summary>zstd frames (RFC 8878). A frame that wants a window of more than 128 MB, the library's own limit, is refused.</summary>
static class ZstdCodec
{
    internal static void Decode(ReadOnlySpan<byte> source, DecoderOutput output)
    {
        using var decompressor = new Decompressor();
        for (var status = OperationStatus.NeedMoreData; status != OperationStatus.Done || source.Length > 0;)
        {
            status = decompressor.UnwrapStream(source, output.Free(), out var read, out var written);
            if (status != OperationStatus.Done && read == 0 && written == 0)
            {
                throw new WireFormatException("zstd data stops before its end.");
            }

            output.Advance(written);
            source = source[read..];
        }
    }

    internal static ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> bytes)
    {
        using var compressor = new Compressor();
        var output = new byte[Compressor.GetCompressBound(bytes.Length)];
        return output.AsMemory(0, compressor.Wrap(bytes, output));
    }
}

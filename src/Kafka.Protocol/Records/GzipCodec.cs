using System.IO.Compression;

namespace Kafka.Protocol.Records;

static class GzipCodec
{
    internal static void Decode(Stream source, DecoderOutput output)
    {
        using var gzip = new GZipStream(source, CompressionMode.Decompress);
        output.CopyFrom(gzip);
    }

    internal static ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> bytes)
    {
        var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }
}

using System.IO.Compression;
using System.Runtime.InteropServices;
using Wire;

namespace Kafka.Protocol.Records;

static class GzipDecoder
{
    internal static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> source, int maxBytes)
    {
        using var stream = new GZipStream(Stream(source), CompressionMode.Decompress);
        var output = new DecoderOutput(source.Length * 4L, maxBytes);
        try
        {
            int read;
            while ((read = stream.Read(output.Free(4096))) > 0)
            {
                output.Advance(read);
            }
        }
        catch (InvalidDataException e)
        {
            throw new WireFormatException($"Not gzip: {e.Message}");
        }

        return output.Written;
    }

    static MemoryStream Stream(ReadOnlyMemory<byte> source) => MemoryMarshal.TryGetArray(source, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(source.ToArray(), writable: false);
}

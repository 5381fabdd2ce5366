using System.Buffers.Binary;
using System.IO.Compression;
using Dashboard.Messages.Bytes;
using ZstdSharp;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// Values that their producer packed, beside what Kafka does with whole batches. A few bytes can unfold to terabytes: bounded.
/// </summary>
static class CompressedBody
{
    public const int MostBytes = 16 << 20;

    public static string? FormatOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0x1f, 0x8b, 8, ..] => BodyFormats.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => BodyFormats.Zstd,
        _ => null,
    };

    /// <summary>
    /// A gzip member ends with its length (RFC 1952), which .NET does not look at: what is cut off would pass for the whole. Where several
    /// members follow each other it is that of the last one alone, and says nothing here.
    /// </summary>
    static bool IsWhole(ReadOnlySpan<byte> packed, long length) =>
        packed.Length >= 18 && (BinaryPrimitives.ReadUInt32LittleEndian(packed[^4..]) == (uint)length
            || packed[1..].IndexOf((ReadOnlySpan<byte>)[0x1f, 0x8b, 8]) >= 0);

    /// <exception cref="UndecodableException">It is broken, or becomes too much.</exception>
    public static ReadOnlyMemory<byte> Unpack(string format, ReadOnlyMemory<byte> bytes)
    {
        var name = format.TrimEnd('+');
        try
        {
            using var packed = new MemoryStream(bytes.ToArray(), writable: false);
            using Stream unpacking = format == BodyFormats.Gzip
                ? new GZipStream(packed, CompressionMode.Decompress)
                : new DecompressionStream(packed);
            using var inside = new MemoryStream();
            var buffer = new byte[16 << 10];
            for (var read = unpacking.Read(buffer); read > 0; read = unpacking.Read(buffer))
            {
                if (inside.Length + read > MostBytes)
                {
                    throw new UndecodableException($"{name}: it unfolds to more than {MostBytes >> 20} MiB");
                }

                inside.Write(buffer, 0, read);
            }

            return format == BodyFormats.Zstd || IsWhole(bytes.Span, inside.Length)
                ? inside.GetBuffer().AsMemory(0, (int)inside.Length)
                : throw new UndecodableException("gzip: it ends before its end");
        }
        catch (Exception e) when (e is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw new UndecodableException($"{name}: {e.Message}");
        }
    }
}

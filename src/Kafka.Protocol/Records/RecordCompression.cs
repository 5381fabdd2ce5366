using System.Runtime.InteropServices;
using Wire;
using ZstdSharp;

namespace Kafka.Protocol.Records;

/// <summary>
/// Compresses and decompresses the records of a batch: the one place where codecs are chosen and where a batch's size after decompression
/// has a limit.
/// </summary>
public static class RecordCompression
{
    /// <summary>How large a batch may get by decompression unless set: a small batch must not be able to fill the memory.</summary>
    public const int DefaultMaxBytes = 128 << 20;

    public static bool CanDecode(CompressionType type) => type <= CompressionType.Zstd;

    /// <summary>The records' bytes without compression; the same memory when there was none.</summary>
    /// <exception cref="WireFormatException">
    /// The bytes are not what the codec writes, or become more than <paramref name="maxBytes"/>.
    /// </exception>
    /// <exception cref="CompressionNotSupportedException"><see cref="CanDecode"/> is false.</exception>
    public static ReadOnlyMemory<byte> Decompress(CompressionType type, ReadOnlyMemory<byte> payload, int maxBytes = DefaultMaxBytes)
    {
        if (type == CompressionType.None)
        {
            return payload;
        }

        var output = new DecoderOutput(payload.Length * 4L, maxBytes);
        try
        {
            Decode(type, payload, output);
        }
        catch (Exception e) when (IsOfDamage(e))
        {
            throw new WireFormatException($"Not {type}: {e.Message}");
        }

        return output.Written;
    }

    /// <summary>As Kafka's own producer does, at each codec's default level.</summary>
    /// <exception cref="CompressionNotSupportedException">No such codec.</exception>
    public static ReadOnlyMemory<byte> Compress(CompressionType type, ReadOnlyMemory<byte> records) => type switch
    {
        CompressionType.None => records,
        CompressionType.Gzip => GzipCodec.Encode(records.Span),
        CompressionType.Snappy => SnappyCodec.Encode(records.Span),
        CompressionType.Lz4 => Lz4Codec.Encode(records.Span),
        CompressionType.Zstd => ZstdCodec.Encode(records.Span),
        _ => throw new CompressionNotSupportedException(type),
    };

    static void Decode(CompressionType type, ReadOnlyMemory<byte> payload, DecoderOutput output)
    {
        switch (type)
        {
            case CompressionType.Gzip:
                GzipCodec.Decode(AsStream(payload), output);
                break;
            case CompressionType.Snappy:
                SnappyCodec.Decode(payload.Span, output);
                break;
            case CompressionType.Lz4:
                Lz4Codec.Decode(AsStream(payload), output);
                break;
            case CompressionType.Zstd:
                ZstdCodec.Decode(payload.Span, output);
                break;
            default:
                throw new CompressionNotSupportedException(type);
        }
    }

    /// <summary>
    /// What the libraries throw for bytes that no encoder wrote. Memory that runs out and faults of this program are not among them.
    /// </summary>
    static bool IsOfDamage(Exception fault) =>
        fault is InvalidDataException
            or IOException
            or ArgumentException
            or InvalidOperationException
            or NotImplementedException
            or OverflowException
            or ZstdException;

    static MemoryStream AsStream(ReadOnlyMemory<byte> bytes) => MemoryMarshal.TryGetArray(bytes, out var array)
        ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
        : new MemoryStream(bytes.ToArray(), writable: false);
}

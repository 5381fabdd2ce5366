using System.Buffers.Binary;
using Wire;

namespace Kafka.Protocol.Records;

/// <summary>
/// Snappy (google/snappy, format_description.txt): either one raw block, or blocks in the framing of snappy-java (xerial), which Java's
/// producer writes: magic, two versions, then blocks with an int32 length before each.
/// </summary>
static class SnappyDecoder
{
    const int XerialHeader = 16;

    static ReadOnlySpan<byte> XerialMagic => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0];

    internal static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> source, int maxBytes)
    {
        var rest = source.Span;
        var output = new DecoderOutput(source.Length * 3L, maxBytes);
        if (!rest.StartsWith(XerialMagic))
        {
            Block(rest, output);
            return output.Written;
        }

        if (rest.Length < XerialHeader)
        {
            throw Cut();
        }

        rest = rest[XerialHeader..];
        while (rest.Length > 0)
        {
            if (rest.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(rest) is var length && (length < 0 || length > rest.Length - 4))
            {
                throw Cut();
            }

            Block(rest.Slice(4, length), output);
            rest = rest[(4 + length)..];
        }

        return output.Written;
    }

    static void Block(ReadOnlySpan<byte> block, DecoderOutput output)
    {
        var at = 0;
        var end = output.Length + (long)Length(block, ref at);
        while (at < block.Length)
        {
            var tag = block[at++];
            if ((tag & 3) == 0)
            {
                Literal(block, tag >> 2, ref at, output);
            }
            else
            {
                Copy(block, tag, ref at, output);
            }
        }

        if (output.Length != end)
        {
            throw new WireFormatException($"A snappy block ended at {output.Length} instead of {end} bytes.");
        }
    }

    static uint Length(ReadOnlySpan<byte> block, ref int at)
    {
        uint length = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = at < block.Length ? block[at++] : throw Cut();
            length |= (uint)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return length;
            }
        }

        throw Cut();
    }

    static void Literal(ReadOnlySpan<byte> block, int length, ref int at, DecoderOutput output)
    {
        // lengths from 61 on say in how many bytes (1 to 4) the length less one follows
        var size = length < 60 ? length + 1L : LittleEndian(block, length - 59, ref at) + 1L;
        if (size > block.Length - at)
        {
            throw Cut();
        }

        output.Append(block.Slice(at, (int)size));
        at += (int)size;
    }

    static void Copy(ReadOnlySpan<byte> block, byte tag, ref int at, DecoderOutput output)
    {
        switch (tag & 3)
        {
            case 1:
                output.CopyBack(((tag >> 5) << 8) | (int)LittleEndian(block, 1, ref at), ((tag >> 2) & 7) + 4);
                break;
            case 2:
                output.CopyBack((int)LittleEndian(block, 2, ref at), (tag >> 2) + 1);
                break;
            default:
                output.CopyBack((int)LittleEndian(block, 4, ref at), (tag >> 2) + 1);
                break;
        }
    }

    static uint LittleEndian(ReadOnlySpan<byte> block, int bytes, ref int at)
    {
        if (bytes > block.Length - at)
        {
            throw Cut();
        }

        uint value = 0;
        for (var i = 0; i < bytes; i++)
        {
            value |= (uint)block[at++] << (8 * i);
        }

        return value;
    }

    static WireFormatException Cut() => new("Snappy data is cut off.");
}

using System.Buffers.Binary;
using Wire;

namespace Kafka.Protocol.Records;

/// <summary>
/// LZ4 frames (lz4_Frame_format.md) of LZ4 blocks (lz4_Block_format.md). Checksums are skipped: the batch's crc covers the same bytes.
/// </summary>
static class Lz4Decoder
{
    const uint Magic = 0x184D2204;

    internal static ReadOnlyMemory<byte> Decode(ReadOnlyMemory<byte> source, int maxBytes)
    {
        var output = new DecoderOutput(source.Length * 3L, maxBytes);
        var rest = source.Span;
        while (rest.Length > 0)
        {
            rest = Frame(rest, output);
        }

        return output.Written;
    }

    /// <summary>Decodes one frame and returns what lies after it.</summary>
    static ReadOnlySpan<byte> Frame(ReadOnlySpan<byte> rest, DecoderOutput output)
    {
        if (rest.Length < 7 || BinaryPrimitives.ReadUInt32LittleEndian(rest) != Magic || rest[4] >> 6 != 1)
        {
            throw new WireFormatException("Not an LZ4 frame.");
        }

        var flags = rest[4];
        var blockChecksum = (flags & 0x10) != 0 ? 4 : 0;
        var contentSize = (flags & 0x08) != 0 ? 8 : 0;
        var contentChecksum = (flags & 0x04) != 0 ? 4 : 0;
        var dictionary = (flags & 0x01) != 0 ? 4 : 0;
        rest = From(rest, 7 + contentSize + dictionary);
        while (true)
        {
            var size = rest.Length >= 4 ? BinaryPrimitives.ReadUInt32LittleEndian(rest) : throw Cut();
            rest = rest[4..];
            if (size == 0)
            {
                return From(rest, contentChecksum);
            }

            var length = (int)(size & 0x7fffffff);
            if (length > rest.Length)
            {
                throw Cut();
            }

            if ((size & 0x80000000) != 0)
            {
                output.Append(rest[..length]);
            }
            else
            {
                Block(rest[..length], output);
            }

            rest = From(rest, length + blockChecksum);
        }
    }

    static void Block(ReadOnlySpan<byte> block, DecoderOutput output)
    {
        var at = 0;
        while (at < block.Length)
        {
            var token = block[at++];
            var literals = Length(block, token >> 4, ref at);
            if (literals > block.Length - at)
            {
                throw Cut();
            }

            output.Append(block.Slice(at, literals));
            at += literals;
            if (at == block.Length)
            {
                return; // the last sequence has literals only
            }

            if (block.Length - at < 2)
            {
                throw Cut();
            }

            var distance = BinaryPrimitives.ReadUInt16LittleEndian(block[at..]);
            at += 2;
            output.CopyBack(distance, Length(block, token & 15, ref at) + 4);
        }
    }

    static int Length(ReadOnlySpan<byte> block, int length, ref int at)
    {
        if (length < 15)
        {
            return length;
        }

        byte more;
        do
        {
            more = at < block.Length ? block[at++] : throw Cut();
            length = checked(length + more);
        }
        while (more == 255);
        return length;
    }

    static ReadOnlySpan<byte> From(ReadOnlySpan<byte> rest, int at) => at <= rest.Length ? rest[at..] : throw Cut();

    static WireFormatException Cut() => new("LZ4 data is cut off.");
}

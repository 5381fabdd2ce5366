using System.Buffers;
using System.Buffers.Binary;
using Snappier;
using Wire;

namespace Kafka.Protocol.Records;

/// <summary>
/// Snappy (google/snappy, format_description.txt): either one raw block, or blocks in the framing of snappy-java (xerial), which Java's
/// producer writes: magic, two versions, then blocks with an int32 length before each.
/// </summary>
static class SnappyCodec
{
    const int MagicSize = 8;

    /// <summary>Bytes of a block before compression, as snappy-java's.</summary>
    const int BlockSize = 32 << 10;

    /// <summary>
    /// The densest that a block can be: three bytes that copy 64. A block that declares more is refused before memory is taken for it.
    /// </summary>
    const int DensestCopy = 3;
    const int LongestCopy = 64;

    static ReadOnlySpan<byte> Header => [0x82, (byte)'S', (byte)'N', (byte)'A', (byte)'P', (byte)'P', (byte)'Y', 0, 0, 0, 0, 1, 0, 0, 0, 1];

    internal static void Decode(ReadOnlySpan<byte> source, DecoderOutput output)
    {
        if (!source.StartsWith(Header[..MagicSize]))
        {
            Block(source, output);
            return;
        }

        if (source.Length < Header.Length)
        {
            throw Cut();
        }

        for (var rest = source[Header.Length..]; rest.Length > 0;)
        {
            if (rest.Length < sizeof(int)
                || BinaryPrimitives.ReadInt32BigEndian(rest) is var length && (length < 0 || length > rest.Length - sizeof(int)))
            {
                throw Cut();
            }

            Block(rest.Slice(sizeof(int), length), output);
            rest = rest[(sizeof(int) + length)..];
        }
    }

    internal static ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> bytes)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write(Header);
        for (; bytes.Length > 0; bytes = bytes[Math.Min(BlockSize, bytes.Length)..])
        {
            var block = bytes[..Math.Min(BlockSize, bytes.Length)];
            var room = output.GetSpan(sizeof(int) + Snappy.GetMaxCompressedLength(block.Length));
            var written = Snappy.Compress(block, room[sizeof(int)..]);
            BinaryPrimitives.WriteInt32BigEndian(room, written);
            output.Advance(sizeof(int) + written);
        }

        return output.WrittenMemory;
    }

    static void Block(ReadOnlySpan<byte> block, DecoderOutput output)
    {
        var declared = Snappy.GetUncompressedLength(block);
        if (declared > ((long)block.Length / DensestCopy + 1) * LongestCopy)
        {
            throw new WireFormatException($"A snappy block of {block.Length} bytes cannot hold {declared}.");
        }

        output.Advance(Snappy.Decompress(block, output.Free(declared)));
    }

    static WireFormatException Cut() => new("Snappy data is cut off.");
}

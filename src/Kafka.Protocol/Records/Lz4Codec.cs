using System.Buffers;
using K4os.Compression.LZ4.Streams;
using K4os.Hash.xxHash;

namespace Kafka.Protocol.Records;

/// <summary>One LZ4 frame (lz4_Frame_format.md), as Kafka's clients write it: blocks of 64 KB that do not refer to each other.</summary>
static class Lz4Codec
{
    const int MagicSize = 4;
    const int BlockSize = 64 << 10;
    const int SmallestHeader = MagicSize + 3;
    const byte HasContentSize = 0x08;
    const byte HasDictionary = 0x01;

    static readonly LZ4EncoderSettings settings = new() { BlockSize = BlockSize, ChainBlocks = false };

    // over a stream: the library's reader of spans does not check a block's length against its buffer
    internal static void Decode(Stream source, DecoderOutput output)
    {
        using var frame = LZ4Stream.Decode(source);
        output.CopyFrom(frame);
    }

    internal static ReadOnlyMemory<byte> Encode(ReadOnlySpan<byte> bytes) =>
        LZ4Frame.Encode(bytes, new ArrayBufferWriter<byte>(), settings).WrittenMemory;

    /// <summary>
    /// The frame of a message of format 0 with the checksum of its header made right: clients of that format took the magic into it
    /// (KIP-57), and their brokers did not look at it.
    /// </summary>
    internal static ReadOnlyMemory<byte> WithHeaderChecksum(ReadOnlyMemory<byte> frame)
    {
        if (frame.Length < SmallestHeader)
        {
            return frame;
        }

        var flags = frame.Span[MagicSize];
        var end = SmallestHeader - 1 + ((flags & HasContentSize) != 0 ? 8 : 0) + ((flags & HasDictionary) != 0 ? 4 : 0);
        if (end >= frame.Length)
        {
            return frame;
        }

        var bytes = frame.ToArray();
        bytes[end] = (byte)(XXH32.DigestOf(bytes.AsSpan(MagicSize, end - MagicSize)) >> 8);
        return bytes;
    }
}

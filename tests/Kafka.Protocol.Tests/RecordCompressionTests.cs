using System.Buffers.Binary;
using System.Text;
using Kafka.Protocol.Records;
using Snappier;
using Wire;

namespace Kafka.Protocol.Tests;

/// <summary>
/// The codecs behind their one limit: what they write is read back, what is damaged or a bomb is refused before it takes memory.
/// </summary>
public sealed class RecordCompressionTests
{
    public static TheoryData<CompressionType> Codecs =>
        [CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4, CompressionType.Zstd];

    [Theory]
    [MemberData(nameof(Codecs))]
    public void What_is_compressed_is_read_back(CompressionType codec)
    {
        foreach (var size in new[] { 0, 1, 1000, 32 << 10, (32 << 10) + 1, 300_000 })
        {
            var text = Text(size);
            var compressed = RecordCompression.Compress(codec, text);
            Assert.True(size < 1000 || compressed.Length < size);
            Assert.Equal(text, RecordCompression.Decompress(codec, compressed).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void The_limit_is_exact(CompressionType codec)
    {
        var compressed = RecordCompression.Compress(codec, Text(100_000));
        Assert.Equal(100_000, RecordCompression.Decompress(codec, compressed, 100_000).Length);
        Assert.Throws<WireFormatException>(() => RecordCompression.Decompress(codec, compressed, 99_999));
    }

    /// <summary>
    /// 64 MB of zeros in a small payload: memory is taken up to the limit, to which the buffer grows by doubling, and for the codec's
    /// own blocks.
    /// </summary>
    [Theory]
    [MemberData(nameof(Codecs))]
    public void A_bomb_is_refused_before_its_memory_is_taken(CompressionType codec)
    {
        const int Limit = 1 << 20;
        var bomb = RecordCompression.Compress(codec, new byte[64 << 20]);
        Refuses(codec, bomb, 1 << 10); // what loads the library is not counted
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refuses(codec, bomb, Limit);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 * Limit);

        static void Refuses(CompressionType codec, ReadOnlyMemory<byte> bomb, int limit) =>
            Assert.Throws<WireFormatException>(() => RecordCompression.Decompress(codec, bomb, limit));
    }

    [Fact]
    public void A_snappy_block_that_declares_more_than_it_can_hold_is_refused_before_memory_is_taken()
    {
        byte[] declares = [0x80, 0x80, 0x80, 0x20, 0, (byte)'x']; // 64 MB, within the limit, in six bytes
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<WireFormatException>(() => RecordCompression.Decompress(CompressionType.Snappy, declares));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void The_densest_snappy_is_not_taken_for_a_lie()
    {
        var zeros = new byte[1 << 20];
        Assert.Equal(zeros.Length, RecordCompression.Decompress(CompressionType.Snappy, Snappy.CompressToArray(zeros)).Length);
    }

    [Fact]
    public void Raw_snappy_blocks_are_read_as_well_as_framed_ones()
    {
        var text = Text(50_000);
        Assert.Equal(text, RecordCompression.Decompress(CompressionType.Snappy, Snappy.CompressToArray(text)).ToArray());
    }

    /// <summary>Not gzip: the framework gives what there is, and the records then do not add up.</summary>
    [Theory]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void What_is_cut_off_is_refused(CompressionType codec)
    {
        var compressed = RecordCompression.Compress(codec, Text(5000));
        for (var length = 1; length < compressed.Length; length += 7)
        {
            Assert.Throws<WireFormatException>(() => RecordCompression.Decompress(codec, compressed[..length]));
        }
    }

    [Theory]
    [MemberData(nameof(Codecs))]
    public void Damage_is_refused_or_read_but_never_fails_otherwise(CompressionType codec)
    {
        var random = new Random((int)codec);
        var whole = RecordCompression.Compress(codec, Text(20_000)).ToArray();
        for (var round = 0; round < 2000; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var damage = 1 + random.Next(4); damage > 0; damage--)
            {
                bytes[random.Next(round % 2 == 0 ? 64 : bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                _ = RecordCompression.Decompress(codec, bytes, 1 << 20);
            }
            catch (WireFormatException)
            {
                // as it should be
            }
        }
    }

    /// <summary>A block longer than its frame allows must not be copied past the end of the buffer for blocks.</summary>
    [Fact]
    public void An_LZ4_block_larger_than_its_frame_allows_is_refused()
    {
        var frame = RecordCompression.Compress(CompressionType.Lz4, Text(10)).ToArray();
        var longer = new byte[7 + 4 + (4 << 20) + 4];
        frame.AsSpan(0, 7).CopyTo(longer);
        BinaryPrimitives.WriteUInt32LittleEndian(longer.AsSpan(7), 0x80000000u | (4 << 20));
        Assert.Throws<WireFormatException>(() => RecordCompression.Decompress(CompressionType.Lz4, longer));
    }

    [Fact]
    public void A_codec_that_nobody_knows_is_named() =>
        Assert.Equal(
            (CompressionType)5,
            Assert.Throws<CompressionNotSupportedException>(() => RecordCompression.Decompress((CompressionType)5, new byte[1])).Type);

    static byte[] Text(int size)
    {
        var random = new Random(1);
        var text = new StringBuilder();
        while (text.Length < size)
        {
            text.Append(random.Next(3) == 0 ? $"{random.Next()}" : "partition ");
        }

        return Encoding.ASCII.GetBytes(text.ToString(0, size));
    }
}

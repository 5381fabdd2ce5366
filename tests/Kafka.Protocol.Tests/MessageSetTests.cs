using System.Buffers.Binary;
using System.Text;
using K4os.Hash.xxHash;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Protocol.Tests;

/// <summary>The formats before v2; the bytes were made with Python's struct and zlib.</summary>
public sealed class MessageSetTests
{
    const string Format0 = "00000000000000000000000f51df3a320000ffffffff0000000161000000000000000000000010053603770000000000016b0000000162";
    const string Format1 = "00000000000000000000001771bb6a1601000000015d3ef79800000000016bffffffff";
    const string Gzipped =
        "0000000000000001000000497afc792001010000000000000002ffffffff00000033"
        + "1f8b080000000000020363608003f13dd28ce28c301ee37f2000d1153001901205edae26b8122698924a0091ee434246000000";

    [Fact]
    public void Messages_of_format_0_become_records_without_timestamps()
    {
        var batch = new RecordBatch(MessageSet.ToBatch(Convert.FromHexString(Format0)));
        Assert.True(batch.IsValid);
        Assert.Equal([(0, -1, null, "a"), (1, -1, "k", "b")], RecordReader.Read(batch).Select(Text));
    }

    [Fact]
    public void Messages_of_format_1_keep_their_timestamps_and_tombstones()
    {
        var batch = new RecordBatch(MessageSet.ToBatch(Convert.FromHexString(Format1)));
        Assert.Equal([(0, 1_500_000_000_000, "k", null)], RecordReader.Read(batch).Select(Text));
        Assert.Equal(1_500_000_000_000, batch.MaxTimestamp);
    }

    [Fact]
    public void A_compressed_message_holds_a_set_and_stays_compressed()
    {
        var batch = new RecordBatch(MessageSet.ToBatch(Convert.FromHexString(Gzipped)));
        Assert.Equal(CompressionType.Gzip, batch.Compression);
        Assert.Equal([(0, 1, null, "x"), (1, 2, null, "y")], RecordReader.Read(batch).Select(Text));
    }

    [Theory]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    public void A_compressed_message_stays_with_its_codec(CompressionType codec)
    {
        var batch = new RecordBatch(
            MessageSet.ToBatch(Wrapped(1, codec, RecordCompression.Compress(codec, Convert.FromHexString(Format1)).Span)));
        Assert.Equal(codec, batch.Compression);
        Assert.Equal([(0, 1_500_000_000_000, "k", null)], RecordReader.Read(batch).Select(Text));
    }

    /// <summary>
    /// Clients of format 0 hashed the frame's magic with its header (KIP-57); those of format 1 do it right, and are checked.
    /// </summary>
    [Fact]
    public void The_wrong_checksum_of_an_LZ4_header_is_taken_in_format_0_alone()
    {
        var frame = RecordCompression.Compress(CompressionType.Lz4, Convert.FromHexString(Format0)).ToArray();
        frame[6] = (byte)(XXH32.DigestOf(frame.AsSpan(0, 6)) >> 8);

        var batch = new RecordBatch(MessageSet.ToBatch(Wrapped(0, CompressionType.Lz4, frame)));

        Assert.Equal([(0, -1, null, "a"), (1, -1, "k", "b")], RecordReader.Read(batch).Select(Text));
        Assert.Throws<WireFormatException>(() => MessageSet.ToBatch(Wrapped(1, CompressionType.Lz4, frame)));
        Assert.Throws<WireFormatException>(() => MessageSet.ToBatch(Wrapped(0, CompressionType.Lz4, frame.AsSpan(0, 5))));
    }

    [Fact]
    public void What_is_torn_or_has_a_wrong_crc_is_refused()
    {
        var bytes = Convert.FromHexString(Format0);
        for (var length = 0; length < bytes.Length; length++)
        {
            if (length != 27)
            {
                Assert.Throws<WireFormatException>(() => MessageSet.ToBatch(bytes.AsMemory(0, length)));
            }
        }

        for (var i = 12; i < 27; i++)
        {
            var broken = (byte[])bytes.Clone();
            broken[i] ^= 1;
            Assert.Throws<WireFormatException>(() => MessageSet.ToBatch(broken));
        }
    }

    [Theory]
    [InlineData(0, "0000000000000007000000109c3f52cd0000000000016b0000000161")]
    [InlineData(1, "000000000000000700000018d96d5e6c010000000000000004d2000000016b0000000161")]
    public void Records_become_messages_from_an_offset_on(byte magic, string expected)
    {
        using var builder = new RecordBatchBuilder { BaseOffset = 6, Compression = CompressionType.Gzip };
        builder.Add(null, "before"u8.ToArray(), 1000).Add("k"u8.ToArray(), "a"u8.ToArray(), 1234);
        byte[] batches = [.. builder.Build(), .. RecordBatchBuilder.EndTransactionMarker(1, 0, commit: true, 0, 1, baseOffset: 8)];

        var messages = MessageSet.FromBatches(batches, magic, from: 7);

        Assert.Equal(expected, Convert.ToHexStringLower(messages.Span));
        Assert.True(MessageSet.IsOld(messages.Span));
        Assert.False(MessageSet.IsOld(batches));
    }

    /// <summary>One message without a key whose value is a compressed set.</summary>
    static byte[] Wrapped(byte magic, CompressionType codec, ReadOnlySpan<byte> value)
    {
        byte[] body =
            [magic, (byte)codec, .. magic == 1 ? new byte[8] : [], 0xff, 0xff, 0xff, 0xff, .. BigEndian((uint)value.Length), .. value];
        return [.. new byte[8], .. BigEndian((uint)body.Length + 4), .. BigEndian(Crc32.Compute(body)), .. body];
    }

    static byte[] BigEndian(uint number)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    static (long Offset, long Timestamp, string? Key, string? Value) Text(Kafka.Protocol.Records.Record record) =>
        (record.Offset, record.Timestamp, Text(record.Key), Text(record.Value));

    static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } some ? Encoding.UTF8.GetString(some.Span) : null;
}

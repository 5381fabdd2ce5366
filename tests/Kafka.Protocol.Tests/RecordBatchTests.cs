using System.Text;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Protocol.Tests;

public class RecordBatchTests
{
    [Theory]
    [MemberData(nameof(RecordBatchFixture.Names), MemberType = typeof(RecordBatchFixture))]
    public void Batches_that_Kafka_wrote_are_read(string name)
    {
        var fixture = RecordBatchFixture.Named(name);
        var batch = Assert.Single(RecordBatches.Enumerate(fixture.Bytes).ToList());
        Assert.True(batch.IsValid);
        Assert.Equal(fixture.Records.Length, batch.RecordCount);
        Assert.Equal(fixture.Records, RecordReader.Read(batch).Select(RecordBatchFixture.Word));
    }

    [Fact]
    public void Every_field_of_the_header_is_where_Kafka_puts_it()
    {
        var batch = new RecordBatch(RecordBatchFixture.Named("idempotent").Bytes);
        Assert.Equal((100L, 2, 102L, 103L), (batch.BaseOffset, batch.LastOffsetDelta, batch.LastOffset, batch.NextOffset));
        Assert.Equal((4711L, (short)2, 2147483646, 0), (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.LastSequence));
        Assert.Equal((9, (sbyte)2, 3), (batch.PartitionLeaderEpoch, batch.Magic, batch.RecordCount));
        Assert.Equal((1000L, 1001L), (batch.BaseTimestamp, batch.MaxTimestamp));
        Assert.True(batch.IsTransactional);
        Assert.False(batch.IsControl);
        var marker = new RecordBatch(RecordBatchFixture.Named("marker").Bytes);
        Assert.True(marker.IsControl);
        Assert.Equal(TimestampType.LogAppendTime, new RecordBatch(RecordBatchFixture.Named("log append time").Bytes).TimestampType);
    }

    [Fact]
    public void An_uncompressed_batch_is_built_as_Kafka_builds_it()
    {
        using var builder = new RecordBatchBuilder
        {
            BaseOffset = 100,
            ProducerId = 4711,
            ProducerEpoch = 2,
            BaseSequence = 2147483646,
            PartitionLeaderEpoch = 9,
            IsTransactional = true,
        };
        builder.Add("a"u8.ToArray(), "b"u8.ToArray(), 1000).Add(null, "c"u8.ToArray(), 999).Add("d"u8.ToArray(), null, 1001);
        Assert.Equal(RecordBatchFixture.Named("idempotent").Bytes, builder.Build());
        Assert.Equal(
            RecordBatchFixture.Named("marker").Bytes,
            Marker(RecordBatchBuilder.EndTransactionMarker(
                9000, 3, commit: true, coordinatorEpoch: 11, timestamp: 1_700_000_000_000, baseOffset: 42)));

        static byte[] Marker(byte[] batch)
        {
            RecordBatch.SetPartitionLeaderEpoch(batch, 5);
            return batch;
        }
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public void What_is_built_is_read_back_with_gaps_between_offsets(CompressionType compression)
    {
        using var builder = new RecordBatchBuilder { BaseOffset = 1000, Compression = compression, LastOffset = 1050 };
        builder.Add(Encoding.UTF8.GetBytes("k"), null, 5, [new RecordHeader("h", null), new RecordHeader("", new byte[] { 1 })], 1003);
        builder.Add(null, new byte[5000], 3, offset: 1010).Add(null, Array.Empty<byte>(), 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.Add(null, null, 1, offset: 1011));
        var batch = new RecordBatch(builder.Build());
        Assert.True(batch.IsValid);
        Assert.Equal((1000L, 1050L, 3), (batch.BaseOffset, batch.LastOffset, batch.RecordCount));
        var records = RecordReader.Read(batch).ToList();
        Assert.Equal([(1003L, 5L), (1010L, 3L), (1011L, 4L)], records.Select(record => (record.Offset, record.Timestamp)));
        Assert.Equal(5, batch.MaxTimestamp);
        Assert.Null(records[0].Value);
        Assert.Equal(["h", ""], records[0].Headers.Select(header => header.Key));
        Assert.Null(records[0].Headers[0].Value);
        Assert.Equal((5000, 0), (records[1].Value!.Value.Length, records[2].Value!.Value.Length));
    }

    [Fact]
    public void Base_offset_and_leader_epoch_are_set_in_place_without_the_crc_and_timestamps_with_it()
    {
        var bytes = RecordBatchFixture.Named("none small").Bytes.ToArray();
        RecordBatch.SetBaseOffset(bytes, 77_000_000_000);
        RecordBatch.SetPartitionLeaderEpoch(bytes, 12);
        var batch = new RecordBatch(bytes);
        Assert.True(batch.IsValid);
        Assert.Equal((77_000_000_000, 12), (batch.BaseOffset, batch.PartitionLeaderEpoch));
        RecordBatch.SetMaxTimestamp(bytes, TimestampType.LogAppendTime, 123);
        Assert.True(batch.IsValid);
        Assert.All(RecordReader.Read(batch), record => Assert.Equal(123, record.Timestamp));
        bytes[^1] ^= 1;
        Assert.False(batch.IsValid);
    }

    [Fact]
    public void A_batch_cut_off_at_the_end_is_left_out_and_its_place_is_known()
    {
        var whole = RecordBatchFixture.Named("none small").Bytes;
        byte[] bytes = [.. whole, .. RecordBatchFixture.Named("gzip small").Bytes, .. whole[..^1]];
        var batches = RecordBatches.Enumerate(bytes).GetEnumerator();
        Assert.True(batches.MoveNext());
        Assert.True(batches.MoveNext());
        Assert.False(batches.MoveNext());
        Assert.Equal(bytes.Length - whole.Length + 1, batches.Consumed);
        Assert.Empty(RecordBatches.Enumerate(bytes.AsMemory(0, 16)).ToList());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(48)]
    public void A_length_that_no_batch_has_is_refused(int length)
    {
        var bytes = RecordBatchFixture.Named("none small").Bytes.ToArray();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(8), length);
        Assert.Throws<WireFormatException>(() => RecordBatches.Enumerate(bytes).ToList());
    }

    [Theory]
    [MemberData(nameof(RecordBatchFixture.Names), MemberType = typeof(RecordBatchFixture))]
    public void Damaged_batches_are_refused_or_read_but_never_fail_otherwise(string name)
    {
        var random = new Random(name.Length);
        for (var round = 0; round < 300; round++)
        {
            var bytes = RecordBatchFixture.Named(name).Bytes.ToArray();
            for (var damage = 1 + random.Next(5); damage > 0; damage--)
            {
                bytes[random.Next(21, bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                RecordReader.Read(new RecordBatch(bytes), 1 << 20).Count();
            }
            catch (Exception e) when (e is WireFormatException or CompressionNotSupportedException)
            {
                // as it should be
            }
        }
    }

    [Theory]
    [InlineData("", 0u)]
    [InlineData("123456789", 0xE3069283u)]
    public void Crc32C_of_known_text(string text, uint expected) => Assert.Equal(expected, Crc32C.Compute(Encoding.UTF8.GetBytes(text)));
}

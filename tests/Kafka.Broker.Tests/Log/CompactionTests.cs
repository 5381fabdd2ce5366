using System.Text;
using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Records;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Testing;

namespace Kafka.Broker.Tests.Log;

public sealed class CompactionTests
{
    static readonly LogConfig compacted = new() { Compact = true, Delete = false, SegmentBytes = 300 };

    [Fact]
    public void Of_each_key_the_last_record_stays_at_its_offset()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], compacted);
        for (var i = 0; i < 40; i++)
        {
            log.Log.AppendAsLeader(TestLog.Keyed(1, ($"k{i % 4}", $"v{i}"), ($"other{i % 3}", $"w{i}")), 0, true);
        }

        var before = log.ReadAll();
        var closed = log.Log.Segments.SkipLast(1).ToList();

        Compact(log, tombstonesBefore: 0);

        var after = log.ReadAll();
        Assert.All(after, pair => Assert.Equal(before[pair.Key], pair.Value));
        Assert.True(after.Count < before.Count / 2);
        var activeBase = log.Log.Active.BaseOffset;
        Assert.Equal(7, after.Keys.Count(offset => offset < activeBase));
        Assert.Equal(80, log.Log.LogEndOffset);
        Assert.True(closed.Count > 2);
    }

    [Fact]
    public void A_tombstone_hides_its_key_and_goes_itself_later()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], compacted);
        log.Log.AppendAsLeader(TestLog.Keyed(1, ("gone", "v"), ("stays", "v")), 0, true);
        log.Log.AppendAsLeader(TestLog.Keyed(2, ("gone", null)), 0, true);
        Fill(log);

        Compact(log, tombstonesBefore: long.MaxValue);
        Assert.Equal([1L, 2L], log.ReadAll().Keys.Take(2)); // its first compaction keeps a tombstone, old or not

        Compact(log, tombstonesBefore: 0, firstDirty: log.Log.Active.BaseOffset);
        Assert.Equal([1L, 2L], log.ReadAll().Keys.Take(2));

        Compact(log, tombstonesBefore: long.MaxValue, firstDirty: log.Log.Active.BaseOffset);
        Assert.Equal(1L, log.ReadAll().Keys.First());
        Assert.DoesNotContain(2L, log.ReadAll().Keys);
    }

    [Fact]
    public void Compressed_batches_are_compacted_as_well()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], compacted);
        using var builder = new RecordBatchBuilder { Compression = CompressionType.Gzip };
        builder
            .Add(Encoding.UTF8.GetBytes("k"), Encoding.UTF8.GetBytes("first"), 1)
            .Add(Encoding.UTF8.GetBytes("k"), Encoding.UTF8.GetBytes("second"), 1);
        log.Log.AppendAsLeader(builder.Build(), 0, true);
        Fill(log);

        Compact(log, tombstonesBefore: 0);

        Assert.Equal((1L, "second"), (log.ReadAll().First().Key, log.ReadAll().First().Value));
    }

    /// <summary>As much text, half of which goes: what was packed is packed again, by its own codec or by the topic's.</summary>
    [Theory]
    [InlineData(CompressionType.Gzip, "producer", CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy, "producer", CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4, "producer", CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd, "producer", CompressionType.Zstd)]
    [InlineData(CompressionType.None, "producer", CompressionType.None)]
    [InlineData(CompressionType.Gzip, "zstd", CompressionType.Zstd)]
    [InlineData(CompressionType.Gzip, "uncompressed", CompressionType.None)]
    public void What_is_written_anew_is_compressed_as_it_was_or_as_the_topic_says(
        CompressionType produced, string topics, CompressionType expected)
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], compacted with { CompressionType = topics });
        using var builder = new RecordBatchBuilder { Compression = produced };
        for (var i = 0; i < 200; i++)
        {
            builder.Add(Encoding.UTF8.GetBytes($"k{i % 100}"), Encoding.UTF8.GetBytes($"the same words again {i % 7}"), 1);
        }

        log.Log.AppendAsLeader(builder.Build(), 0, true);
        Fill(log);
        var before = log.ReadAll();

        Compact(log, tombstonesBefore: 0);

        Assert.True(log.Log.Segments[0].TryReadHeader(0, out var header));
        Assert.Equal((expected, 100), ((CompressionType)header.Compression, header.RecordCount));
        Assert.Equal(100, log.ReadAll().Keys.Count(offset => offset < 200));
        Assert.All(log.ReadAll(), pair => Assert.Equal(before[pair.Key], pair.Value));
        var plain = 100 * "k00the same words again 0".Length;
        var size = header.SizeInBytes;
        Assert.True(expected == CompressionType.None ? size > plain : size < plain * 3 / 4, $"{size}");
    }

    [Fact]
    public void A_batch_that_cannot_be_read_stays_whole_and_does_not_stop_the_compaction()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], compacted);
        log.Log.AppendAsLeader(NotGzip(), 0, fromClient: false);
        log.Log.AppendAsLeader(TestLog.Keyed(1, ("k", "first")), 0, true);
        log.Log.AppendAsLeader(TestLog.Keyed(1, ("k", "second")), 0, true);
        Fill(log);

        Compact(log, tombstonesBefore: 0);

        Assert.Equal("second", log.ReadAll(2).First().Value);
        Assert.Equal(0, BaseOffsetOfFirstBatch(log));
    }

    [Fact]
    public void Compressed_batches_without_keys_or_records_are_refused()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], compacted);
        using var builder = new RecordBatchBuilder { Compression = CompressionType.Gzip };
        builder.Add(null, Encoding.UTF8.GetBytes("keyless"), 1);

        Assert.Equal(ErrorCode.InvalidRecord, log.Log.AppendAsLeader(builder.Build(), 0, fromClient: true).Error);
        Assert.Equal(ErrorCode.CorruptMessage, log.Log.AppendAsLeader(NotGzip(), 0, fromClient: true).Error);
        Assert.Equal(0, log.Log.LogEndOffset);
    }

    [Fact]
    public void The_last_batch_of_a_producer_stays_for_its_sequence()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], compacted);
        using var builder = new RecordBatchBuilder { ProducerId = 9, ProducerEpoch = 0, BaseSequence = 0 };
        builder.Add(Encoding.UTF8.GetBytes("k"), Encoding.UTF8.GetBytes("mine"), 1);
        log.Log.AppendAsLeader(builder.Build(), 0, true);
        log.Log.AppendAsLeader(TestLog.Keyed(1, ("k", "newer")), 0, true);
        Fill(log);

        Compact(log, tombstonesBefore: 0);
        log.KillAndRestart();

        Assert.DoesNotContain("mine", log.ReadAll().Values);
        Assert.Equal(0, log.Log.Producers.LastOffsets()[9]);
    }

    static byte[] NotGzip()
    {
        var batch = TestLog.Keyed(1, ("k", "v"));
        batch[22] |= (byte)CompressionType.Gzip;
        RecordBatch.SetMaxTimestamp(batch, TimestampType.CreateTime, 1); // and the checksum
        return batch;
    }

    static long BaseOffsetOfFirstBatch(TestLog log)
    {
        Assert.True(log.Log.Segments[0].TryReadHeader(0, out var header));
        return header.BaseOffset;
    }

    static void Fill(TestLog log)
    {
        var segments = log.Log.Segments.Count;
        for (var i = 0; log.Log.Segments.Count == segments; i++)
        {
            log.Log.AppendAsLeader(TestLog.Keyed(3, ($"filler{i}", new string('x', 40))), 0, true);
        }

        log.Log.HighWatermark = log.Log.LogEndOffset;
    }

    static void Compact(TestLog log, long tombstonesBefore, long firstDirty = 0)
    {
        var producers = log.Log.Producers.LastOffsets();
        var closed = log.Log.Segments.SkipLast(1).ToList();
        var compaction = new Compaction(
            log.Disk, log.Log.Directory, log.Config, (producer, offset) => producers.TryGetValue(producer, out var last) && last == offset);
        Assert.Null(compaction.Map(closed, 0, long.MaxValue));
        Compaction.Install(log.Log, closed, compaction.Write(closed, tombstonesBefore, firstDirty));
    }
}

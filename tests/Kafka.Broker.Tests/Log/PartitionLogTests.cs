using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Records;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Testing;

namespace Kafka.Broker.Tests.Log;

public sealed class PartitionLogTests
{
    [Fact]
    public void Batches_get_consecutive_offsets_and_the_leader_epoch_and_keep_their_checksum()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);

        var first = log.Append(epoch: 3, "a", "b");
        var second = log.Append(epoch: 3, "c");

        Assert.Equal((0, 1), (first.FirstOffset, first.LastOffset));
        Assert.Equal((2, 2), (second.FirstOffset, second.LastOffset));
        Assert.Equal(["a", "b", "c"], log.ReadAll().Values);
        using var records = log.Log.Slice(2, 3).Read(1 << 20, true)!;
        Assert.Equal(3, new RecordBatch(records.Memory).PartitionLeaderEpoch);
    }

    /// <summary>Apache's brokers may cut their answer at the limit of bytes, in the middle of the last batch.</summary>
    [Fact]
    public void A_follower_takes_the_whole_batches_before_one_that_is_cut_off()
    {
        using var directory = new TempDirectory();
        using var leader = new TestLog(directory["leader"]);
        leader.Append("a", "b");
        leader.Append("c");
        using var sent = leader.Log.Slice(0, 3).Read(1 << 20, true)!;
        var first = RecordBatches.Enumerate(sent.Memory).ToList()[0].SizeInBytes;
        for (var length = first; length <= sent.Memory.Length; length++)
        {
            using var follower = new TestLog(directory[$"follower{length}"]);
            var appended = follower.Log.AppendAsFollower(sent.Memory[..length]);

            var whole = length == sent.Memory.Length;
            Assert.Equal((ErrorCode.None, whole ? 2 : 1), (appended.Error, appended.LastOffset));
            Assert.Equal(whole ? ["a", "b", "c"] : ["a", "b"], follower.ReadAll().Values);
            follower.Log.AppendAsFollower(sent.Memory[first..]);
            Assert.Equal(["a", "b", "c"], follower.ReadAll().Values);
        }

        using var nothing = new TestLog(directory["nothing"]);
        Assert.Equal(ErrorCode.CorruptMessage, nothing.Log.AppendAsFollower(sent.Memory[..(first - 1)]).Error);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    public void Only_the_records_at_fault_are_named(CompressionType compression)
    {
        using var directory = new TempDirectory();
        using var compacted = new TestLog(directory["compacted"], new LogConfig { Compact = true });
        using var builder = new RecordBatchBuilder { Compression = compression };
        for (var i = 0; i < 10; i++)
        {
            builder.Add(i is 3 or 7 ? (ReadOnlyMemory<byte>?)null : "key"u8.ToArray(), "value"u8.ToArray(), 1000);
        }

        var refused = compacted.Log.AppendAsLeader(builder.Build(), 0, fromClient: true);

        Assert.Equal((ErrorCode.InvalidRecord, 0), (refused.Error, compacted.Log.LogEndOffset));
        Assert.Equal([3, 7], refused.Culprits.Select(culprit => culprit.Index));
        Assert.Equal("Compacted topic cannot accept message without key in topic partition orders-0.", refused.Culprits[0].Message);
        Assert.StartsWith(
            "One or more records have been rejected due to 2 record errors in total, "
            + "and only showing the first three errors at most: [RecordError(batchIndex=3, ",
            refused.Message);
    }

    [Theory]
    [InlineData(CompressionType.None)]
    [InlineData(CompressionType.Gzip)]
    public void Records_out_of_the_limits_of_time_are_named(CompressionType compression)
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["limited"], new LogConfig { TimestampBeforeMaxMs = 1000, TimestampAfterMaxMs = 100 });
        var now = log.Time.GetUtcNow().ToUnixTimeMilliseconds();
        using var builder = new RecordBatchBuilder { Compression = compression };
        foreach (var timestamp in (long[])[now, now - 1000, now - 1001, now + 100, now + 101])
        {
            builder.Add(null, "value"u8.ToArray(), timestamp);
        }

        var refused = log.Log.AppendAsLeader(builder.Build(), 0, fromClient: true);

        Assert.Equal(ErrorCode.InvalidTimestamp, refused.Error);
        Assert.Equal([2, 4], refused.Culprits.Select(culprit => culprit.Index));
        Assert.Contains($"The timestamp should be within [{now - 1000}, {now + 100}]", refused.Culprits[0].Message);
    }

    [Fact]
    public void A_producer_must_not_call_its_timestamps_those_of_the_append()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["append"], new LogConfig { LogAppendTime = true });
        using var builder = new RecordBatchBuilder { TimestampType = TimestampType.LogAppendTime };
        var refused = log.Log.AppendAsLeader(builder.Add(null, "value"u8.ToArray(), 1).Build(), 0, fromClient: true);
        Assert.Equal((ErrorCode.InvalidTimestamp, 0), (refused.Error, Assert.Single(refused.Culprits).Index));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Random_appends_truncations_and_restarts_equal_a_list(int seed)
    {
        var random = new Random(seed);
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 700, IndexIntervalBytes = 100 });
        var model = new SortedDictionary<long, string>();
        for (var step = 0; step < 300; step++)
        {
            switch (random.Next(12))
            {
                case 0:
                    log.Restart();
                    break;
                case 1:
                    log.KillAndRestart();
                    break;
                case 2 when log.Log.LogEndOffset > 0:
                    // replicas are cut at boundaries of batches; the middle of one cuts the whole
                    log.Log.TruncateTo(random.NextInt64(Math.Max(0, log.Log.LogEndOffset - 20), log.Log.LogEndOffset + 1));
                    foreach (var gone in model.Keys.Where(offset => offset >= log.Log.LogEndOffset).ToList())
                    {
                        model.Remove(gone);
                    }

                    break;
                default:
                    var values = Enumerable.Range(0, random.Next(1, 6)).Select(i => $"{seed}-{step}-{i}").ToArray();
                    var appended = log.Append(epoch: step, values);
                    for (var i = 0; i < values.Length; i++)
                    {
                        model[appended.FirstOffset + i] = values[i];
                    }

                    break;
            }

            Assert.Equal(model.Count == 0 ? 0 : model.Keys.Last() + 1, log.Log.LogEndOffset);
        }

        Assert.Equal(model, log.ReadAll());
        Assert.All(model.Keys, offset => Assert.Equal(model[offset], log.ReadAll(offset)[offset]));
    }

    [Fact]
    public void A_read_returns_one_whole_batch_however_large_and_no_part_of_the_next()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append(new string('x', 5000));
        log.Append("small");

        using var first = log.Log.Slice(0, 2).Read(maxBytes: 10, atLeastOne: true)!;

        Assert.Equal(first.Length, new BatchHeader(first.Memory.Span).SizeInBytes);
        Assert.Null(log.Log.Slice(0, 2).Read(maxBytes: 10, atLeastOne: false));
    }

    [Fact]
    public void A_read_in_the_middle_of_a_batch_returns_the_whole_batch()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append("a", "b", "c");

        using var records = log.Log.Slice(1, 3).Read(1 << 20, true)!;

        Assert.Equal(0, new RecordBatch(records.Memory).BaseOffset);
    }

    [Fact]
    public void No_batch_past_the_limit_is_read()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append("a", "b");
        log.Append("c", "d");

        using var records = log.Log.Slice(0, limit: 3).Read(1 << 20, true)!;

        Assert.Equal(1, new RecordBatch(records.Memory).LastOffset);
        Assert.Null(log.Log.Slice(2, limit: 3).Read(1 << 20, true));
    }

    [Fact]
    public void What_is_no_batch_is_refused_and_leaves_the_log_as_it_was()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        var garbled = TestLog.Batch(0, "a");
        garbled[^1] ^= 1;
        var old = TestLog.Batch(0, "a");
        old[16] = 1;
        var two = TestLog.Batch(0, "a").Concat(TestLog.Batch(0, "b")).ToArray();

        Assert.Equal(ErrorCode.CorruptMessage, log.Log.AppendAsLeader(garbled, 0, true).Error);
        Assert.Equal(ErrorCode.UnsupportedForMessageFormat, log.Log.AppendAsLeader(old, 0, true).Error);
        Assert.Equal(ErrorCode.InvalidRecord, log.Log.AppendAsLeader(two, 0, true).Error);
        Assert.Equal(ErrorCode.CorruptMessage, log.Log.AppendAsLeader(new byte[40], 0, true).Error);
        Assert.Equal(0, log.Log.LogEndOffset);
    }

    [Fact]
    public void A_batch_larger_than_max_message_bytes_is_refused()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { MaxMessageBytes = 200 });

        Assert.Equal(ErrorCode.MessageTooLarge, log.Append(new string('x', 300)).Error);
    }

    [Fact]
    public void A_compacted_topic_wants_keys()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { Compact = true });

        Assert.Equal(ErrorCode.InvalidRecord, log.Append("no key").Error);
        Assert.Equal(ErrorCode.None, log.Log.AppendAsLeader(TestLog.Keyed(0, ("k", "v")), 0, true).Error);
    }

    [Fact]
    public void Append_time_replaces_timestamps_and_the_checksum_fits()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { LogAppendTime = true });

        var appended = log.Log.AppendAsLeader(TestLog.Batch(5, "a"), 0, true);

        Assert.Equal(log.Time.GetUtcNow().ToUnixTimeMilliseconds(), appended.AppendTime);
        using var records = log.Log.Slice(0, 1).Read(1 << 20, true)!;
        var batch = new RecordBatch(records.Memory);
        Assert.True(batch.IsValid);
        Assert.Equal((TimestampType.LogAppendTime, appended.AppendTime), (batch.TimestampType, batch.MaxTimestamp));
    }

    [Fact]
    public void A_follower_takes_batches_as_they_are_and_passes_over_what_it_has()
    {
        using var leaderDirectory = new TempDirectory();
        using var followerDirectory = new TempDirectory();
        using var leader = new TestLog(leaderDirectory["orders-0"]);
        using var follower = new TestLog(followerDirectory["orders-0"]);
        leader.Append(epoch: 1, "a", "b");
        leader.Append(epoch: 2, "c");
        using var all = leader.Log.Slice(0, 3).Read(1 << 20, true)!;

        follower.Log.AppendAsFollower(all.Memory);
        follower.Log.AppendAsFollower(all.Memory);

        Assert.Equal(leader.ReadAll(), follower.ReadAll());
        Assert.Equal([(1, 0L), (2, 2L)], follower.Log.Epochs.Entries);
    }

    [Fact]
    public void A_flush_covers_closed_segments_whose_own_flush_has_not_run_and_asks_nothing_of_a_clean_log()
    {
        using var directory = new TempDirectory();
        var disk = new FailingDisk();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 150 }, disk);
        var rolls = new List<long>();
        log.Log.Rolled += (_, offset) => rolls.Add(offset);
        for (var i = 0; rolls.Count < 2; i++)
        {
            log.Append($"value {i}");
        }

        log.Log.FlushTo(rolls[1]);
        Assert.Equal(rolls[1], log.Log.RecoveryPoint);

        disk.FailBelow = directory.Path;
        log.Log.FlushTo(rolls[0]);
        Assert.Equal(rolls[1], log.Log.RecoveryPoint);
        Assert.Throws<IOException>(log.Log.Flush);
        Assert.Equal(rolls[1], log.Log.RecoveryPoint);
        disk.FailBelow = null;
    }

    /// <summary>
    /// After a crash, batches below the recovery point are not checked: those that take the place of others must not count.
    /// </summary>
    [Fact]
    public async Task A_flush_beside_the_loop_leaves_the_recovery_point_of_a_cut_meanwhile()
    {
        using var directory = new TempDirectory();
        var disk = new FailingDisk();
        using var log = new TestLog(directory["orders-0"], disk: disk);
        log.Append("a");
        log.Append("b");
        disk.Hold();
        var flush = Task.Run(() => log.Log.FlushTo(2), TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => disk.Held > 0, "the flush has begun");
        log.Log.TruncateTo(1);
        log.Append("c");
        disk.Release();
        await flush;
        Assert.True(log.Log.RecoveryPoint <= 1);
        log.Log.Flush();
        Assert.Equal(2, log.Log.RecoveryPoint);
    }

    [Fact]
    public void An_epoch_without_records_is_forgotten_where_the_leader_never_heard_of_it()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append(epoch: 1, "a");
        log.Log.Epochs.Assign(2, log.Log.LogEndOffset);
        Assert.False(log.Log.TruncateTo(log.Log.LogEndOffset));
        Assert.Equal(1, log.Log.Epochs.Latest);
    }
}

using Kafka.Broker.Configuration;
using Kafka.Broker.Tests.Support;
using Testing;

namespace Kafka.Broker.Tests.Log;

public sealed class RetentionTests
{
    [Fact]
    public void Segments_older_than_retention_ms_go_the_last_one_after_a_roll()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 150, RetentionMs = 60_000 });
        log.Append("old 1");
        log.Append("old 2");
        log.Time.Advance(TimeSpan.FromMinutes(2));

        log.Log.DropOldSegments();

        Assert.Equal((2, 2), (log.Log.LogStartOffset, log.Log.LogEndOffset));
        Assert.Equal(2, log.Append("new").FirstOffset);
        Assert.Equal(["new"], log.ReadAll().Values);
        Assert.Contains(Directory.EnumerateFiles(directory["orders-0"]), file => file.EndsWith(".log.deleted", StringComparison.Ordinal));
    }

    [Fact]
    public void Young_segments_stay()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 100, RetentionMs = 60_000 });
        log.Append("old");
        log.Time.Advance(TimeSpan.FromMinutes(2));
        log.Append("young 1");
        log.Append("young 2");

        log.Log.DropOldSegments();

        Assert.Equal(["young 1", "young 2"], log.ReadAll().Values);
    }

    [Fact]
    public void Retention_bytes_keeps_at_least_that_much_and_never_drops_the_active_segment()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 150, RetentionBytes = 300, RetentionMs = -1 });
        for (var i = 0; i < 20; i++)
        {
            log.Append($"value {i}");
        }

        log.Log.DropOldSegments();

        Assert.InRange(log.Log.Size, 300, 300 + 150);
        Assert.Equal("value 19", log.ReadAll()[19]);
    }

    [Fact]
    public void What_is_not_replicated_everywhere_is_kept()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 100, RetentionMs = 1 });
        log.Append("a");
        log.Append("b");
        log.Log.HighWatermark = 1;
        log.Time.Advance(TimeSpan.FromHours(1));

        log.Log.DropOldSegments();

        Assert.Equal(["b"], log.ReadAll().Values);
    }

    [Fact]
    public void Segments_below_a_raised_start_go_whatever_the_policy()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(
            directory["orders-0"], new LogConfig { SegmentBytes = 100, RetentionMs = -1, Delete = false, Compact = true });
        for (var i = 0; i < 4; i++)
        {
            log.Log.AppendAsLeader(TestLog.Keyed(0, ($"k{i}", "v")), 0, true);
        }

        log.Log.HighWatermark = 4;
        log.Log.RaiseLogStartOffset(2);
        log.Log.DropOldSegments();

        Assert.Equal(2, log.Log.Segments[0].BaseOffset);
        log.Restart();
        Assert.Equal(2, log.Log.LogStartOffset);
    }

    [Fact]
    public void A_segment_rolls_by_size_and_by_the_age_of_its_first_record()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentMs = 1000 });
        log.Append("a");
        log.Append("b");
        log.Time.Advance(TimeSpan.FromSeconds(2));
        log.Append("c");

        Assert.Equal([0L, 2L], log.Log.Segments.Select(segment => segment.BaseOffset));
    }
}

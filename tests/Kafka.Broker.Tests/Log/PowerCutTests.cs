using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Testing;

namespace Kafka.Broker.Tests.Log;

/// <summary>What counts as stored is there after a power cut: names of files as well as their bytes.</summary>
public sealed class PowerCutTests : IDisposable
{
    readonly TempDirectory directory = new();
    PowerCutDisk disk;

    public PowerCutTests() => disk = new PowerCutDisk(directory.Path);

    string LogPath => directory["orders-0"];

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_checkpoint_is_there_or_its_predecessor_is()
    {
        var path = directory["recovery-point-offset-checkpoint"];
        var name = new TopicPartition("orders", 0);
        Checkpoint.WriteOffsets(disk, path, [KeyValuePair.Create(name, 5L)]);
        Checkpoint.WriteOffsets(disk, path, [KeyValuePair.Create(name, 7L)]);
        Checkpoint.Write(disk, path, ["orders 0 9"], durable: false);

        disk = disk.Cut();

        Assert.Equal(7, Checkpoint.ReadOffsets(path)[name]);
    }

    [Fact]
    public void Records_below_the_recovery_point_survive_with_their_segments()
    {
        using (var log = new TestLog(LogPath, new LogConfig { SegmentBytes = 200 }, disk))
        {
            for (var i = 0; i < 6; i++)
            {
                log.Append($"value {i}", new string('x', 100));
            }

            Assert.True(log.Log.Segments.Count > 2);
            log.Log.Flush();
            log.Append("not flushed");
        }

        disk = disk.Cut();

        using var found = new TestLog(LogPath, disk: disk, hints: new LogHints(false));
        Assert.Equal(12, found.Log.LogEndOffset);
        Assert.Equal(12, found.ReadAll().Count);
    }

    [Fact]
    public void A_segment_that_was_cut_off_does_not_come_back_over_what_took_its_place()
    {
        using (var log = new TestLog(LogPath, new LogConfig { SegmentBytes = 200 }, disk))
        {
            log.Append("one", new string('x', 150));
            log.Append("two", new string('x', 150));
            log.Log.Flush();
            log.Log.TruncateTo(2);
        }

        disk = disk.Cut();

        using var found = new TestLog(LogPath, disk: disk, hints: new LogHints(false));
        Assert.Equal(2, found.Log.LogEndOffset);
    }

    [Fact]
    public void The_marker_of_an_orderly_stop_does_not_come_back()
    {
        using (var before = LogDir.Open(directory.Path, disk))
        {
            before.MarkClean();
        }

        using (var running = LogDir.Open(directory.Path, disk))
        {
            Assert.True(running.WasClean);
        }

        disk = disk.Cut();

        using var after = LogDir.Open(directory.Path, disk);
        Assert.False(after.WasClean);
    }
}

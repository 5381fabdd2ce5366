using Kafka.Broker.Configuration;
using Kafka.Broker.Log;
using Kafka.Broker.Tests.Support;
using Testing;

namespace Kafka.Broker.Tests.Log;

public sealed class LogRecoveryTests
{
    static string LogFile(TempDirectory directory, long offset = 0) =>
        Path.Combine(directory["orders-0"], LogSegment.FileName(offset, ".log"));

    [Fact]
    public void A_torn_tail_is_cut_off_and_counted()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append("kept");
        log.Append("torn");
        var size = new FileInfo(LogFile(directory)).Length;

        log.KillAndRestart(() =>
        {
            using var file = File.OpenWrite(LogFile(directory));
            file.SetLength(size - 3);
        });

        Assert.Equal(["kept"], log.ReadAll().Values);
        Assert.Equal(1, log.Log.LogEndOffset);
        Assert.True(log.CutBytes > 0);
        Assert.Equal(1, log.Append("next").FirstOffset);
        Assert.Equal(["kept", "next"], log.ReadAll().Values);
    }

    [Fact]
    public void Garbage_in_an_earlier_segment_cuts_everything_behind_it()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 200 });
        for (var i = 0; i < 10; i++)
        {
            log.Append($"value {i}", "another");
        }

        var bases = log.Log.Segments.Select(segment => segment.BaseOffset).ToList();
        Assert.True(bases.Count > 3);

        log.KillAndRestart(() =>
        {
            using var file = File.OpenWrite(LogFile(directory, bases[1]));
            file.Position = file.Length - 1;
            file.WriteByte(0xff);
        });

        Assert.InRange(log.Log.LogEndOffset, bases[1], bases[2] - 1);
        Assert.Equal(2, log.Log.Segments.Count);
        Assert.Equal(log.Log.LogEndOffset, log.ReadAll().Count);
    }

    [Fact]
    public void Lost_indexes_are_rebuilt()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { SegmentBytes = 2000, IndexIntervalBytes = 100 });
        for (var i = 0; i < 100; i++)
        {
            log.Append($"value {i}");
        }

        var before = log.ReadAll();
        log.Restart();
        log.Log.Close();

        log.KillAndRestart(() =>
        {
            foreach (var index in Directory.EnumerateFiles(directory["orders-0"], "*index"))
            {
                File.Delete(index);
            }
        });

        Assert.Equal(before, log.ReadAll());
        Assert.All(log.Log.Segments.SkipLast(1), segment => Assert.True(segment.Index.Count > 0 && segment.Times.Count > 0));
        Assert.Equal("value 57", log.ReadAll(57)[57]);
    }

    [Fact]
    public void An_index_that_cannot_be_is_rebuilt_after_an_orderly_stop_too()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"], new LogConfig { IndexIntervalBytes = 50 });
        for (var i = 0; i < 20; i++)
        {
            log.Append($"value {i}");
        }

        log.Log.Close();
        log.Log.Dispose();
        File.WriteAllBytes(Path.Combine(directory["orders-0"], LogSegment.FileName(0, ".index")), [1, 2, 3]);

        using var again = new TestLog(directory["orders-0"]);

        Assert.Equal(20, again.Log.LogEndOffset);
        Assert.Equal("value 13", again.ReadAll(13)[13]);
    }

    [Fact]
    public void Epochs_are_read_back_from_the_batches()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append(epoch: 1, "a");
        log.Append(epoch: 4, "b", "c");

        log.KillAndRestart(() => File.Delete(Path.Combine(directory["orders-0"], "leader-epoch-checkpoint")));

        Assert.Equal([(1, 0L), (4, 1L)], log.Log.Epochs.Entries);
    }

    [Theory]
    [InlineData("0\n2147483647\n0 0\n")]
    [InlineData("0\n2\n1 0\n4 x\n")]
    [InlineData("0\n2\n4 1\n1 0\n")]
    [InlineData("0\n2\n1 0\n")]
    public void Epochs_of_a_spoiled_checkpoint_are_read_from_the_batches_whether_or_not_the_stop_was_orderly(string checkpoint)
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append(epoch: 1, "a");
        log.Append(epoch: 4, "b", "c");
        log.Log.Close();
        log.Log.Dispose();
        File.WriteAllText(Path.Combine(directory["orders-0"], "leader-epoch-checkpoint"), checkpoint);

        using var again = new TestLog(directory["orders-0"]);

        Assert.Equal([(1, 0L), (4, 1L)], again.Log.Epochs.Entries);
    }

    [Fact]
    public void A_crash_between_the_renames_of_a_compaction_completes_it()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        log.Append("a");
        log.Append("b");
        log.Log.Close();
        log.KillAndRestart(() =>
        {
            File.Move(LogFile(directory), LogFile(directory) + ".swap");
            File.WriteAllText(LogFile(directory) + ".cleaned", "half a result");
        });

        Assert.Equal(["a", "b"], log.ReadAll().Values);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(directory["orders-0"]),
            file => file.EndsWith(".swap", StringComparison.Ordinal) || file.EndsWith(".cleaned", StringComparison.Ordinal));
    }
}

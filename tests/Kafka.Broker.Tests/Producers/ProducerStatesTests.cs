using Kafka.Broker.Log;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Testing;

namespace Kafka.Broker.Tests.Producers;

public sealed class ProducerStatesTests
{
    [Fact]
    public void A_repeated_batch_is_answered_with_its_first_offset_and_not_written()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        Append(log, 0, 0, "a", "b");
        Append(log, 0, 2, "c");

        var again = Append(log, 0, 0, "a", "b");

        Assert.True(again.Duplicate);
        Assert.Equal((0, 1), (again.FirstOffset, again.LastOffset));
        Assert.Equal(3, log.Log.LogEndOffset);
    }

    [Fact]
    public void A_gap_in_the_sequence_is_refused()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        Append(log, 0, 0, "a");

        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(log, 0, 5, "b").Error);
        Assert.Equal(ErrorCode.None, Append(log, 0, 1, "b").Error);
    }

    [Fact]
    public void An_older_epoch_is_refused_and_a_newer_one_starts_at_sequence_0()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        Append(log, 3, 0, "a");

        Assert.Equal(ErrorCode.InvalidProducerEpoch, Append(log, 2, 1, "b").Error);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(log, 4, 1, "b").Error);
        Assert.Equal(ErrorCode.None, Append(log, 4, 0, "b").Error);
    }

    [Fact]
    public void Sequences_wrap_to_0()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);

        Assert.Equal(ErrorCode.None, Append(log, 0, int.MaxValue - 1, "a", "b", "c").Error);
        Assert.Equal(ErrorCode.None, Append(log, 0, 1, "d").Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Producers_are_known_after_a_restart(bool orderly)
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        Append(log, 0, 0, "a", "b");
        Append(log, 0, 2, "c");
        if (orderly)
        {
            log.Restart();
        }
        else
        {
            log.KillAndRestart();
        }

        Assert.True(Append(log, 0, 2, "c").Duplicate);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, Append(log, 0, 7, "x").Error);
        Assert.Equal(3, Append(log, 0, 3, "d").FirstOffset);
    }

    [Fact]
    public void A_truncation_forgets_what_was_cut()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        Append(log, 0, 0, "a");
        Append(log, 0, 1, "b");
        log.Log.TruncateTo(1);

        var again = Append(log, 0, 1, "b");

        Assert.False(again.Duplicate);
        Assert.Equal(1, again.FirstOffset);
    }

    [Fact]
    public void Producers_that_are_silent_for_long_are_forgotten()
    {
        using var directory = new TempDirectory();
        using var log = new TestLog(directory["orders-0"]);
        Append(log, 0, 0, "a"); // at 1,000 ms

        log.Log.Producers.ExpireBefore(1000);
        Assert.Equal(1, log.Log.Producers.Count);
        log.Log.Producers.ExpireBefore(1001);
        Assert.Equal(0, log.Log.Producers.Count);
    }

    static Kafka.Broker.Log.LogAppend Append(TestLog log, short epoch, int sequence, params string[] values) =>
        log.Log.AppendAsLeader(TestLog.Idempotent(77, epoch, sequence, values), 0, true);
}

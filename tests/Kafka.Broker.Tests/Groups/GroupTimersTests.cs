using Kafka.Broker.Groups;
using Microsoft.Extensions.Time.Testing;

namespace Kafka.Broker.Tests.Groups;

public sealed class GroupTimersTests
{
    [Fact]
    public void A_timer_fires_once_at_the_last_time_it_was_set_to()
    {
        var time = new FakeTimeProvider();
        var start = time.GetTimestamp();
        var timers = new GroupTimers(time);
        var timer = new GroupTimer();
        var fired = new List<long>();
        long Now() => (long)time.GetElapsedTime(start).TotalMilliseconds;
        void At(int milliseconds)
        {
            time.Advance(TimeSpan.FromMilliseconds(milliseconds) - time.GetElapsedTime(start));
            timers.FireDue();
        }

        timers.Set(timer, 100, () => fired.Add(Now()));
        At(50);
        timers.Set(timer, 100, () => fired.Add(Now())); // later
        At(100);
        Assert.Empty(fired);
        At(150);
        Assert.Equal([150], fired);
        timers.Set(timer, 500, () => fired.Add(-1));
        timers.Set(timer, 10, () => fired.Add(Now())); // earlier
        At(160);
        At(700);
        Assert.Equal([150, 160], fired);
        timers.Set(timer, 10, () => fired.Add(-1));
        timer.Cancel();
        At(800);
        Assert.Equal([150, 160], fired);
        Assert.Null(timers.Next);
    }
}

using Microsoft.Extensions.Time.Testing;
using Wire.Loops;

namespace Wire.Tests;

public sealed class AlarmTests
{
    readonly FakeTimeProvider time = new();
    int rings;

    [Fact]
    public void It_rings_at_the_earliest_time_that_it_was_set_for()
    {
        using var alarm = new Alarm(time, () => rings++);
        var start = time.GetTimestamp();
        long In(int milliseconds) => start + (milliseconds * time.TimestampFrequency / 1000);
        alarm.Set(In(500));
        alarm.Set(In(300));
        alarm.Set(In(900));
        time.Advance(TimeSpan.FromMilliseconds(299));
        Assert.Equal(0, rings);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, rings);
    }

    [Fact]
    public void Once_it_was_due_it_is_set_anew_for_what_is_next_even_for_the_same_moment()
    {
        using var alarm = new Alarm(time, () => rings++);
        var due = time.GetTimestamp() + time.TimestampFrequency;
        alarm.Set(due);
        time.Advance(TimeSpan.FromMilliseconds(999));
        alarm.Set(due); // as after an early ring
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, rings);
        alarm.Set(due); // overdue: at once
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, rings);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, rings);
    }
}

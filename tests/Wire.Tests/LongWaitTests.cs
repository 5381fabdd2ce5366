namespace Wire.Tests;

public sealed class LongWaitTests
{
    readonly LongWait wait = new();

    [Fact]
    public void It_is_told_after_a_while_and_each_time_it_has_lasted_twice_as_long()
    {
        wait.Begin(At(100));
        Assert.Null(wait.DueToLog(At(104)));
        Assert.Equal(TimeSpan.FromSeconds(6), wait.DueToLog(At(106)));
        Assert.Null(wait.DueToLog(At(111)));
        Assert.Equal(TimeSpan.FromSeconds(12), wait.DueToLog(At(112)));
        Assert.Null(wait.DueToLog(At(120)));
    }

    [Fact]
    public void The_next_one_begins_anew()
    {
        wait.Begin(At(0));
        wait.Begin(At(3));
        Assert.Equal(TimeSpan.FromSeconds(5), wait.DueToLog(At(5)));
        wait.End();
        Assert.Null(wait.DueToLog(At(50)));
        Assert.Equal(TimeSpan.FromSeconds(5), wait.DueToLog(At(55)));
    }

    static TimeSpan At(int seconds) => TimeSpan.FromSeconds(seconds);
}

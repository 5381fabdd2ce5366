namespace Wire.Loops;

/// <summary>
/// Wakes a loop at the next deadline of what it owns. <see cref="Set"/> belongs to the loop, which calls it after each of its runs; the
/// ring comes from the timer's thread and should post something.
/// </summary>
public sealed class Alarm : IDisposable
{
    readonly TimeProvider time;
    readonly ITimer timer;
    readonly long slack;
    long setFor = long.MaxValue;

    /// <param name="time">Whose timestamps the deadlines are.</param>
    /// <param name="ring">Called at the deadline or a little before or after it. It may be lost: see <see cref="Set"/>.</param>
    public Alarm(TimeProvider time, Action ring)
    {
        this.time = time;
        // 20 ms: more than the 10 to 16 ms that the clocks behind timers tick in
        slack = time.TimestampFrequency / 50;
        timer = time.CreateTimer(_ => ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Rings at this timestamp, unless it is set for an earlier one. A timer may ring a moment early (its clock is coarser than the
    /// timestamps), so an alarm this near counts as rung and is set anew: else what is due would wait for other work.
    /// </summary>
    public void Set(long timestamp)
    {
        var now = time.GetTimestamp();
        if (setFor - now <= slack)
        {
            setFor = long.MaxValue;
        }

        if (timestamp < setFor)
        {
            setFor = timestamp;
            // past int.MaxValue (24 days) it rings too early, which is harmless: the loop finds nothing due and sets it anew
            var milliseconds = Math.Ceiling((timestamp - now) * 1000.0 / time.TimestampFrequency);
            timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 1, int.MaxValue)), Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();
}

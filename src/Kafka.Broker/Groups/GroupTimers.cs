using Wire.Loops;

namespace Kafka.Broker.Groups;

/// <summary>Something to do later, at most once at a time. Owned by the coordinator's loop.</summary>
sealed class GroupTimer : IDeadline
{
    public long Deadline { get; set; }

    public int HeapIndex { get; set; } = -1;

    internal DeadlineQueue<GroupTimer>? Queue { get; set; }

    internal Action? Action { get; set; }

    /// <summary>Nothing happens when it is not set.</summary>
    public void Cancel()
    {
        Queue?.Remove(this);
        Action = null;
    }
}

/// <summary>The deadlines of all groups. Owned by the coordinator's loop.</summary>
sealed class GroupTimers(TimeProvider time)
{
    readonly DeadlineQueue<GroupTimer> queue = new();

    /// <summary>Timestamp of the time provider at which the first is due; null without timers.</summary>
    public long? Next => queue.Next?.Deadline;

    /// <summary>Sets or moves the timer.</summary>
    /// <param name="timer">Of this coordinator only.</param>
    /// <param name="delay">ms from now.</param>
    /// <param name="action">Run by <see cref="FireDue"/>.</param>
    public void Set(GroupTimer timer, long delay, Action action)
    {
        timer.Queue = queue;
        timer.Action = action;
        queue.Set(timer, time.GetTimestamp() + (delay * time.TimestampFrequency / 1000));
    }

    /// <summary>Runs everything whose time has come, also what that set to now.</summary>
    public void FireDue()
    {
        var now = time.GetTimestamp();
        while (queue.TakeDue(now) is { } timer)
        {
            var action = timer.Action!;
            timer.Action = null;
            action();
        }
    }
}

namespace Kafka.Broker.Groups;

/// <summary>Something to do later, at most once at a time.</summary>
public sealed class GroupTimer
{
    /// <summary>Milliseconds of <see cref="GroupTimers.Now"/>; null when not set.</summary>
    public long? Due { get; internal set; }

    internal long QueuedAt { get; set; } = -1;

    internal Action? Action { get; set; }
}

/// <summary>
/// The deadlines of all groups, in one heap. Heartbeats only move a timer's due time: its place in the heap is put right when the old time comes, so that
/// the heap holds about one entry a timer. Owned by the coordinator's loop.
/// </summary>
public sealed class GroupTimers(TimeProvider time)
{
    readonly PriorityQueue<GroupTimer, long> queue = new();
    readonly long origin = time.GetTimestamp();

    /// <summary>Milliseconds since these timers were made.</summary>
    public long Now => (long)time.GetElapsedTime(origin).TotalMilliseconds;

    /// <summary>When to look again at the latest; null without timers.</summary>
    public long? Next => queue.TryPeek(out _, out var at) ? at : null;

    /// <summary>Sets or moves the timer.</summary>
    public void Set(GroupTimer timer, long delay, Action action)
    {
        timer.Action = action;
        var due = Now + delay;
        timer.Due = due;
        if (timer.QueuedAt < 0 || due < timer.QueuedAt)
        {
            timer.QueuedAt = due;
            queue.Enqueue(timer, due);
        }
    }

    public static void Cancel(GroupTimer timer)
    {
        timer.Due = null;
        timer.Action = null;
    }

    /// <summary>Runs everything whose time has come, also what that set to now.</summary>
    public void FireDue()
    {
        var now = Now;
        while (queue.TryPeek(out var timer, out var at) && at <= now)
        {
            queue.Dequeue();
            if (timer.QueuedAt != at)
            {
                continue; // it was queued again for an earlier time
            }

            timer.QueuedAt = -1;
            if (timer.Due is not { } due)
            {
                continue;
            }

            if (due > now)
            {
                timer.QueuedAt = due;
                queue.Enqueue(timer, due);
                continue;
            }

            var action = timer.Action!;
            Cancel(timer);
            action();
        }
    }
}

using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Loops;

namespace Kafka.Broker.Replication.Scheduling;

/// <summary>
/// The one loop that owns the replicas of a broker: its mailbox and the deadlines of parked work. After each run of queued work it calls
/// <see cref="Idle"/>, so that many appends wake a waiting fetch once.
/// </summary>
sealed partial class ReplicaLoop : IDisposable
{
    /// <summary>A caller that posts more waits: the pressure reaches the connections, which are then not read.</summary>
    const int Capacity = 4096;

    /// <summary>One piece of work that takes longer holds every partition up: worth a line in the log.</summary>
    static readonly TimeSpan slow = TimeSpan.FromMilliseconds(100);

    readonly Mailbox<LoopWork> queue;
    readonly DeadlineQueue<ParkedWork> parked = new();
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly Alarm alarm;

    public ReplicaLoop(TimeProvider time, PauseGate gate, ILogger logger)
    {
        this.time = time;
        this.logger = logger;
        queue = new Mailbox<LoopWork>(Capacity, gate);

        // refused when it is full: then work is at hand, and what is due is seen to after it
        alarm = new Alarm(time, () => queue.TryPost(Tick.Instance));
    }

    /// <summary>Called on the loop when a run of queued work is done.</summary>
    public event Action? Idle;

    public int QueueDepth => queue.Depth;

    /// <summary>Entries parked for now.</summary>
    public int Parked => parked.Count;

    /// <summary>Waits when the queue is full. False when the loop has ended.</summary>
    public async ValueTask<bool> PostAsync(LoopWork work)
    {
        if (await queue.PostAsync(work).ConfigureAwait(false))
        {
            return true;
        }

        work.Abandon();
        return false;
    }

    public async Task<T> InvokeAsync<T>(Func<T> function, [CallerMemberName] string caller = "")
    {
        var invocation = new Invocation<T>(function, caller);
        await PostAsync(invocation).ConfigureAwait(false);
        return await invocation.Task.ConfigureAwait(false);
    }

    public Task InvokeAsync(Action action, [CallerMemberName] string caller = "") => InvokeAsync(
        () =>
        {
            action();
            return true;
        },
        caller);

    /// <summary>On the loop only: expires the work after a while unless it is taken out before.</summary>
    public void Park(ParkedWork work, TimeSpan delay)
    {
        parked.Set(work, time.GetTimestamp() + (long)(Math.Max(0, delay.TotalSeconds) * time.TimestampFrequency));
    }

    /// <summary>On the loop only.</summary>
    public void Unpark(ParkedWork work) => parked.Remove(work);

    /// <summary>Until cancelled. What is queued or parked then is abandoned.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        await queue.RunAsync(Run, AfterRun, stopping).ConfigureAwait(false);
        while (queue.TryTake(out var left))
        {
            left.Abandon();
        }

        foreach (var work in parked.Entries.ToArray())
        {
            work.Abandon();
        }
    }

    public void Dispose()
    {
        queue.Complete();
        alarm.Dispose();
    }

    void Run(LoopWork work)
    {
        var started = time.GetTimestamp();
        try
        {
            work.Run();
        }
        catch (Exception e)
        {
            // one request's surprise must not end the broker's loop
            Fail(work, e);
        }

        if (time.GetElapsedTime(started) is var took && took > slow)
        {
            LogSlow(work.Name, took.TotalMilliseconds, QueueDepth);
        }
    }

    /// <summary>Logs what failed on the loop and did not end it.</summary>
    internal void Report(Exception reason, string work) => LogFailed(reason, work);

    /// <summary>The same for a step of parked work: a failure ends it as a failed run does.</summary>
    internal void Guard(ParkedWork work, Action step)
    {
        try
        {
            step();
        }
        catch (Exception e)
        {
            // as above
            Fail(work, e);
        }
    }

    void Fail(LoopWork work, Exception reason)
    {
        LogFailed(reason, work.Name);
        if (work is ParkedWork entry)
        {
            parked.Remove(entry);
        }

        work.Abandon();
    }

    void AfterRun()
    {
        Expire();
        WakeWaiting();
        if (parked.Next is { } next)
        {
            alarm.Set(next.Deadline);
        }
    }

    void WakeWaiting()
    {
        try
        {
            Idle?.Invoke();
        }
        catch (Exception e)
        {
            // as above
            LogFailed(e, nameof(Idle));
        }
    }

    void Expire()
    {
        var now = time.GetTimestamp();
        while (parked.TakeDue(now) is { } due)
        {
            Guard(due, due.Expire);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Work} failed on the replica loop")]
    partial void LogFailed(Exception exception, string work);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} took {Milliseconds:0} ms on the replica loop, {Depth} queued behind it")]
    partial void LogSlow(string work, double milliseconds, int depth);

    sealed class Tick : LoopWork
    {
        public static Tick Instance { get; } = new();

        public override void Run()
        {
        }

        public override void Abandon()
        {
        }
    }
}

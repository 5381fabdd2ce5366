using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Replication;

/// <summary>
/// The one loop that owns the replicas of a broker: a bounded queue with a single reader, and the timer heap of parked work. After each run of
/// queued work it calls <see cref="Idle"/>, so that many appends wake a waiting fetch once.
/// </summary>
public sealed partial class ReplicaLoop : IDisposable
{
    const int Capacity = 4096;
    const int LongestRun = 64;
    static readonly TimeSpan slow = TimeSpan.FromMilliseconds(100);

    readonly Channel<LoopWork> queue = Channel.CreateBounded<LoopWork>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    readonly TimerHeap timers = new();
    readonly TimeProvider time;
    readonly PauseGate gate;
    readonly ILogger logger;
    readonly ITimer alarm;
    long alarmAt = long.MaxValue;

    public ReplicaLoop(TimeProvider time, PauseGate gate, ILogger logger)
    {
        this.time = time;
        this.gate = gate;
        this.logger = logger;
        alarm = time.CreateTimer(_ => queue.Writer.TryWrite(Tick.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called on the loop when a run of queued work is done.</summary>
    public event Action? Idle;

    public int QueueDepth => queue.Reader.Count;

    /// <summary>Entries parked for now.</summary>
    public int Parked => timers.Count;

    /// <summary>Waits when the queue is full. False when the loop has ended.</summary>
    public async ValueTask<bool> PostAsync(LoopWork work)
    {
        if (queue.Writer.TryWrite(work))
        {
            return true;
        }

        try
        {
            await queue.Writer.WriteAsync(work).ConfigureAwait(false);
            return true;
        }
        catch (ChannelClosedException)
        {
            work.Abandon();
            return false;
        }
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
        work.Deadline = time.GetTimestamp() + (long)(Math.Max(0, delay.TotalSeconds) * time.TimestampFrequency);
        timers.Add(work);
        SetAlarm();
    }

    /// <summary>On the loop only.</summary>
    public void Unpark(ParkedWork work) => timers.Remove(work);

    /// <summary>Until cancelled. What is queued or parked then is abandoned.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (await queue.Reader.WaitToReadAsync(stopping).ConfigureAwait(false))
            {
                await gate.WaitAsync(stopping).ConfigureAwait(false);
                for (var i = 0; i < LongestRun && queue.Reader.TryRead(out var work); i++)
                {
                    Run(work);
                }

                Expire();
                Idle?.Invoke();
            }
        }
        catch (OperationCanceledException)
        {
            // ended by its owner
        }
        finally
        {
            queue.Writer.TryComplete();
            while (queue.Reader.TryRead(out var work))
            {
                work.Abandon();
            }

            foreach (var work in timers.Snapshot())
            {
                work.Abandon();
            }
        }
    }

    public void Dispose()
    {
        queue.Writer.TryComplete();
        alarm.Dispose();
    }

    void Run(LoopWork work)
    {
        var started = time.GetTimestamp();
        try
        {
            work.Run();
        }
#pragma warning disable CA1031 // one request's surprise must not end the broker's loop
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailed(e, work.Name);
            work.Abandon();
        }

        if (time.GetElapsedTime(started) is var took && took > slow)
        {
            LogSlow(work.Name, took.TotalMilliseconds, QueueDepth);
        }
    }

    void Expire()
    {
        var now = time.GetTimestamp();
        while (timers.Next is { } next && next.Deadline <= now)
        {
            timers.Remove(next);
            next.Expire();
        }

        // a timer may ring a moment early (its clock is the coarser one): an alarm this near counts as rung, or what is due would wait for other work
        if (alarmAt - now <= time.TimestampFrequency / 50)
        {
            alarmAt = long.MaxValue;
        }

        SetAlarm();
    }

    void SetAlarm()
    {
        if (timers.Next is { } next && next.Deadline < alarmAt)
        {
            alarmAt = next.Deadline;
            var ticks = alarmAt - time.GetTimestamp();
            alarm.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(ticks * 1000.0 / time.TimestampFrequency))), Timeout.InfiniteTimeSpan);
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

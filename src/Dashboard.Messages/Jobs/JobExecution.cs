using Dashboard.Messages.Bytes;
using Dashboard.Monitoring.Access;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>A job that runs or waits: how it is stopped, and why. Thread safe.</summary>
sealed class JobExecution(string id, Func<Actor> who, TimeProvider time)
{
    readonly Lock gate = new();
    readonly CancellationTokenSource stopping = new();
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    RateMeter meter = new(time);

    public string Id => id;

    public Func<Actor> Who => who;

    /// <summary>When it is tried again, should it fail for a moment's reason.</summary>
    public JobRetry Retry { get; } = new(time);

    /// <summary>The user who runs it has to be allowed all the while, also between two attempts.</summary>
    public bool IsWatched { get; set; }

    /// <summary>It has a turn. Set under the runner's lock.</summary>
    public bool IsStarted { get; set; }

    public CancellationToken Stopping => stopping.Token;

    public Task Ended => ended.Task;

    public JobState Ending { get; private set; } = JobState.Stopped;

    public CodedText? Reason { get; private set; }

    public JobRate? Rate { get; private set; }

    /// <summary>The first reason counts.</summary>
    public void End(JobState state, CodedText? reason)
    {
        lock (gate)
        {
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            (Ending, Reason) = (state, reason);
        }

        stopping.Cancel();
    }

    public void Report(JobProgress progress)
    {
        lock (gate)
        {
            Rate = meter.Add(progress) ?? Rate;
        }
    }

    /// <summary>It stands still: it has no rate, and gets a new one.</summary>
    public void Pause()
    {
        lock (gate)
        {
            (meter, Rate) = (new RateMeter(time), null);
        }
    }

    public void Finish() => ended.TrySetResult();
}

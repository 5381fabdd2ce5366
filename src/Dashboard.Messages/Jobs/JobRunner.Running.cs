using System.Text.Json;
using Dashboard.Messages.Bytes;
using Microsoft.Extensions.Logging;
using Wire;

namespace Dashboard.Messages.Jobs;

/// <summary>How the runner runs jobs: by turns, and again after a fault that passes by itself.</summary>
public sealed partial class JobRunner
{
    /// <summary>Under the lock.</summary>
    void Queue(JobExecution one)
    {
        active[one.Id] = one;
        waiting.Enqueue(one);
        Pump();
    }

    /// <summary>Under the lock.</summary>
    void Pump()
    {
        while (!ended && running < MostRunning && waiting.TryDequeue(out var next))
        {
            running++;
            next.IsStarted = true;
            // not under the lock, which the caller holds
            _ = Task.Run(() => RunAsync(next));
        }
    }

    /// <summary>One attempt: after a fault that passes by itself there is another, exactly as when a user continues the job.</summary>
    async Task RunAsync(JobExecution one)
    {
        var (state, reason, fault) = await TryAsync(one).ConfigureAwait(false);
        var passes = fault is not null && TransientFaults.Is(fault);
        if (passes && one.Retry.Next(reason!) is { } waits)
        {
            Waits(logger, one.Id, waits.Attempt, waits.Reason);
            await WaitAsync(one, waits).ConfigureAwait(false);
            return;
        }

        if (fault is not null)
        {
            Failed(logger, one.Id, fault);
        }

        await EndAsync(one, state, passes ? JobRetry.GivenUp(reason!) : reason).ConfigureAwait(false);
    }

    /// <returns>How it ended; with the fault, where it was one.</returns>
    async Task<(JobState State, CodedText? Reason, Exception? Fault)> TryAsync(JobExecution one)
    {
        try
        {
            one.Stopping.ThrowIfCancellationRequested();
            var entry = store.Change(one.Id, Begun)!;
            // what was allowed when it began to wait for its turn
            if ((access.WhyNot(entry.Needs, one.Who()) ?? access.OtherCluster(entry)) is { } why)
            {
                throw new JobDeniedException(why);
            }

            // a run that gets further than the last begins its retries anew
            one.Retry.Reached(entry.Progress);
            Changed?.Invoke();
            var run = new JobRun(one.Id, one.Who, entry.Checkpoint, Save, Report) { Result = entry.Progress.Result };
            // one watch for all attempts
            if (!one.IsWatched)
            {
                one.IsWatched = true;
                _ = WatchAsync(one, entry);
            }

            await Read(entry.Cluster, entry.Request).Job.RunAsync(run, one.Stopping).ConfigureAwait(false);
            return (JobState.Done, null, null);
        }
        catch (OperationCanceledException) when (one.Stopping.IsCancellationRequested)
        {
            return (one.Ending, one.Reason, null);
        }
        catch (JobDeniedException e)
        {
            return (JobState.Stopped, e.Told, null);
        }
        catch (Exception e)
        {
            return (JobState.Failed, JobReasons.Of(e), e);
        }

        JobEntry Begun(JobEntry job) => job with
        {
            State = JobState.Running,
            Since = job.State == JobState.Running ? job.Since : time.GetUtcNow(),
            Waiting = job.Waiting is { } waiting ? waiting with { NextAt = null } : null,
        };

        void Save(JsonElement checkpoint) => store.Change(one.Id, job => job with { Checkpoint = checkpoint });

        void Report(JobProgress progress)
        {
            var isOver = one.Retry.Reached(progress);
            // in memory only: progress comes many times a second, and what counts after a crash is the checkpoint
            store.Note(one.Id, job => job with { Progress = progress, Waiting = isOver ? null : job.Waiting });
            one.Report(progress);
            Changed?.Invoke();
        }
    }

    /// <summary>Others have its turn meanwhile.</summary>
    async Task WaitAsync(JobExecution one, JobWaiting waits)
    {
        store.Note(one.Id, job => job with { Waiting = waits });
        one.Pause();
        lock (gate)
        {
            // while it waits another one may run
            (one.IsStarted, running) = (false, running - 1);
            Pump();
        }

        Changed?.Invoke();
        try
        {
            var left = waits.NextAt!.Value - time.GetUtcNow();
            await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, one.Stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(one, one.Ending, one.Reason).ConfigureAwait(false);
            return;
        }

        lock (gate)
        {
            if (!ended)
            {
                waiting.Enqueue(one);
                Pump();
                return;
            }
        }

        await EndAsync(one, JobState.Interrupted, null).ConfigureAwait(false);
    }

    async Task EndAsync(JobExecution one, JobState state, CodedText? reason)
    {
        try
        {
            var job = store.Change(one.Id, job => job with
            {
                State = state,
                Reason = reason?.English,
                Why = reason,
                Since = time.GetUtcNow(),
                Waiting = null,
            });
            if (job is not null)
            {
                await trail.WriteEndAsync(job, one.Who()).ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            Failed(logger, one.Id, e);
            store.Note(one.Id, job => job with
            {
                State = JobState.Failed,
                Reason = e.Message,
                Why = null,
                Since = time.GetUtcNow(),
                Waiting = null,
            });
        }

        lock (gate)
        {
            running -= one.IsStarted ? 1 : 0;
            // after its end is on disk: until then it cannot be begun again
            active.TryRemove(one.Id, out _);
            Pump();
        }

        one.Finish();
        Changed?.Invoke();
    }

    /// <summary>Until the job has ended.</summary>
    async Task WatchAsync(JobExecution one, JobEntry job)
    {
        while (await Task.WhenAny(one.Ended, Task.Delay(pace, time, one.Stopping)).ConfigureAwait(false) is var first
            && first != one.Ended && !one.Stopping.IsCancellationRequested)
        {
            if (access.WhyNot(job.Needs, one.Who()) is { } why)
            {
                one.End(JobState.Stopped, why);
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Job {Job} failed")]
    static partial void Failed(ILogger logger, string job, Exception fault);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "Job {Job} waits for attempt {Attempt}: {Why}")]
    static partial void Waits(ILogger logger, string job, int attempt, string why);
}

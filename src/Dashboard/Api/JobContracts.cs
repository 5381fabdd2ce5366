using System.Collections.Immutable;
using System.Text.Json;
using Dashboard.Messages.Jobs;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Api;

/// <param name="User">Who began it, or went on with it last.</param>
/// <param name="State">queued, running, stopped, done, failed or interrupted: the program ended while it ran.</param>
/// <param name="Since">Of the state.</param>
/// <param name="Reason">Why it failed or was stopped.</param>
/// <param name="Waiting">
/// What a job that runs waits for, after a fault that passes by itself: since when nothing went on, and when it is tried again (null: it is
/// being tried). It goes on from there by itself, and fails after 15 minutes without progress. Null: it does not wait.
/// </param>
/// <param name="CanGoOn">POST …/continue goes on exactly where it was.</param>
public sealed record JobBody(
    string Id, string Kind, string Cluster, string Topic, string User, DateTimeOffset Made, JobState State, DateTimeOffset Since,
    string? Reason, JobWaiting? Waiting, bool CanGoOn, JobProgressBody Progress, ImmutableArray<JobTarget> Targets, JsonElement Request)
{
    internal static JobBody Of(JobEntry job, JobRate? rate, JsonElement? result = null) => new(
        job.Id, job.Kind, job.Cluster, job.Topic, job.User, job.Made, job.State, job.Since, job.Reason, job.Waiting,
        job.CanGoOn, JobProgressBody.Of(job.Progress, rate, result), job.Targets, job.Request);
}

/// <param name="Done">Records that are through, those left out among them.</param>
/// <param name="Total">Null: not known.</param>
/// <param name="AtMost">The total counts offsets: there are no more records than that.</param>
/// <param name="Share">How much of it is through, 0 to 1.</param>
/// <param name="ByTopic">Records written.</param>
/// <param name="Skipped">Records left out, by the reason in English.</param>
/// <param name="RecordsPerSecond">Of the last seconds; null while it does not run.</param>
/// <param name="Result">
/// What a kind found that is no count, such as statistics, as the reader may see it. Null in a list of jobs.
/// </param>
public sealed record JobProgressBody(
    long Done, long? Total, bool AtMost, double? Share, long Bytes, ImmutableSortedDictionary<string, long> ByTopic,
    ImmutableSortedDictionary<string, long> Skipped, double? RecordsPerSecond, double? BytesPerSecond, DateTimeOffset? EndsAbout,
    JsonElement? Result)
{
    internal static JobProgressBody Of(JobProgress progress, JobRate? rate, JsonElement? result) => new(
        progress.Done, progress.Total, progress.IsAtMost, progress.Share, progress.Bytes, progress.ByTopic,
        SkipReason.InWords(progress.Skipped), rate?.RecordsPerSecond, rate?.BytesPerSecond, rate?.EndsAbout, result);
}

public sealed record StartedJobBody(string Id);

/// <summary>What stopping, removing or going on would do.</summary>
/// <param name="Action">stop, remove or continue.</param>
public sealed record JobChangePlan(string Id, string Action, ImmutableArray<Refusal> Refusals);

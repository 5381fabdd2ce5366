using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Jobs;

namespace Dashboard.Components.Features.Jobs;

/// <summary>How a job is named and drawn, wherever one stands.</summary>
static class JobWords
{
    public static string Kind(Text text, string kind) => text.Find($"Job_Kind_{kind}") ?? kind;

    public static string State(Text text, JobState state) => text[$"Job_State_{state}"];

    /// <summary>With what one that runs waits for.</summary>
    public static string State(Text text, JobEntry job, Func<DateTimeOffset, string> clock) => job.Waiting switch
    {
        { NextAt: { } at } waiting => text["Job_WaitingUntil", clock(at), waiting.Attempt],
        { } trying => text["Job_Trying", trying.Attempt],
        _ => State(text, job.State),
    };

    public static string Glyph(JobEntry job) => job.Waiting is not null ? "warn" : Glyph(job.State);

    static string Glyph(JobState state) => state switch
    {
        JobState.Queued => "stale",
        JobState.Running => "busy",
        JobState.Done => "ok",
        JobState.Stopped => "paused",
        JobState.Interrupted => "killed",
        _ => "bad",
    };

    /// <summary>Why records are left out; null: in words that are English alone.</summary>
    public static string? Why(Text text, SkipReason why) => why.Code.Length == 0 ? null : text[$"Skip_{why.Code}", [.. why.Arguments]];

    /// <summary>"1,200 of 3,000", with the total as far as it is known.</summary>
    public static string Count(Text text, JobProgress progress) => progress switch
    {
        { Total: { } total, IsAtMost: true } => text["Job_OfAtMost", progress.Done, total],
        { Total: { } total } => text["Job_Of", progress.Done, total],
        _ => Format.Number(progress.Done),
    };

    /// <summary>0 to 1; null: nobody knows.</summary>
    public static double? Share(JobEntry job) => job.State == JobState.Done ? 1
        : job.Progress.Share ?? (job.Progress is { Total: > 0 and var total, IsAtMost: false } ? (double)job.Progress.Done / total : null);

    public static string Href(ClusterContext cluster, string id) => cluster.Href($"jobs/{Uri.EscapeDataString(id)}");

    public static string Messages(string cluster, string topic) =>
        ClusterContext.Href(cluster, $"topics/{Uri.EscapeDataString(topic)}/messages");
}

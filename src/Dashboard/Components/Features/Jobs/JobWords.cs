using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Messages.Jobs;

namespace Dashboard.Components.Features.Jobs;

/// <summary>How a job is named and drawn, wherever one stands.</summary>
static class JobWords
{
    public static string Kind(Text text, string kind) => text.Find($"Job_Kind_{kind}") ?? kind;

    public static string State(Text text, JobState state) => text[$"Job_State_{state}"];

    public static string Glyph(JobState state) => state switch
    {
        JobState.Queued => "stale",
        JobState.Running => "busy",
        JobState.Done => "ok",
        JobState.Stopped => "paused",
        JobState.Interrupted => "killed",
        _ => "bad",
    };

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

using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;

namespace Dashboard.Messages.Jobs;

/// <summary>What the audit log has of jobs: what they are, and how many records by topic; never a record.</summary>
sealed class JobAudit(IAuditLog audit, TimeProvider time)
{
    const int MostNamed = 20, MostCounts = 50;

    public Task WriteAsync(string action, JobEntry job, Actor actor, string outcome, string? error) => audit.WriteAsync(
        new AuditEntry(time.GetUtcNow(), job.Cluster, actor.Name, action, job.Topic, Details(job), outcome, error)
        {
            Address = actor.Address,
            After = job.Progress.ByTopic.IsEmpty
                ? null
                : string.Join(", ", job.Progress.ByTopic.Take(MostCounts).Select(one => $"{one.Key}: {one.Value} records")),
        },
        CancellationToken.None);

    public Task WriteEndAsync(JobEntry job, Actor actor) => WriteAsync("job.end", job, actor, Outcome(job), job.Reason);

    public static string Details(JobEntry job)
    {
        var targets = string.Join(", ", job.Targets.Take(MostNamed).Select(target => $"{target.Topic} on {target.Cluster}"));
        return targets.Length == 0 ? $"{job.Kind} {job.Id}" : $"{job.Kind} {job.Id} to {targets}";
    }

    /// <summary>Of one that failed in the middle something was done: its counts say what.</summary>
    static string Outcome(JobEntry job) => job.State is JobState.Done or JobState.Stopped ? "done"
        : job.Progress.ByTopic.IsEmpty ? "failed"
        : "unknown";
}

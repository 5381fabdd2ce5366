using System.Collections.Immutable;

namespace Dashboard.Monitoring.Commands;

/// <summary>Every action on disk, one JSON line each, appended and flushed before the action is reported as done.</summary>
public interface IAuditLog
{
    Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellationToken);
}

/// <param name="Action">
/// "topic.create", "topic.delete", "leaders.elect", "replicas.reassign", "replicas.cancel", "node.kill", "cluster.add", …
/// </param>
/// <param name="Outcome">
/// "done", "refused", "failed" (nothing was changed), "unknown" (sent, not answered, and not seen to be done).
/// </param>
/// <param name="Error">What was refused, or why no answer came.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Cluster, string User, string Action, string Subject, string Details, string Outcome, string? Error)
{
    /// <summary>What the cluster showed when no answer came; null when one did.</summary>
    public string? Seen { get; init; }
}

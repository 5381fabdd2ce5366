using System.Collections.Immutable;

namespace Dashboard.Monitoring.Audit;

/// <summary>Every action on disk, one JSON line each, appended and flushed before the action is reported as done.</summary>
public interface IAuditLog
{
    Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken);

    /// <summary>How entries get to a topic as well; null where none is configured.</summary>
    AuditDelivery? Delivery => null;

    /// <summary>How much of it is kept.</summary>
    AuditLimits Limits => AuditLimits.Usual;

    /// <summary>Newest first.</summary>
    Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellationToken);
}

/// <param name="Waiting">Entries that are on disk and not in the topic yet.</param>
/// <param name="Undelivered">Entries that are on disk alone and will not be sent, since the start.</param>
/// <param name="Why">Why the next one is not sent; null while they are.</param>
public sealed record AuditDelivery(string Cluster, string Topic, long Waiting, long Undelivered, string? Why);

/// <param name="Action">
/// "topic.create", "topic.delete", "leaders.elect", "replicas.reassign", "replicas.cancel", "node.kill", "cluster.add",
/// "offsets.reset", "offsets.delete", "group.delete", "members.remove", …
/// </param>
/// <param name="Outcome">
/// "done", "refused", "failed" (nothing was changed), "unknown" (sent, not answered, and not seen to be done).
/// </param>
/// <param name="Error">What was refused, or why no answer came.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Cluster, string User, string Action, string Subject, string Details, string Outcome, string? Error)
{
    /// <summary>Where it was asked from; null for what this program does by itself.</summary>
    public string? Address { get; init; }

    /// <summary>What it was, as far as that was known; null where there was nothing.</summary>
    public string? Before { get; init; }

    /// <summary>What it was to become; null when it was to go.</summary>
    public string? After { get; init; }

    /// <summary>What the cluster showed when no answer came; null when one did.</summary>
    public string? Seen { get; init; }
}

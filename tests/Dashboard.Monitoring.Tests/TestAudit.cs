using System.Collections.Immutable;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;

namespace Dashboard.Monitoring.Tests;

/// <summary>An audit log in memory.</summary>
sealed class TestAudit : IAuditLog
{
    public List<AuditEntry> Entries { get; } = [];

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellation)
    {
        Entries.Add(entry);
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellation) =>
        Task.FromResult(Entries.Take(limit).ToImmutableArray());
}

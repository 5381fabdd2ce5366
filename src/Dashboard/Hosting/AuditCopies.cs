using System.Collections.Immutable;
using System.Threading.Channels;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;

namespace Dashboard.Hosting;

/// <summary>
/// The audit log on disk, and what of it waits to be written to a topic as well. Disk comes first, and nothing waits for the topic: an
/// entry that finds <see cref="MostWaiting"/> before it is on disk alone, and counted.
/// </summary>
sealed class AuditCopies(IAuditLog disk) : IAuditLog
{
    public const int MostWaiting = 1000;

    readonly Channel<AuditEntry> waiting = Channel.CreateBounded<AuditEntry>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    long undelivered;
    volatile string? why;

    /// <summary>Null: entries are on disk alone, as nothing else is asked for.</summary>
    public AuditTarget? Target { get; set; }

    /// <summary>In the order in which they were written. One reader.</summary>
    public ChannelReader<AuditEntry> Waiting => waiting.Reader;

    public AuditDelivery? Delivery =>
        Target is { } target ? new(target.Cluster, target.Topic, Interlocked.Read(ref undelivered), why) : null;

    public async Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken)
    {
        await disk.WriteAsync(entry, cancellationToken);
        if (Target is not null && !waiting.Writer.TryWrite(entry))
        {
            Lost($"{MostWaiting} entries wait already");
        }
    }

    public Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellationToken) =>
        disk.ReadLastAsync(limit, cancellationToken);

    /// <summary>One could not be delivered.</summary>
    public void Lost(string reason)
    {
        Interlocked.Increment(ref undelivered);
        why = reason;
    }
}

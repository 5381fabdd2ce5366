using System.Collections.Immutable;
using Dashboard.Monitoring.Audit;
using Dashboard.Security.Access;

namespace Dashboard.Hosting;

/// <summary>
/// The audit log on disk, which comes first, and what of it is written to a topic as well: whatever the topic did not get waits on disk and
/// is sent later, in order.
/// </summary>
sealed class AuditCopies(IAuditLog disk, AuditTail tail) : IAuditLog
{
    /// <summary>Sent before it is kept how far that got.</summary>
    const int AtOnce = 100;

    volatile AuditTarget? target;
    volatile string? why;

    public AuditDelivery? Delivery =>
        target is { } now ? new(now.Cluster, now.Topic, tail.Waiting, tail.PassedOver, why) : null;

    public AuditLimits Limits => disk.Limits;

    public Task WriteAsync(AuditEntry entry, CancellationToken cancellationToken) => disk.WriteAsync(entry, cancellationToken);

    public Task<ImmutableArray<AuditEntry>> ReadLastAsync(int limit, CancellationToken cancellationToken) =>
        disk.ReadLastAsync(limit, cancellationToken);

    /// <summary>Everything that waits, until one line is not taken: it stays the next one. One caller at a time.</summary>
    /// <param name="to">Null: no topic is asked for.</param>
    /// <param name="send">False: the line is none, or no topic would ever take it, and it is passed over.</param>
    /// <exception cref="Exception">That of <paramref name="send"/>, or of the files; it is told as the reason.</exception>
    public async Task SendAsync(AuditTarget? to, Func<AuditLine, Task<bool>> send)
    {
        target = to;
        if (to is null)
        {
            why = null;
            tail.StandAtEnd();
            return;
        }

        try
        {
            tail.Look();
            if (!tail.IsKept)
            {
                tail.Keep(); // what waits now is still known at the next start, if nothing of it can be sent until then
            }

            while (tail.Next(AtOnce) is { Count: > 0 } lines)
            {
                await SendAsync(lines, send);
                tail.Look();
            }

            why = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            why = e.Message;
            throw;
        }
    }

    async Task SendAsync(IReadOnlyList<AuditLine> lines, Func<AuditLine, Task<bool>> send)
    {
        var sent = 0;
        try
        {
            foreach (var line in lines)
            {
                if (await send(line))
                {
                    tail.Pass(line);
                }
                else
                {
                    tail.PassOver(line);
                }

                sent++;
            }
        }
        finally
        {
            if (sent > 0)
            {
                tail.Keep();
            }
        }
    }
}

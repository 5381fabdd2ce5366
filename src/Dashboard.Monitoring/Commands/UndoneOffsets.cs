using System.Collections.Immutable;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Positions;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>What is to be put back, from the entry of the audit log that took it away.</summary>
static class UndoneOffsets
{
    static readonly string[] actions = ["offsets.reset", "offsets.delete", "group.delete"];

    /// <summary>The request with the offsets of the entry; without them where there is no such entry, which its plan then says.</summary>
    public static async Task<ResetOffsets> FindAsync(
        ResetOffsets request, string cluster, IAuditLog audit, CancellationToken cancellationToken)
    {
        if (request.To.Kind != OffsetTargetKind.Undo)
        {
            return request;
        }

        var entries = await audit.ReadLastAsync(OffsetResetPlanner.MostEntries, cancellationToken).ConfigureAwait(false);
        var entry = entries.FirstOrDefault(e =>
            // by its time to the tick, which is all the name an entry has
            e.Cluster == cluster && e.Subject == request.Group && e.At == request.To.At && actions.Contains(e.Action));
        return entry?.Before is { } before
            ? request with { To = request.To with { List = OffsetList.Parse(before, request.Group) } }
            : request;
    }
}

/// <summary>Refused here, before anything was sent, for a reason that Kafka has no code for.</summary>
sealed class CommandRefusedException(Refusal refusal) : KafkaException(refusal.Error, refusal.Message)
{
    public Refusal Refusal => refusal;
}

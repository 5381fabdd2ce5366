using Dashboard.Monitoring.Commands;
using Dashboard.Nodes;

namespace Dashboard.Api;

/// <summary>A node action as pages and REST run it: with its entry in the audit log.</summary>
public static class NodeActions
{
    /// <returns>Null, or why it was refused.</returns>
    public static async Task<string?> RunAsync(
        INodeHost host, IAuditLog audit, TimeProvider time, string cluster, string name, NodeAction action, string user, CancellationToken cancellation)
    {
        string? refusal = null;
        try
        {
            // seen through, even when whoever asked has left, to be written down as what it came to
            cancellation.ThrowIfCancellationRequested();
            await host.ActAsync(name, action, user, CancellationToken.None);
        }
        catch (NodeActionException e)
        {
            refusal = e.Message;
        }

        var outcome = refusal is null ? "done" : "refused";
        await audit.WriteAsync(new AuditEntry(time.GetUtcNow(), cluster, user, $"node.{action.ToString().ToLowerInvariant()}", name, "", outcome, refusal), CancellationToken.None);
        return refusal;
    }
}

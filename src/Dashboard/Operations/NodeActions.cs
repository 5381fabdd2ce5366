using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Nodes;

namespace Dashboard.Operations;

/// <summary>A node action as pages and REST run it: if the actor may, and with its entry in the audit log.</summary>
public static class NodeActions
{
    /// <summary>Done when the action has begun; how it goes on, the node's state tells.</summary>
    /// <returns>Null, or why it was refused.</returns>
    public static Task<string?> RunAsync(
        INodeHost host, IAuditLog audit, TimeProvider time, string cluster, string name, NodeAction action, Actor actor,
        CancellationToken cancellationToken) =>
        AuditedAsync(
            audit, time, name, $"node.{action.ToString().ToLowerInvariant()}", actor, Needs(AccessAction.Operate, cluster, name),
            () => host.ActAsync(name, action, actor.Name, CancellationToken.None), cancellationToken);

    public static Permission Needs(AccessAction action, string cluster, string name) => new(AccessKind.Nodes, action, cluster, name);

    /// <summary>What changes the nodes, seen through even when whoever asked has left, to be written down as what it came to.</summary>
    /// <param name="needed">On the cluster that it is written down for.</param>
    /// <returns>Null, or why it was refused.</returns>
    public static async Task<string?> AuditedAsync(
        IAuditLog audit, TimeProvider time, string subject, string action, Actor actor, Permission needed, Func<Task> change,
        CancellationToken cancellationToken)
    {
        string? refusal = null;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!actor.May(needed))
            {
                throw new NodeActionException(actor.WhyNot(needed));
            }

            await change();
        }
        catch (NodeActionException e)
        {
            refusal = e.Message;
        }

        await audit.WriteAsync(
            new AuditEntry(
                time.GetUtcNow(), needed.Cluster!, actor.Name, action, subject, "", refusal is null ? "done" : "refused", refusal)
            {
                Address = actor.Address,
            },
            CancellationToken.None);
        return refusal;
    }

    /// <summary>
    /// The node when its action has come to its end, or as it is when the time is over: a broker waits for its ensemble as long as that
    /// takes.
    /// </summary>
    public static async Task<HostedNode> SettledAsync(
        INodeHost host, string name, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        HostedNode? last = null;
        try
        {
            await foreach (var nodes in host.SubscribeAsync(either.Token))
            {
                last = nodes.FirstOrDefault(n => n.Name == name) ?? last;
                if (last?.State is not (NodeState.Starting or NodeState.Stopping))
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // it goes on
        }

        return last ?? throw new NodeActionException($"There is no node {name} any more.");
    }
}

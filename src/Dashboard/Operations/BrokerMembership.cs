using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;

namespace Dashboard.Operations;

/// <summary>
/// Brokers that are added to a hosted cluster and removed from it, as pages and REST do it: checked against what the cluster says of
/// itself, and written down.
/// </summary>
public static class BrokerMembership
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    /// <returns>The new broker, or why there is none.</returns>
    public static async Task<(HostedNode? Node, string? Refusal)> AddAsync(
        IClusterMonitor cluster, INodeHost host, IAuditLog audit, TimeProvider time, Actor actor, CancellationToken cancellationToken)
    {
        HostedNode? added = null;
        var planned = host.PlanBroker().Name ?? "kafka";
        var refusal = await NodeActions.AuditedAsync(
            audit, time, planned, "node.add", actor, NodeActions.Needs(AccessAction.Create, cluster.Id, planned),
            async () => added = await host.AddBrokerAsync(actor.Name, CancellationToken.None), cancellationToken);
        cluster.RequestRefresh();
        return (added, refusal);
    }

    /// <summary>
    /// What would happen. Whether it holds replicas the cluster's metadata tells, read after this was asked: with none that is fresh nobody
    /// knows, and what nobody knows is not done. Its own disk is asked as well.
    /// </summary>
    public static async Task<BrokerRemovalPlan> PlanAsync(
        IClusterMonitor cluster, INodeHost host, TimeProvider time, string name, CancellationToken cancellationToken)
    {
        var node = host.Nodes.FirstOrDefault(n => n.Name == name);
        var isVoter = node is not null && cluster.Current.Quorum.Value?.Find(node.Id) is { IsVoter: true };
        if (node?.Kind != NodeKind.Broker || isVoter || host.Nodes.Count(n => n.Kind == NodeKind.Broker) == 1)
        {
            return new BrokerRemovalPlan(name, false, host.WhyNotRemove(name) ?? "it is not to be removed", "NODE_STATE", [], 0);
        }

        var topics = await FreshAsync(cluster, time.GetUtcNow(), cancellationToken);
        if (topics is null)
        {
            var error = cluster.Current.Topics.Error;
            return new BrokerRemovalPlan(
                name, false,
                "nobody knows whether it holds replicas: the topics cannot be read now"
                + $"{(error is null ? "" : $" ({error.Message})")}. Try again when they can",
                "REPLICAS_UNKNOWN", [], 0);
        }

        var held = topics.Topics.Select(t => (t.Name, Count: t.Partitions.Count(p => p.Replicas.Contains(node.Id))))
            .Where(t => t.Count > 0).ToList();
        if (held.Count > 0)
        {
            var replicas = held.Sum(t => t.Count);
            var names = string.Join(", ", held.Take(3).Select(t => t.Name)) + (held.Count > 3 ? ", …" : "");
            return new BrokerRemovalPlan(
                name, false,
                $"it holds {replicas} {(replicas == 1 ? "replica" : "replicas")} of {names}: "
                + "move them to other brokers first (reassign each topic)",
                "BROKER_HOLDS_REPLICAS", [.. held.Select(t => t.Name)], replicas);
        }

        return host.WhyNotRemove(name) is { } why
            ? new BrokerRemovalPlan(name, false, why, "BROKER_HOLDS_REPLICAS", [], 0)
            : new BrokerRemovalPlan(name, true, null, null, [], 0);
    }

    /// <returns>Null when it is gone, else the plan that says why not.</returns>
    public static async Task<BrokerRemovalPlan?> RemoveAsync(
        IClusterMonitor cluster, INodeHost host, IAuditLog audit, TimeProvider time, string name, Actor actor,
        CancellationToken cancellationToken)
    {
        var plan = await PlanAsync(cluster, host, time, name, cancellationToken);
        var refusal = await NodeActions.AuditedAsync(
            audit, time, name, "node.remove", actor, NodeActions.Needs(AccessAction.Delete, cluster.Id, name),
            () => plan.WhyNot is null
                ? host.RemoveBrokerAsync(name, actor.Name, CancellationToken.None)
                : throw new NodeActionException($"{name} cannot be removed: {plan.WhyNot}."),
            cancellationToken);
        cluster.RequestRefresh();
        return refusal is null ? null : plan with { CanRun = false, WhyNot = plan.WhyNot ?? refusal, Code = plan.Code ?? "NODE_STATE" };
    }

    /// <summary>Topics as they were read after a moment, or null.</summary>
    static async Task<TopicTable?> FreshAsync(IClusterMonitor cluster, DateTimeOffset after, CancellationToken cancellationToken)
    {
        cluster.RequestRefresh();
        try
        {
            var snapshot = await cluster.WaitForAsync(
                s => s.Topics is { Value: not null, Error: null, AsOf: { } asOf } && asOf > after, patience, cancellationToken);
            return snapshot.Topics.Value;
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}

/// <param name="Code">Why not, for programs: BROKER_HOLDS_REPLICAS, REPLICAS_UNKNOWN, NODE_STATE; null when it can be removed.</param>
/// <param name="Topics">Those of which it holds replicas.</param>
public sealed record BrokerRemovalPlan(string Name, bool CanRun, string? WhyNot, string? Code, ImmutableArray<string> Topics, int Replicas);

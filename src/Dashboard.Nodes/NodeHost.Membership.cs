using Dashboard.Nodes.Files;
using Microsoft.Extensions.Logging;
using Wire;

namespace Dashboard.Nodes;

/// <summary>
/// Brokers that come and go while the cluster runs, one at a time. Coordinators and controllers do not: that takes reconfiguration of the
/// ensemble or the quorum.
/// </summary>
public sealed partial class NodeHost
{
    static readonly TimeSpan LeaveWithin = TimeSpan.FromSeconds(10);

    readonly SemaphoreSlim membership = new(1, 1);

    public NodeSettings Settings => files.Settings;

    public AddedBrokerPlan PlanBroker()
    {
        var all = files.Nodes;
        if (all.Count(n => n.Kind == NodeKind.Broker) >= HostingOptions.MostBrokers)
        {
            return AddedBrokerPlan.Refused(CodedText.Of(
                "BrokersFull", $"{HostingOptions.MostBrokers} brokers are hosted already, which is as many as can be"));
        }

        var coordinators = all.Count(n => n.Kind == NodeKind.Coordinator);
        if (engine.RoomProblem(coordinators, all.Length - coordinators + 1, ofOneMore: true) is { } noRoom)
        {
            return AddedBrokerPlan.Refused(noRoom);
        }

        var id = files.NextBroker;
        return new AddedBrokerPlan($"kafka{id}", id, true, null);
    }

    public async Task<HostedNode> AddBrokerAsync(string user, CancellationToken cancellationToken)
    {
        await membership.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (PlanBroker() is { WhyNot: { } why })
            {
                throw new NodeActionException($"No broker can be added: {why}.");
            }

            var added = files.AddBroker();
            var node = New(added);
            Publish(all => all.Add(node));
            logs.Add(node.Name, NodeLogLevel.Info, $"Added by {user}");
            Launch(added);
            return node;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NodeActionException($"No broker can be added: {e.Message}");
        }
        finally
        {
            membership.Release();
        }
    }

    public string? WhyNotRemove(string name)
    {
        if (files.Nodes.FirstOrDefault(n => n.Name == name) is not { } node)
        {
            return "there is no such node";
        }

        if (node.Kind == NodeKind.Coordinator)
        {
            return "it is a coordinator, and the number of coordinators stays with their data";
        }

        if (node.IsVoter)
        {
            return "it is one of the controllers, and the number of controllers stays with their data";
        }

        if (files.Nodes.Count(n => n.Kind == NodeKind.Broker) == 1)
        {
            return "it is the only broker";
        }

        if (ClusterFiles.ReplicasOnDisk(node) is not { Count: > 0 } held)
        {
            return null;
        }

        var replicas = held.Count == 1 ? "replica" : "replicas";
        var first = string.Join(", ", held.Take(3)) + (held.Count > 3 ? ", …" : "");
        return $"it has {held.Count} {replicas} on its disk ({first}): move them to other brokers first (reassign each topic)";
    }

    public async Task RemoveBrokerAsync(string name, string user, CancellationToken cancellationToken)
    {
        await membership.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (WhyNotRemove(name) is { } reason)
            {
                throw NotRemovable(name, reason);
            }

            var node = files.Nodes.First(n => n.Name == name);
            logs.Add(name, NodeLogLevel.Info, $"Removal asked for by {user}");
            // taken out first: no start or restart can come in between
            if (supervisors.TryRemove(name, out var supervisor))
            {
                await supervisor.ShutDownAsync(LeaveWithin).ConfigureAwait(false);
            }

            // while it ran the controller could still give it a replica; now it cannot
            if (WhyNotRemove(name) is { } late)
            {
                Launch(node);
                throw NotRemovable(name, late);
            }

            Remove(node);
            // only now: one that runs on because its files could not be deleted has to stay registered
            await ForgetAsync(node).ConfigureAwait(false);
        }
        finally
        {
            membership.Release();
        }
    }

    static NodeActionException NotRemovable(string name, string why) => new($"{name} cannot be removed: {why}.");

    void Remove(NodeFiles node)
    {
        try
        {
            files.RemoveBroker(node);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // still in the list: nothing of it was changed, and it runs on
            if (files.Nodes.Contains(node))
            {
                Launch(node);
                throw new NodeActionException($"{node.Name} cannot be removed: {e.Message}");
            }

            LogLeftBehind(node.Name, e.Message);
        }

        Publish(all => [.. all.Where(n => n.Name != node.Name)]);
    }

    /// <summary>The broker is gone in any case: where the others cannot be asked to forget it, the log says how to do it later.</summary>
    async Task ForgetAsync(NodeFiles broker)
    {
        try
        {
            using var limit = new CancellationTokenSource(LeaveWithin, time);
            await engine.ForgetAsync(broker, files.Bootstrap, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            LogRemembered(broker.Name, e.Message, broker.Id);
        }
    }

    [LoggerMessage(
        LogLevel.Warning,
        "{Node} is removed; the cluster still remembers it: {Reason} Later: kafka-cluster.sh unregister --id {Id}")]
    partial void LogRemembered(string node, string reason, int id);

    [LoggerMessage(LogLevel.Warning, "{Node} is removed; its directory could not be deleted: {Reason}")]
    partial void LogLeftBehind(string node, string reason);
}

using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;

namespace Dashboard.Hosting;

/// <summary>
/// Whether the dashboard is ready: the nodes it hosts run, and what pages and REST show of them is that they do. A remote cluster was
/// asked; one that does not answer is something to look at here.
/// </summary>
static class Readiness
{
    /// <summary>What is not ready yet, in one line, or null.</summary>
    public static string? Missing(IClusterRegistry registry, INodeHost? host)
    {
        if (host is { AllReady: false })
        {
            return "Not ready: " + string.Join(
                ", ",
                host.Nodes.Where(n => n.State != NodeState.Running).Select(n => $"{n.Name} is {n.State.ToString().ToLowerInvariant()}"));
        }

        var unread = registry.Clusters.Select(c => (c.Id, What: Unread(c.Current, host))).Where(c => c.What is not null)
            .Select(c => $"{c.Id} ({c.What})").ToList();
        return unread.Count == 0 ? null : "Not read yet: " + string.Join(", ", unread);
    }

    /// <summary>What a snapshot does not show yet of a cluster that is ready, or null.</summary>
    public static string? Unread(ClusterSnapshot snapshot, INodeHost? host) => snapshot switch
    {
        { WasAsked: false } => "not everything was asked",
        { Kind: ClusterKind.Remote } => null,
        { HasZooKeeper: false, Quorum: not { Error: null, Value: { LeaderId: not null } } } => "the quorum's leader",
        { HasZooKeeper: false, Quorum.Value: { Spare: < 0 } } => "a majority of the controllers",
        { HasZooKeeper: true, Ensemble: not { Error: null, Value: { LeaderId: not null } } } => "the ensemble's leader",
        { Ensemble.Value: { } ensemble } when ensemble.Serving < ensemble.Servers.Length => "the ensemble's roles",
        { Brokers: not { Error: null, Value: not null } } => "brokers",
        { Brokers.Value: { } table } when host is not null
            && table.Brokers.Count(b => b is { State: BrokerState.Up, Answers: true }) < host.Nodes.Count(n => n.Kind == NodeKind.Broker)
            => "brokers that are not up",
        { Topics: not { Error: null, Value: not null } } => "topics",
        _ => null,
    };
}

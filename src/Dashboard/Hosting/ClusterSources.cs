using System.Collections.Immutable;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;

namespace Dashboard.Hosting;

/// <summary>The clusters that are there as long as the process runs: the hosted one, and those of its settings.</summary>
static class ClusterSources
{
    /// <param name="host">Null when nothing is hosted.</param>
    public static ClusterList Settings(CastellanOptions options, EngineHost? host) =>
        host is null ? options.Clusters : options.Clusters with { Clusters = [Hosted(host), .. options.Clusters.Clusters] };

    static ListedCluster Hosted(EngineHost host)
    {
        var definition = new ClusterDefinition
        {
            Id = CastellanOptions.HostedId,
            Name = CastellanOptions.HostedId,
            Kafka = host.Bootstrap,
            ZooKeeper = host.ZooKeeperConnect,
            Source = DefinitionSource.Hosted,
        };
        var monitored = ClusterMonitorOptions.Of(definition) with
        {
            Kind = ClusterKind.Hosted,
            HostedIn = host.Directory,
            HostedBrokers = () => host.Bootstrap,
            HostedClusterId = () => host.ClusterId,
            HostedFacts = () => View(host.Nodes),
            Elections = () => [.. host.Elections.Select(View)],
        };
        return new ListedCluster(definition, monitored, "this process", []);
    }

    static HostedFacts View(ImmutableArray<HostedNode> nodes) => new(
        [.. nodes.Where(n => n.Kind == NodeKind.Broker).Select(n => n.Id)],
        [.. nodes.Where(n => n.FailsAgainAndAgain).Select(n => View(n.Name, n.Failures!))]);

    static FailingNode View(string name, NodeFailures failures) => new(
        name, failures.Count, failures.Since, failures.Told ?? failures.Reason, NodeFailures.LongestWait);

    static ElectionView View(HostedElection election) => new(
        election.Id, Enum.Parse<ElectionKind>(election.Kind.ToString()), election.Round, election.StartedAt, election.EndedAt,
        election.LeaderId, election.Epoch,
        [.. election.Steps.Select(s => new VoteStep(s.At, s.Kind, s.Server, s.From, s.VoteLeader, s.VoteZxid, s.VoteEpoch, s.Verdict))]);
}

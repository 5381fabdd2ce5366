using Dashboard.Nodes.Logs;
using Dashboard.Nodes.Runtimes;
using Microsoft.Extensions.Logging;
using Wire;

namespace Dashboard.Nodes.Engines;

/// <summary>
/// What the hosted nodes are: which servers run, what their files say beside what every engine's do, and how they are ended. All else (life
/// cycle, ports, settings, membership) is the host's, and the same for all.
/// </summary>
interface INodeEngine
{
    HostedEngine Description { get; }

    /// <summary>All nodes end within these: brokers first, since they still need the others to leave in order.</summary>
    (TimeSpan Brokers, TimeSpan Others) StopWithin { get; }

    /// <summary>Files that the nodes share, in the data directory.</summary>
    IEnumerable<(string Name, string Text)> SharedFiles { get; }

    /// <summary>Lines of a node's configuration file beside those of the cluster's mode.</summary>
    /// <param name="brokers">How many there are: no topic has more replicas.</param>
    IEnumerable<(string Key, string Value)> Lines(NodeKind kind, int brokers);

    /// <summary>Files with settings of people that the servers would refuse, where that can be known before anything starts.</summary>
    /// <exception cref="HostingException">Says which, and how to take one out.</exception>
    void Require(IReadOnlyList<NodeFiles> nodes);

    /// <summary>Why this machine cannot host as many nodes, or one node more than it does; null: it can.</summary>
    /// <param name="ofOneMore">The end of a sentence about that one, instead of a whole one.</param>
    CodedText? RoomProblem(int coordinators, int others, bool ofOneMore = false);

    /// <summary>A new life of a node. A configuration that cannot be read is a failed start.</summary>
    INodeRuntime Create(NodeFiles node, NodeSurroundings surroundings);

    /// <summary>
    /// The cluster forgets a broker that has ended for good, where it does not by itself. What it throws is only reported.
    /// </summary>
    /// <param name="bootstrap">The brokers that stay.</param>
    Task ForgetAsync(NodeFiles broker, string bootstrap, CancellationToken cancellationToken);
}

/// <summary>What a node's life is lived in.</summary>
/// <param name="Console">The process's own log: what is wrong is written there as well.</param>
/// <param name="EnsembleChanged">Called when a coordinator's role changes and at each step of an election; must not block.</param>
sealed record NodeSurroundings(string DataDirectory, NodeLogs Logs, ILogger Console, TimeProvider Time, Action EnsembleChanged);

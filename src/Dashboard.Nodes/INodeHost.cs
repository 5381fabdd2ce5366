using System.Collections.Immutable;

namespace Dashboard.Nodes;

/// <summary>
/// The nodes this process hosts, within it or as processes of their own. One loop owns each node's life; a node's crash never reaches this
/// process, and none outlives it.
/// </summary>
public interface INodeHost
{
    /// <summary>What the nodes are.</summary>
    HostedEngine Engine { get; }

    /// <summary>
    /// Cancelled when these nodes begin to make way for others: what works with them begins anew, once the others are
    /// <see cref="AllReady"/>.
    /// </summary>
    CancellationToken Replaced { get; }

    /// <summary>Coordinators or controllers first, then brokers. Immutable; a change replaces it.</summary>
    ImmutableArray<HostedNode> Nodes { get; }

    /// <summary>True once every node was ready at the same time; never while they make way for others.</summary>
    bool AllReady { get; }

    /// <summary>"127.0.0.1:9092,…": the brokers' listeners, whether they run or not.</summary>
    string Bootstrap { get; }

    /// <summary>The id of their Kafka cluster, as a broker's storage has it; null before the first of them was started.</summary>
    string? ClusterId { get; }

    /// <summary>"127.0.0.1:2181,…/kafka"; null in KRaft mode.</summary>
    string? ZooKeeperConnect { get; }

    /// <summary>Nodes now and after every change; a slow reader sees the newest only.</summary>
    IAsyncEnumerable<ImmutableArray<HostedNode>> SubscribeAsync(CancellationToken cancellationToken);

    /// <summary>Done when the action has begun: a start and a stop go on, and the node's state shows how.</summary>
    /// <exception cref="NodeActionException">No such node, or not possible in its state: says which and why.</exception>
    Task ActAsync(string name, NodeAction action, string user, CancellationToken cancellationToken);

    /// <summary>What the action would do, in one line, or why it cannot be done.</summary>
    NodeActionPlan Plan(string name, NodeAction action);

    /// <summary>The broker that would be added next, or why none can be.</summary>
    AddedBrokerPlan PlanBroker();

    /// <summary>One more broker, which is started. It stays with the data: the next start has it too.</summary>
    /// <exception cref="NodeActionException">No more can be hosted, or its files cannot be written: says so.</exception>
    Task<HostedNode> AddBrokerAsync(string user, CancellationToken cancellationToken);

    /// <summary>
    /// Why the broker cannot be taken out, as far as its disk and its kind show; null when it can. Replicas that are not on its disk
    /// yet are in the cluster's metadata only.
    /// </summary>
    string? WhyNotRemove(string name);

    /// <summary>
    /// Stops the broker, takes it out of the cluster for good and deletes its directory. One that turns out to hold replicas is started
    /// again.
    /// </summary>
    /// <exception cref="NodeActionException">See <see cref="WhyNotRemove"/>.</exception>
    Task RemoveBrokerAsync(string name, string user, CancellationToken cancellationToken);

    /// <summary>What was set for all nodes of a kind, by key; kept with the data.</summary>
    NodeSettings Settings { get; }

    /// <summary>The last lines of a node's log (null: all nodes, merged), oldest first, at most 2,000.</summary>
    ImmutableArray<NodeLogLine> Tail(string? name);

    /// <summary>Grows with each line; pages poll it to see whether Tail changed.</summary>
    long LogVersion { get; }

    /// <summary>
    /// Raised when a coordinator's state or role changes and at each step of an election; from any thread, must not block.
    /// </summary>
    event Action? EnsembleChanged;

    /// <summary>Elections as the hosted coordinators traced them, also in their earlier lives, newest first.</summary>
    ImmutableArray<HostedElection> Elections { get; }
}

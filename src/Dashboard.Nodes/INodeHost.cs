using System.Collections.Immutable;

namespace Dashboard.Nodes;

/// <summary>The nodes this process hosts. One loop owns each node's life; a node's crash never reaches the process.</summary>
public interface INodeHost
{
    /// <summary>Coordinators first, then brokers. Immutable; a change replaces it.</summary>
    ImmutableArray<HostedNode> Nodes { get; }

    /// <summary>True once every node was ready at the same time.</summary>
    bool AllReady { get; }

    /// <summary>"127.0.0.1:9092,…": the brokers' listeners, whether they run or not.</summary>
    string Bootstrap { get; }

    /// <summary>"127.0.0.1:2181,…/kafka".</summary>
    string ZooKeeperConnect { get; }

    /// <summary>Nodes now and after every change; a slow reader sees the newest only.</summary>
    IAsyncEnumerable<ImmutableArray<HostedNode>> SubscribeAsync(CancellationToken cancellation);

    /// <exception cref="NodeActionException">No such node, or not possible in its state: says which and why.</exception>
    Task ActAsync(string name, NodeAction action, string user, CancellationToken cancellation);

    /// <summary>What the action would do, in one line, or why it cannot be done.</summary>
    NodeActionPlan Plan(string name, NodeAction action);

    /// <summary>The last lines of a node's log (null: all nodes, merged), oldest first, at most 2,000.</summary>
    ImmutableArray<NodeLogLine> Tail(string? name);

    /// <summary>Grows with each line; pages poll it to see whether Tail changed.</summary>
    long LogVersion { get; }

    /// <summary>Elections as the hosted coordinators traced them, merged, newest first.</summary>
    ImmutableArray<HostedElection> Elections { get; }
}

public enum NodeKind
{
    Coordinator,
    Broker,
}

public enum NodeState
{
    Starting,
    Running,
    Stopped,
    Killed,
    Paused,
    Failed,
}

public enum NodeAction
{
    Start,
    Stop,
    Kill,
    Pause,
    Resume,
}

/// <param name="Name">zk1…, kafka0…</param>
/// <param name="Id">Server id or broker id.</param>
/// <param name="Reason">Why it failed or who stopped it: one sentence; null while it runs.</param>
/// <param name="RestartAt">When it is started again by itself; null when it is not.</param>
/// <param name="Attempt">Restarts by itself since it last ran.</param>
/// <param name="By">Who stopped, killed or paused it; null when nobody did.</param>
public sealed record HostedNode(
    string Name, NodeKind Kind, int Id, NodeState State, int Port, DateTimeOffset Since, string? Reason, DateTimeOffset? RestartAt, int Attempt, string? By = null);

public sealed record NodeActionPlan(string Name, NodeAction Action, bool CanRun, string? WhyNot);

public sealed record NodeLogLine(DateTimeOffset At, string Node, NodeLogLevel Level, string Text);

public enum NodeLogLevel
{
    Debug,
    Info,
    Warn,
    Error,
}

/// <summary>One election round over the hosted servers.</summary>
public sealed record HostedElection(long Round, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int? LeaderId, long? Epoch, ImmutableArray<HostedVote> Steps);

/// <param name="Kind">"initial", "received", "changed", "decided".</param>
/// <param name="Verdict">"higher-epoch", "higher-zxid", "higher-id", "lower", "equal", "majority", "leading", "following".</param>
public sealed record HostedVote(DateTimeOffset At, string Kind, int Server, int? From, int VoteLeader, long VoteZxid, long VoteEpoch, string Verdict);

public sealed class NodeActionException(string message) : Exception(message);

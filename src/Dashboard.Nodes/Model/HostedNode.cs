using System.Text.Json.Serialization;
using Wire;

namespace Dashboard.Nodes;

public enum NodeKind
{
    /// <summary>A ZooKeeper server.</summary>
    Coordinator,

    Broker,

    /// <summary>A server of a KRaft quorum that is no broker.</summary>
    Controller,
}

public enum NodeState
{
    Starting,
    Running,

    /// <summary>It leaves in order, which lasts some seconds at most; then it is killed.</summary>
    Stopping,

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

/// <param name="Name">zk1…, kafka0…, controller101…</param>
/// <param name="Id">Server id, broker id or KRaft node id.</param>
/// <param name="Reason">Why it failed or who stopped it: one sentence; null while it runs.</param>
/// <param name="RestartAt">When it is started again by itself; null when it is not.</param>
/// <param name="Attempt">Restarts by itself since it last ran.</param>
/// <param name="By">Who stopped, killed or paused it; null when none did.</param>
/// <param name="ProcessId">Of a node that is a process of its own, while it runs.</param>
public sealed record HostedNode(
    string Name,
    NodeKind Kind,
    int Id,
    NodeState State,
    int Port,
    DateTimeOffset Since,
    string? Reason,
    DateTimeOffset? RestartAt,
    int Attempt,
    string? By = null,
    int? ProcessId = null)
{
    /// <summary>The reason for readers of pages; null where its words have no translation.</summary>
    public CodedText? Told { get; init; }

    /// <summary>Of a node that failed and is started again, or waits for that; null: it runs, or somebody ended it.</summary>
    public NodeFailures? Failures { get; init; }

    /// <summary>It failed more than once: by itself it does not come up.</summary>
    [JsonIgnore]
    public bool FailsAgainAndAgain => Failures is { Count: > 1 };
}

/// <summary>Failures in a row, without a while of running between.</summary>
/// <param name="Since">Of the first.</param>
/// <param name="Reason">Of the last.</param>
public sealed record NodeFailures(int Count, DateTimeOffset Since, string Reason)
{
    /// <summary>Between the end of a node and its next start, at most.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    /// <inheritdoc cref="HostedNode.Told"/>
    public CodedText? Told { get; init; }
}

/// <param name="Name">Null, as the id, when none can be added.</param>
public sealed record AddedBrokerPlan(string? Name, int? Id, bool CanRun, string? WhyNot)
{
    /// <summary>The reason for readers of pages.</summary>
    [JsonIgnore]
    public CodedText? Told { get; init; }

    /// <param name="why">The end of a sentence.</param>
    public static AddedBrokerPlan Refused(CodedText why) => new(null, null, false, why.English) { Told = why };
}

public sealed record NodeActionPlan(string Name, NodeAction Action, bool CanRun, string? WhyNot);

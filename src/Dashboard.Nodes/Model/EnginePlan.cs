using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Wire;

namespace Dashboard.Nodes;

/// <summary>What another engine would come to.</summary>
/// <param name="Title">As <see cref="HostedEngine.Title"/>; null where something that it needs is missing.</param>
/// <param name="Directory">Where its nodes have their data: no two engines or modes share one.</param>
/// <param name="HasData">It has been hosted before: its topics and records are there again.</param>
/// <param name="Nodes">Those that start; empty while that cannot be told.</param>
/// <param name="DirectoryNow">Of those that stop: nothing in it is changed.</param>
/// <param name="Stopped">Names of those that stop.</param>
/// <param name="WhyNot">One sentence; null: it can be.</param>
public sealed record EnginePlan(
    EngineChoice Choice, [property: JsonIgnore] CodedText? Title, ImmutableArray<EngineCheck> Checks, string Directory, bool HasData,
    ImmutableArray<PlannedNode> Nodes, string DirectoryNow, ImmutableArray<string> Stopped, string? WhyNot)
{
    public bool CanRun => WhyNot is null;

    public string? Name => Title?.English;

    /// <summary>Why not, for readers of pages; null where its words have no translation.</summary>
    [JsonIgnore]
    public CodedText? Told { get; init; }

    /// <summary>What this machine lets its programs have, in bytes: all heaps together fit into it.</summary>
    public long Memory { get; init; }

    /// <summary>What works on the cluster, and would be ended before its servers stop.</summary>
    public ImmutableArray<ClusterUse> Running { get; init; } = [];
}

/// <summary>Something that works on the hosted cluster.</summary>
/// <param name="Kind">
/// <see cref="Job"/>, which goes on when the cluster is there again, or <see cref="Walkthrough"/>, which is undone.
/// </param>
/// <param name="Id">Of a job, where the one who asks may see it; else null.</param>
/// <param name="What">"redrive orders.dlq"; null for a walkthrough.</param>
/// <param name="User">Who began it.</param>
public sealed record ClusterUse(string Kind, string? Id, string? What, string User)
{
    public const string Job = "job", Walkthrough = "walkthrough";
}

/// <summary>What an engine needs of the machine.</summary>
public enum EnginePart
{
    KafkaHome,
    ZooKeeperHome,
    Java,

    /// <summary>-Xmx of brokers and controllers.</summary>
    KafkaHeap,

    /// <summary>-Xmx of coordinators.</summary>
    ZooKeeperHeap,
    Ports,

    /// <summary>For all heaps together.</summary>
    Memory,
}

/// <param name="Found">"Kafka 3.9.2", "Java 17", "2181, 9092, 9093"; null where <paramref name="Problem"/> says what is wrong.</param>
public sealed record EngineCheck(EnginePart Part, string? Found, string? Problem)
{
    public bool Ok => Problem is null;

    /// <summary>What is wrong, or was found, for readers of pages; null where it is the same in every language.</summary>
    [JsonIgnore]
    public CodedText? Told { get; init; }
}

/// <param name="Ports">The one for clients first.</param>
public sealed record PlannedNode(string Name, NodeKind Kind, ImmutableArray<int> Ports);

public enum ExchangeStep
{
    /// <summary>The nodes that were there are stopped, brokers first.</summary>
    Stopping,

    /// <summary>Ports are taken and files written for the others.</summary>
    Preparing,

    /// <summary>They are started; what becomes of each its state tells.</summary>
    Starting,

    /// <summary>All of them have run at the same time.</summary>
    Done,

    /// <summary>The nodes that were there before are started again.</summary>
    Failed,
}

/// <summary>The last exchange of the engine since this process started.</summary>
/// <param name="Title">As <see cref="HostedEngine.Title"/>, of what it goes to.</param>
/// <param name="Since">When <paramref name="Step"/> began.</param>
public sealed record EngineExchange(
    EngineChoice Choice, [property: JsonIgnore] CodedText Title, string By, ExchangeStep Step, DateTimeOffset Since, string? Error)
{
    public string Name => Title.English;

    /// <summary>The error for readers of pages; null where its words have no translation.</summary>
    [JsonIgnore]
    public CodedText? Told { get; init; }

    /// <summary>Neither nodes nor engine can be changed meanwhile.</summary>
    public bool IsClosed => Step is ExchangeStep.Stopping or ExchangeStep.Preparing;
}

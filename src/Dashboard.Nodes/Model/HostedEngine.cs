using Wire;

namespace Dashboard.Nodes;

/// <summary>What the hosted nodes are.</summary>
public enum EngineKind
{
    /// <summary>Castellan's own servers, within this process.</summary>
    Embedded,

    /// <summary>Apache Kafka and ZooKeeper, each node a process of its own.</summary>
    Apache,
}

/// <summary>Who keeps a hosted cluster's metadata.</summary>
public enum HostedMode
{
    ZooKeeper,
    KRaft,
}

/// <param name="Title">For people: "Apache Kafka 3.9.2 with ZooKeeper 3.9.5"; empty for <see cref="EngineKind.Embedded"/>.</param>
public sealed record HostedEngine(EngineKind Kind, HostedMode Mode, CodedText Title)
{
    /// <summary>The title in English.</summary>
    public string Name => Title.English;

    public static readonly HostedEngine Embedded = new(EngineKind.Embedded, HostedMode.ZooKeeper, "");

    /// <summary>Whether <see cref="INodeHost.Elections"/> has the coordinators' votes: Apache's servers show them to no one.</summary>
    public bool TracesElections => Kind == EngineKind.Embedded;
}

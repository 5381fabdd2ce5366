using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes.Runtimes;

/// <summary>
/// One life of a node, from start to its end: what the supervisor needs of a coordinator or a broker. A restart makes a new one.
/// </summary>
interface INodeRuntime : IAsyncDisposable
{
    /// <summary>Ends when the node serves.</summary>
    Task Ready { get; }

    /// <summary>Ends with the node; faults with the reason when it failed by itself.</summary>
    Task Completion { get; }

    Task StartAsync(CancellationToken cancellationToken);

    Task StopAsync(CancellationToken cancellationToken);

    void Kill();

    void Pause();

    void Resume();

    /// <summary>Of a process of its own, while it is there.</summary>
    int? ProcessId => null;

    /// <summary>Votes of a coordinator, newest first; empty of one that does not tell.</summary>
    IReadOnlyList<ElectionTrace> Elections => [];
}

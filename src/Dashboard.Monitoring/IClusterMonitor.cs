using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>
/// One per cluster, not per browser. Reads the cluster in the background and publishes snapshots; readers never wait for the cluster.
/// </summary>
public interface IClusterMonitor : IAsyncDisposable
{
    string Id { get; }

    ClusterKind Kind { get; }

    ClusterSnapshot Current { get; }

    IHistory History { get; }

    IClusterCommands Commands { get; }

    IZnodeBrowser Znodes { get; }

    /// <summary>Who is connected to the ensemble.</summary>
    ISessionReader Sessions { get; }

    /// <summary>Whether brokers believe what the metadata says.</summary>
    IMetadataCheck MetadataCheck { get; }

    /// <summary>What the cluster keeps in its metadata, as a tree.</summary>
    IMetadataBrowser Metadata { get; }

    /// <summary>The way to its records, for what reads many of them.</summary>
    ClusterData Data { get; }

    IMessageReader Messages { get; }

    IInterest Interest { get; }

    /// <summary>
    /// Current state first, then each newer snapshot. A slow reader sees the newest only (capacity one, the oldest is dropped).
    /// </summary>
    IAsyncEnumerable<ClusterSnapshot> SubscribeAsync(CancellationToken cancellationToken);

    /// <summary>Completes when a snapshot satisfies the condition, or throws <see cref="TimeoutException"/>.</summary>
    Task<ClusterSnapshot> WaitForAsync(Func<ClusterSnapshot, bool> condition, TimeSpan deadline, CancellationToken cancellationToken);

    /// <summary>Polls metadata, offsets and groups now instead of at their next tick.</summary>
    void RequestRefresh();

    /// <summary>Asks the ensemble's servers now: something is known to have changed there.</summary>
    void RequestEnsembleRefresh()
    {
    }
}

/// <summary>All clusters this process watches, by id; they come and go while it runs.</summary>
public interface IClusterRegistry
{
    /// <summary>The hosted one first. Immutable; another list after a change.</summary>
    IReadOnlyList<IClusterMonitor> Clusters { get; }

    /// <summary>Clusters came or went. On whatever thread made the change.</summary>
    event Action? Changed;

    IClusterMonitor? Find(string id);
}

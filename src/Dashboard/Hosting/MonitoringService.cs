using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Nodes;
using Dashboard.Security.Access;

namespace Dashboard.Hosting;

/// <summary>
/// Opens the clusters of the catalog and starts their monitors with the process; they end with it. What the hosted coordinators tell of
/// themselves is read at once, not at the next poll.
/// </summary>
sealed class MonitoringService(
    ClusterRegistry registry, ClusterCatalog catalog, ClustersFile file, AccessStore access, INodeHost? host = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Open(access.ReadWith(file));
        if (host is not null && registry.Find(Composition.HostedId) is { } hosted)
        {
            host.EnsembleChanged += hosted.RequestEnsembleRefresh;
        }

        registry.Start();
        return Task.CompletedTask;
    }

    /// <summary>Before the hosted nodes stop, so that their going is not taken for trouble.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => registry.DisposeAsync().AsTask();
}

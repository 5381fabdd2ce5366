using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Nodes;
using Dashboard.Security.Access;

namespace Dashboard.Hosting;

/// <summary>
/// Opens the clusters of the catalog and starts their monitors with the process; they end with it. What the hosted coordinators tell of
/// themselves is read at once, not at the next poll; other nodes in the place of those are another cluster.
/// </summary>
sealed class MonitoringService(
    ClusterRegistry registry, ClusterCatalog catalog, ClustersFile file, AccessStore access, CastellanOptions options,
    EngineHost? host = null) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        catalog.Open(access.ReadWith(file));
        if (host is not null)
        {
            host.EnsembleChanged += () => registry.Find(Composition.HostedId)?.RequestEnsembleRefresh();
            host.Opened += () => catalog.TakeSettingsAsync(ClusterSources.Settings(options, host), CancellationToken.None);
        }

        registry.Start();
        return Task.CompletedTask;
    }

    /// <summary>Before the hosted nodes stop, so that their going is not taken for trouble.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => registry.DisposeAsync().AsTask();
}

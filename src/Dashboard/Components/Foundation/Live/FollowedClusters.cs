using Dashboard.Monitoring;

namespace Dashboard.Components.Foundation.Live;

/// <summary>Subscriptions to the snapshots of many clusters, which come and go. Owned by one loop.</summary>
/// <param name="wake">Called, on whatever thread, when a cluster has published.</param>
sealed class FollowedClusters(Action wake) : IAsyncDisposable
{
    readonly Dictionary<IClusterMonitor, (CancellationTokenSource Leaving, Task Following)> followed = [];

    /// <summary>These, and no others.</summary>
    public async Task SetAsync(IReadOnlyList<IClusterMonitor> clusters)
    {
        foreach (var gone in followed.Keys.Except(clusters).ToArray())
        {
            followed.Remove(gone, out var last);
            await last.Leaving.CancelAsync();
            // a monitor that is closed may end it in its own way
            await last.Following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            last.Leaving.Dispose();
        }
        foreach (var come in clusters.Where(cluster => !followed.ContainsKey(cluster)))
        {
            var leaving = new CancellationTokenSource();
            followed.Add(come, (leaving, FollowAsync(come, leaving.Token)));
        }
    }

    public async ValueTask DisposeAsync() => await SetAsync([]);

    async Task FollowAsync(IClusterMonitor cluster, CancellationToken cancellationToken)
    {
        await foreach (var _ in cluster.SubscribeAsync(cancellationToken))
        {
            wake();
        }
    }
}

using System.Threading.Channels;
using Dashboard.Clusters;
using Dashboard.Monitoring;

namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// Follows all clusters for one component: their snapshots, those that come and go, definitions that change. Tells of it at most four times
/// a second, however many there are. Its loop owns whom it follows.
/// </summary>
public sealed class FleetFeed(IClusterRegistry registry, IClusterCatalog catalog, TimeProvider time) : IAsyncDisposable
{
    readonly Channel<bool> news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    readonly CancellationTokenSource ending = new();
    readonly Dictionary<IClusterMonitor, (CancellationTokenSource Leaving, Task Following)> followed = [];
    Task running = Task.CompletedTask;

    /// <param name="tell">Something may have changed since it was told last, or since the start.</param>
    public void Start(Func<Task> tell) => running = Task.Run(() => RunAsync(tell));

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await running;
        ending.Dispose();
    }

    async Task RunAsync(Func<Task> tell)
    {
        registry.Changed += Wake;
        catalog.Changed += Wake;
        try
        {
            Wake();
            await foreach (var _ in news.Reader.ReadAllAsync(ending.Token))
            {
                await FollowAsync(registry.Clusters);
                await tell();
                await Task.Delay(LiveComponent.MinimumInterval, time, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // nobody looks any longer
        }
        finally
        {
            registry.Changed -= Wake;
            catalog.Changed -= Wake;
            await FollowAsync([]);
        }
    }

    void Wake() => news.Writer.TryWrite(true);

    /// <summary>These, and no others.</summary>
    async Task FollowAsync(IReadOnlyList<IClusterMonitor> clusters)
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

    async Task FollowAsync(IClusterMonitor cluster, CancellationToken cancellationToken)
    {
        await foreach (var _ in cluster.SubscribeAsync(cancellationToken))
        {
            Wake();
        }
    }
}

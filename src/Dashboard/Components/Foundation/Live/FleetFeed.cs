using System.Collections.Immutable;
using System.Threading.Channels;
using Dashboard.Clusters;
using Dashboard.Monitoring;

namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// Follows all clusters for all open pages: their snapshots, those that come and go, definitions that change. The rows are worked out
/// once for all, at most four times a second, however many clusters and readers there are; and not at all while no page is open. Its
/// loop owns whom it follows.
/// </summary>
public sealed class FleetFeed(IClusterRegistry registry, IClusterCatalog catalog, TimeProvider time) : IAsyncDisposable
{
    readonly Lock gate = new();
    readonly List<FleetComponent> followers = [];
    (CancellationTokenSource Ending, Task Running)? loop;
    long worked;

    /// <summary>How often the rows were worked out since the start: what following costs.</summary>
    public long TimesWorkedOut => Interlocked.Read(ref worked);

    /// <summary>All clusters as they are now, the most urgent first.</summary>
    public ImmutableArray<FleetRow> Rows()
    {
        Interlocked.Increment(ref worked);
        return FleetRow.All(registry, catalog);
    }

    public void Join(FleetComponent component)
    {
        lock (gate)
        {
            followers.Add(component);
            if (loop is null)
            {
                var ending = new CancellationTokenSource();
                loop = (ending, Task.Run(() => RunAsync(ending.Token)));
                return;
            }
        }

        // what came between its first drawing and now went to the others
        _ = component.TakeAsync(Rows());
    }

    public Task LeaveAsync(FleetComponent component)
    {
        lock (gate)
        {
            return followers.Remove(component) && followers.Count == 0 ? EndAsync() : Task.CompletedTask;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task ending;
        lock (gate)
        {
            ending = EndAsync();
        }

        await ending;
    }

    /// <summary>Within the gate: who joins from now on begins anew.</summary>
    Task EndAsync()
    {
        var ended = loop;
        loop = null;
        return ended is { } last ? Task.Run(() => StopAsync(last)) : Task.CompletedTask;

        static async Task StopAsync((CancellationTokenSource Ending, Task Running) last)
        {
            await last.Ending.CancelAsync();
            await last.Running;
            last.Ending.Dispose();
        }
    }

    async Task RunAsync(CancellationToken ending)
    {
        // however much happens while rows are worked out, they are worked out once more
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        await using var followed = new FollowedClusters(Wake);
        registry.Changed += Wake;
        catalog.Changed += Wake;
        try
        {
            ImmutableArray<FleetRow> told = [];
            Wake();
            await foreach (var _ in news.Reader.ReadAllAsync(ending))
            {
                await followed.SetAsync(registry.Clusters);
                var rows = Rows();
                if (!rows.SequenceEqual(told))
                {
                    told = rows;
                    await Task.WhenAll(Followers().Select(follower => follower.TakeAsync(rows)));
                }

                await Task.Delay(LiveComponent.MinimumInterval, time, ending);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // the last page has left
        }
        finally
        {
            registry.Changed -= Wake;
            catalog.Changed -= Wake;
        }

        void Wake() => news.Writer.TryWrite(true);
    }

    FleetComponent[] Followers()
    {
        lock (gate)
        {
            return [.. followers];
        }
    }
}

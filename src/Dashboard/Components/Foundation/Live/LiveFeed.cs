using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// One subscription for all that a reader has on the screen: title, pill and panels change with the same snapshot, in one turn of the
/// renderer, and so never contradict each other. At most four times a second. Components of one circuit join and leave; the loop runs while
/// there is one.
/// </summary>
public sealed class LiveFeed(IClusterMonitor monitor)
{
    readonly Lock gate = new();
    readonly List<LiveComponent> followers = [];
    (CancellationTokenSource Ending, Task Running)? loop;

    public void Join(LiveComponent component)
    {
        lock (gate)
        {
            followers.Add(component);
            if (loop is null)
            {
                var ending = new CancellationTokenSource();
                loop = (ending, Task.Run(() => FollowAsync(component.Time, ending.Token)));
                return;
            }
        }

        // it may have been drawn from an older snapshot
        _ = ShowAsync(monitor.Current, [component]);
    }

    public async Task LeaveAsync(LiveComponent component)
    {
        (CancellationTokenSource Ending, Task Running)? ended = null;
        lock (gate)
        {
            followers.Remove(component);
            if (followers.Count == 0)
            {
                (ended, loop) = (loop, null);
            }
        }

        if (ended is { } last)
        {
            await last.Ending.CancelAsync();
            await last.Running;
            last.Ending.Dispose();
        }
    }

    async Task FollowAsync(TimeProvider time, CancellationToken ending)
    {
        try
        {
            await foreach (var snapshot in monitor.SubscribeAsync(ending))
            {
                if (await ShowAsync(snapshot, Followers()))
                {
                    await Task.Delay(LiveComponent.MinimumInterval, time, ending);
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // the last page has left
        }
        catch (Exception fault)
        {
            foreach (var follower in Followers())
            {
                await follower.FailAsync(fault);
            }
        }
    }

    LiveComponent[] Followers()
    {
        lock (gate)
        {
            return [.. followers];
        }
    }

    /// <summary>Whether any of them had something new to show.</summary>
    static async Task<bool> ShowAsync(ClusterSnapshot snapshot, LiveComponent[] components)
    {
        // compared here, before taking the circuit's turn: most snapshots change nothing of most pages
        LiveComponent[] changed = [.. components.Where(c => c.IsNews(snapshot))];
        if (changed.Length > 0)
        {
            // all are of one circuit: one turn, and one batch to the browser
            await changed[0].InTurnAsync(() => Array.ForEach(changed, component => component.Take(snapshot)));
        }

        return changed.Length > 0;
    }
}

using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace Dashboard.Components.Controls;

/// <summary>
/// A component over a cluster's snapshots. The first response shows what is known now; once interactive it follows the monitor, renders at most four
/// times a second, and not at all while the sections it names are the same references. Its loop owns nothing but <see cref="Snapshot"/>, set on the renderer's thread.
/// </summary>
public abstract partial class LiveComponent : UiComponent, IAsyncDisposable
{
    public static readonly TimeSpan MinimumInterval = TimeSpan.FromMilliseconds(250);

    readonly CancellationTokenSource disposing = new();
    Task following = Task.CompletedTask;
    object?[] shown = [];

    [Inject]
    public ILoggerFactory Loggers { get; set; } = null!;

    protected ClusterSnapshot Snapshot { get; private set; } = null!;

    /// <summary>Cancelled when the component goes away.</summary>
    protected CancellationToken Gone => disposing.Token;

    /// <summary>The parts of a snapshot that this component shows. Compared by reference.</summary>
    protected abstract object?[] Sections(ClusterSnapshot snapshot);

    /// <summary>Works out what is shown from <see cref="Snapshot"/>; before each render that a new snapshot causes, and before the first.</summary>
    protected virtual void OnSnapshot()
    {
    }

    protected override void OnInitialized()
    {
        Snapshot = Cluster.Monitor.Current;
        shown = Sections(Snapshot);
        OnSnapshot();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            following = FollowAsync(disposing.Token);
        }
    }

    async Task FollowAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var snapshot in Cluster.Monitor.SubscribeAsync(cancellation))
            {
                var sections = Sections(snapshot);
                if (Same(sections, shown))
                {
                    continue;
                }
                shown = sections;
                await InvokeAsync(() => Take(snapshot));
                await Task.Delay(MinimumInterval, Time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
            // the circuit went away between a snapshot and its render
        }
        catch (Exception fault)
        {
            FollowingFailed(Loggers.CreateLogger(GetType()), fault);
            await DispatchExceptionAsync(fault);
        }
    }

    void Take(ClusterSnapshot snapshot)
    {
        if (disposing.IsCancellationRequested)
        {
            return;
        }
        Snapshot = snapshot;
        OnSnapshot();
        StateHasChanged();
    }

    static bool Same(object?[] left, object?[] right) => left.Length == right.Length && left.Zip(right).All(pair => Equal(pair.First, pair.Second));

    /// <summary>Sections are compared by reference; plain values, which a caller may name as well, by value.</summary>
    static bool Equal(object? left, object? right) => left is ValueType or string ? left.Equals(right) : ReferenceEquals(left, right);

    public virtual async ValueTask DisposeAsync()
    {
        await disposing.CancelAsync();
        await following;
        disposing.Dispose();
        GC.SuppressFinalize(this);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Following the cluster's snapshots failed")]
    static partial void FollowingFailed(ILogger logger, Exception fault);
}

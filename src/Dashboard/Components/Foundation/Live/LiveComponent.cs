using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;

namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// A component over a cluster's snapshots. The first response shows what is known now; once interactive it follows the monitor, renders at
/// most four times a second, and not at all while the sections it names are the same references. <see cref="Snapshot"/> is set on the
/// renderer's thread, for all components of the page in one turn.
/// </summary>
public abstract partial class LiveComponent : UiComponent, IAsyncDisposable
{
    public static readonly TimeSpan MinimumInterval = TimeSpan.FromMilliseconds(250);

    readonly ComponentLifetime disposing = new();
    bool follows;
    ILook? look;
    object?[] shown = [];

    [Inject]
    public ILoggerFactory Loggers { get; set; } = null!;

    protected ClusterSnapshot Snapshot { get; private set; } = null!;

    /// <summary>Cancelled when the component goes away.</summary>
    protected CancellationToken Gone => disposing.Token;

    /// <summary>The parts of a snapshot that this component shows. Compared by reference.</summary>
    protected abstract object?[] Sections(ClusterSnapshot snapshot);

    /// <summary>The consumer groups on the screen, which are read more often while it is open.</summary>
    protected virtual IEnumerable<string> GroupsSeen => [];

    /// <summary>
    /// Works out what is shown from <see cref="Snapshot"/>; before each render that a new snapshot causes, and before the first.
    /// </summary>
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
        // only a page that is open in a browser: prerendering disposes without ever getting here
        if (firstRender && !disposing.IsCancellationRequested)
        {
            look = Cluster.Monitor.Interest.Look();
            follows = true;
            Cluster.Feed.Join(this);
        }
        look?.At(GroupsSeen);
    }

    /// <summary>Whether a snapshot has anything that is not shown.</summary>
    // an older one may still be on its way when a page is drawn from a newer one
    internal bool IsNews(ClusterSnapshot snapshot) => snapshot.Version >= Snapshot.Version && !Same(Sections(snapshot), shown);

    /// <summary>On the renderer's thread.</summary>
    internal async Task InTurnAsync(Action show)
    {
        try
        {
            await InvokeAsync(show);
        }
        catch (ObjectDisposedException)
        {
            // the circuit went away between a snapshot and its render
        }
    }

    /// <summary>Shows a snapshot, on the renderer's thread.</summary>
    internal void Take(ClusterSnapshot snapshot)
    {
        if (disposing.IsCancellationRequested)
        {
            return;
        }
        try
        {
            (Snapshot, shown) = (snapshot, Sections(snapshot));
            OnSnapshot();
            StateHasChanged();
        }
        catch (Exception fault)
        {
            _ = FailAsync(fault);
        }
    }

    internal Task FailAsync(Exception fault)
    {
        FollowingFailed(Loggers.CreateLogger(GetType()), fault);
        return DispatchExceptionAsync(fault);
    }

    static bool Same(object?[] left, object?[] right) =>
        left.Length == right.Length && left.Zip(right).All(pair => Equal(pair.First, pair.Second));

    /// <summary>Sections are compared by reference; plain values, which a caller may name as well, by value.</summary>
    // sections are immutable: what is another object was read again, and comparing its contents would cost more than drawing
    static bool Equal(object? left, object? right) => left is ValueType or string ? left.Equals(right) : ReferenceEquals(left, right);

    public virtual async ValueTask DisposeAsync()
    {
        // first: the cluster is watched less closely from now on, even if the rest fails
        look?.Dispose();
        await disposing.CancelAsync();
        if (follows)
        {
            await Cluster.Feed.LeaveAsync(this);
        }
        disposing.Dispose();
        GC.SuppressFinalize(this);
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Following the cluster's snapshots failed")]
    static partial void FollowingFailed(ILogger logger, Exception fault);
}

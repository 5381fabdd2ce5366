using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring;

namespace Dashboard.Components.Features.Metadata;

/// <summary>A part of the metadata browser: read again every few seconds while it is shown, since the admin API has no watches.</summary>
public abstract class MetadataPart : UiComponent, IAsyncDisposable
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(5);

    /// <summary>The first response waits no longer.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(2);

    readonly ComponentLifetime gone = new();
    Task following = Task.CompletedTask;

    /// <summary>Reads what is shown; it is rendered afterwards.</summary>
    protected abstract Task RefreshAsync();

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            following = RepeatAsync(interval, _ => InvokeAsync(async () =>
            {
                await RefreshAsync();
                StateHasChanged();
            }), gone.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        await following;
        gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// A place, null where there is none. Not answered in time, what was read last stays; it is asked for again.
    /// </summary>
    protected async Task<(bool Answered, MetadataView? Place)> ReadInTimeAsync(string path)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(gone.Token);
        deadline.CancelAfter(patience);
        try
        {
            return (true, await Cluster.Monitor.Metadata.ReadAsync(path, deadline.Token));
        }
        catch (OperationCanceledException) when (!gone.IsCancellationRequested)
        {
            return (false, null);
        }
    }
}

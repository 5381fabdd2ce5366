using System.Collections.Immutable;
using Dashboard.Clusters;
using Dashboard.Monitoring;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// A component over all clusters. The first response shows what is known now; once interactive it follows them, and renders at most four
/// times a second, and not at all while none of what is shown differs.
/// </summary>
public abstract class FleetComponent : UiComponent, IAsyncDisposable
{
    FleetFeed? feed;

    [Inject]
    public IClusterRegistry Registry { get; set; } = null!;

    [Inject]
    public IClusterCatalog Catalog { get; set; } = null!;

    /// <summary>The most urgent first.</summary>
    protected ImmutableArray<FleetRow> Fleet { get; private set; } = [];

    /// <summary>Works out what is shown from <see cref="Fleet"/>; before each render that it causes, and before the first.</summary>
    protected virtual void OnFleet()
    {
    }

    /// <summary>Whether what is shown would look another way.</summary>
    protected virtual bool Differs(ImmutableArray<FleetRow> now) => !now.SequenceEqual(Fleet);

    protected override void OnInitialized()
    {
        Fleet = FleetRow.All(Registry, Catalog);
        OnFleet();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            feed = new(Registry, Catalog, Time);
            feed.Start(TakeAsync);
        }
    }

    async Task TakeAsync()
    {
        try
        {
            await InvokeAsync(Take);
        }
        catch (ObjectDisposedException)
        {
            // the circuit went away between a snapshot and its render
        }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
    }

    void Take()
    {
        var now = FleetRow.All(Registry, Catalog);
        if (Differs(now))
        {
            Fleet = now;
            OnFleet();
            StateHasChanged();
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (feed is not null)
        {
            await feed.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }
}

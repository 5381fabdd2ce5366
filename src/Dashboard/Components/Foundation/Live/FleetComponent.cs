using System.Collections.Immutable;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Foundation.Live;

/// <summary>
/// A component over all clusters. The first response shows what is known now; once interactive it follows them, and renders at most four
/// times a second, and not at all while none of what is shown differs.
/// </summary>
public abstract class FleetComponent : UiComponent, IAsyncDisposable
{
    bool isGone;

    [Inject]
    public FleetFeed Feed { get; set; } = null!;

    [Inject]
    public ICurrentActor Who { get; set; } = null!;

    /// <summary>Those that the reader may see, the most urgent first.</summary>
    protected ImmutableArray<FleetRow> Fleet { get; private set; } = [];

    /// <summary>Works out what is shown from <see cref="Fleet"/>; before each render that it causes, and before the first.</summary>
    protected virtual void OnFleet()
    {
    }

    /// <summary>Whether what is shown would look another way.</summary>
    protected virtual bool Differs(ImmutableArray<FleetRow> now) => !now.SequenceEqual(Fleet);

    protected override void OnInitialized()
    {
        Fleet = Seen(Feed.Rows());
        OnFleet();
    }

    protected override void OnAfterRender(bool firstRender)
    {
        // a prerendered page never gets here, and follows nothing
        if (firstRender && !isGone)
        {
            Feed.Join(this);
        }
    }

    /// <summary>Something may have changed since it was drawn last.</summary>
    internal async Task TakeAsync(ImmutableArray<FleetRow> all)
    {
        try
        {
            await InvokeAsync(() => Take(all));
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

    /// <summary>Of rows that are worked out once for all readers: those that this one may see.</summary>
    ImmutableArray<FleetRow> Seen(ImmutableArray<FleetRow> all)
    {
        var actor = Who.Actor;
        return [.. all.Where(row => actor.Sees(row.Id))];
    }

    void Take(ImmutableArray<FleetRow> all)
    {
        var now = Seen(all);
        if (!isGone && Differs(now))
        {
            Fleet = now;
            OnFleet();
            StateHasChanged();
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        isGone = true;
        await Feed.LeaveAsync(this);
        GC.SuppressFinalize(this);
    }
}

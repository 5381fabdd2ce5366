using Dashboard.Components.Foundation.Live;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace Dashboard.Components;

/// <summary>All pages, and the reader they are for.</summary>
public partial class Routes
{
    Reader reader = Reader.Unknown;
    Type? first;
    bool moved;

    [Inject]
    public IJSRuntime Browser { get; set; } = null!;

    [Inject]
    internal CurrentActor Who { get; set; } = null!;

    [Inject]
    public AuthenticationStateProvider Authentication { get; set; } = null!;

    /// <summary>Where the page was asked from.</summary>
    [Parameter]
    public string? Address { get; set; }

    /// <summary>As the cookies of the request had it.</summary>
    [Parameter]
    public Reader Reader { get; set; } = Reader.Unknown;

    /// <summary>
    /// Whether the reader has come from another page. The page he opened leaves the focus where he has put it already, such as in a field
    /// he types into.
    /// </summary>
    bool HasMoved(Microsoft.AspNetCore.Components.RouteData route)
    {
        first ??= route.PageType;
        return moved |= route.PageType != first;
    }

    protected override void OnInitialized()
    {
        reader = Reader;
        Who.Open(Authentication, Address);
    }

    /// <summary>
    /// The very first page, and one opened in another zone than the last, learn the zone once there is a browser to ask; it keeps it for
    /// the next.
    /// </summary>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        try
        {
            await using var module = await Browser.InvokeAsync<IJSObjectReference>("import", "./js/zone.js");
            if (await module.InvokeAsync<string?>("zone") is { Length: > 0 } zone && zone != reader.Zone)
            {
                reader = reader with { Zone = zone };
                StateHasChanged();
            }
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or OperationCanceledException)
        {
            // the tab is gone, or does not tell: UTC it is
        }
    }
}

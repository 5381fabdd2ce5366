using System.Globalization;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Dashboard.Components.Shell;

/// <summary>The bar on top: cluster, connection, clock, language, theme.</summary>
public partial class TopBar : UiComponent, IDisposable
{
    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    static bool Chinese => Text.Language != "en";

    protected override void OnInitialized() => Navigation.LocationChanged += OnMoved;

    public void Dispose()
    {
        Navigation.LocationChanged -= OnMoved;
        GC.SuppressFinalize(this);
    }

    /// <summary>"UTC+2": what tells zones apart in the width of a bar.</summary>
    string ZoneName
    {
        get
        {
            var ahead = Reader.Clock.GetUtcOffset(Now);
            var hours = ahead.Duration().ToString(ahead.Minutes == 0 ? "%h" : "h\\:mm", CultureInfo.InvariantCulture);
            return ahead == TimeSpan.Zero ? "UTC" : $"UTC{(ahead < TimeSpan.Zero ? '−' : '+')}{hours}";
        }
    }

    /// <summary>What the zone's link does.</summary>
    string ZoneWords => L[Reader.Utc ? "Shell_ClockLocal" : "Shell_ClockUtc"];

    /// <summary>The links that keep a choice carry the page they lead back to.</summary>
    void OnMoved(object? sender, LocationChangedEventArgs moved) => _ = InvokeAsync(StateHasChanged);

    string Away(string address, string choice) =>
        $"{address}?c={choice}&returnUrl={Uri.EscapeDataString("/" + Navigation.ToBaseRelativePath(Navigation.Uri))}";
}

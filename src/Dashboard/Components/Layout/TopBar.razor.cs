using System.Globalization;
using Dashboard.Components.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace Dashboard.Components.Layout;

/// <summary>The bar on top: cluster, connection, clock, language, theme.</summary>
public partial class TopBar : UiComponent, IDisposable
{
    [Inject]
    public NavigationManager Navigation { get; set; } = null!;

    static bool Chinese => CultureInfo.CurrentUICulture.Name.StartsWith("zh", StringComparison.OrdinalIgnoreCase);

    protected override void OnInitialized() => Navigation.LocationChanged += OnMoved;

    public void Dispose()
    {
        Navigation.LocationChanged -= OnMoved;
        GC.SuppressFinalize(this);
    }

    /// <summary>The language links carry the page they lead back to.</summary>
    void OnMoved(object? sender, LocationChangedEventArgs moved) => _ = InvokeAsync(StateHasChanged);

    string Language(string culture) => $"/culture?c={culture}&returnUrl={Uri.EscapeDataString("/" + Navigation.ToBaseRelativePath(Navigation.Uri))}";
}

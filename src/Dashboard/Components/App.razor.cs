using System.Text.Json;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Components;

/// <summary>
/// The document around the pages. Rendered once, on the server: it knows the reader's theme from a cookie, so no wrong theme flashes.
/// </summary>
public partial class App
{
    public const string ThemeCookie = "castellan-theme";

    [Inject]
    public Text L { get; set; } = null!;

    [Inject]
    public TimeProvider Time { get; set; } = null!;

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    /// <summary>A page for whoever has not signed in is drawn by the server alone.</summary>
    IComponentRenderMode? Mode => Http?.AcceptsInteractiveRouting() == false ? null : RenderMode.InteractiveServer;

    Reader Reader => Http is null ? Reader.Unknown : Reader.Of(Http.Request);

    /// <summary>Null follows the system's setting.</summary>
    string? Theme => Http?.Request.Cookies[ThemeCookie] is "light" or "dark" ? Http.Request.Cookies[ThemeCookie] : null;

    /// <summary>What every address on a page begins at: where the program is mounted.</summary>
    string Base => $"{Http?.Request.PathBase}/";

    /// <summary>The server's clock, so that ages are right in a browser whose clock is wrong.</summary>
    long Now => Time.GetUtcNow().ToUnixTimeMilliseconds();

    string Words => JsonSerializer.Serialize(new
    {
        now = L["Age_JustNow"],
        ago = L["Age_Ago"],
        day = L["Unit_Day"],
        hour = L["Unit_Hour"],
        minute = L["Unit_Minute"],
        second = L["Unit_Second"],
    });
}

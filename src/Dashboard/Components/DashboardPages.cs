using Dashboard.Addresses;
using Dashboard.Components.Features.Walkthroughs;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Foundation.Theme;
using Dashboard.Localization;
using Dashboard.Monitoring.Audit;
using Dashboard.Operations;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;

namespace Dashboard.Components;

/// <summary>What the composition root calls to have the pages.</summary>
public static class DashboardPages
{
    /// <summary>
    /// Of one event of a page, in bytes: a client.properties with its certificates that is pasted. The framework's own is 32 kB.
    /// </summary>
    const long LongestMessage = 256 * 1024;

    /// <summary>
    /// Registers what the pages need. IClusterRegistry, IClusterCatalog, IAuditLog and, where nodes are hosted, INodeHost are registered
    /// elsewhere.
    /// </summary>
    public static IServiceCollection AddDashboardPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents()
            .AddHubOptions(options => options.MaximumReceiveMessageSize = LongestMessage);
        services.AddScoped<IComponentActivator, ComponentActivator>();
        services.AddMudServices(options =>
        {
            options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight;
            options.SnackbarConfiguration.MaxDisplayedSnackbars = 4;
            options.SnackbarConfiguration.ClearAfterNavigation = false;
        });
        services.AddTransient<MudLocalizer, MudTexts>();
        services.AddSingleton<Text>();
        services.AddSingleton<FleetFeed>();
        services.TryAddSingleton<IRecordWriter, RecordWriter>();
        services.AddSingleton<WalkthroughTurn>();
        services.TryAddSingleton(new WalkthroughMarks(null));
        services.AddScoped<CircuitPresence>();
        services.AddScoped<CircuitHandler>(scope => scope.GetRequiredService<CircuitPresence>());
        services.AddHttpContextAccessor();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.SetDefaultCulture("en").AddSupportedCultures("en", "zh-Hans").AddSupportedUICultures("en", "zh-Hans");
            options.ApplyCurrentCultureToResponseHeaders = true;
        });
        return services;
    }

    /// <summary>
    /// Maps the pages and the addresses that keep a reader's choice. Call after security middleware and before the application runs.
    /// </summary>
    public static WebApplication MapDashboardPages(this WebApplication app)
    {
        app.Use(EndWithTheProcess);
        app.UseRequestLocalization();
        app.UseAntiforgery();
        app.MapStaticAssets().OpenToAll();
        app.MapGet("/culture", ChangeCulture).OpenToAll();
        app.MapGet(
            "/clock",
            (HttpContext http, string c, string? returnUrl) => Remember(http, Reader.ClockCookie, c == "utc" ? "utc" : "local", returnUrl))
            .OpenToAll();
        app.MapGet("/welcomed", (HttpContext http, string? returnUrl) => Remember(http, Reader.WelcomeCookie, "done", returnUrl))
            .OpenToAll();
        // no policy of the framework's own: ours forbids all framing, on every answer
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(server => server.ContentSecurityFrameAncestorsPolicy = null)
            .PagesSay();
        return app;
    }

    /// <summary>Open pages hold their sockets: without this the process would wait seconds for them before it ends.</summary>
    static async Task EndWithTheProcess(HttpContext http, RequestDelegate next)
    {
        if (!http.Request.Path.StartsWithSegments("/_blazor"))
        {
            await next(http);
            return;
        }
        var stopping = http.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        using var end = stopping.UnsafeRegister(static open => ((HttpContext)open!).Abort(), http);
        await next(http);
    }

    static IResult ChangeCulture(HttpContext http, string c, string? returnUrl)
    {
        return Text.Languages.Contains(c)
            ? Remember(
                http, CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(c)),
                returnUrl)
            : Back(returnUrl);
    }

    /// <summary>Keeps a choice of the reader for a year and goes back to the page.</summary>
    static IResult Remember(HttpContext http, string cookie, string value, string? returnUrl)
    {
        http.Response.Cookies.Append(
            cookie, value,
            new CookieOptions { MaxAge = TimeSpan.FromDays(365), IsEssential = true, SameSite = SameSiteMode.Lax, HttpOnly = true });
        return Back(returnUrl);
    }

    /// <summary>Only to an address of this site, which is told from its base.</summary>
    static IResult Back(string? returnUrl) => Results.LocalRedirect("~" + SignInAddress.Local(returnUrl));
}

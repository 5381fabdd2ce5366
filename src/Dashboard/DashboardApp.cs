using Dashboard.Addresses;
using Dashboard.Api;
using Dashboard.Api.Integrations;
using Dashboard.Api.Requests;
using Dashboard.Components;
using Dashboard.Hosting;
using Dashboard.Security;
using Dashboard.Security.Access;
using Dashboard.Security.SignIn;
using Dashboard.Telemetry;

namespace Dashboard;

/// <summary>What is served, and through what each request goes first.</summary>
static class DashboardApp
{
    /// <summary>
    /// In bytes: the id of a group is up to 32,767 of them (a string of Kafka's protocol), each of which may be escaped. The headers have
    /// it once more, as where the request comes from. The framework's own is 8 kB.
    /// </summary>
    const int LongestAddress = 128 * 1024;

    /// <summary>Where it listens is not said here.</summary>
    public static void AddDashboard(this WebApplicationBuilder builder, CastellanOptions options)
    {
        builder.WebHost.UseStaticWebAssets();
        if (!builder.Environment.IsDevelopment())
        {
            // a program that was built and not published would otherwise look at each file for changes, send style sheets as long as they
            // are, and let no browser keep anything
            builder.Configuration.AddInMemoryCollection(
                [new("ReloadStaticAssetsAtRuntime", "false"), new("EnableStaticAssetsDevelopmentCaching", "true")]);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // where it listens is --urls alone, which was checked: Kestrel's own section could name any address
            kestrel.Configure();
            (kestrel.Limits.MaxRequestLineSize, kestrel.Limits.MaxRequestHeadersTotalSize) = (LongestAddress, 2 * LongestAddress);
        });
        builder.Services.AddApi();
        builder.Services.AddIntegrations();
        builder.Services.AddDashboardPages();
        builder.AddTelemetry(new(options.MetricSeries));
    }

    public static void UseDashboard(this WebApplication app, CastellanOptions options)
    {
        var signIn = options.SignIn;
        if (signIn.Proxy is { } proxy)
        {
            app.UseMiddleware<TrustedProxy>(proxy); // by the connection's own address: before what is said of it is believed
        }

        app.UseTrustedProxies([.. TrustedProxies.Split(options.TrustedProxies), .. signIn.Proxy?.TrustedAddresses ?? []]);
        app.UseMountedAt(options.BasePath);
        app.UseRouting(); // here, where it would otherwise come first: by what is left of the address
        app.UseExceptionHandler();
        app.UseMiddleware<SameOriginOnly>(new ServedHosts(signIn.IsConfigured, [.. signIn.Hosts, .. ServedUrls.Hosts(options.Urls)]));
        if (signIn.IsConfigured)
        {
            app.UseSignIn();
        }

        // what the framework itself refuses (no such address, a body that is no JSON) is a problem like every other
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseStatusCodePages());
        app.UseMiddleware<AccessGate>();
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseMiddleware<KnownParameters>());
        app.MapDashboardPages();
        app.MapApi();
        app.MapIntegrations();
        if (signIn.IsConfigured)
        {
            app.MapSignIn(signIn);
            app.MapAccounts();
        }
    }
}

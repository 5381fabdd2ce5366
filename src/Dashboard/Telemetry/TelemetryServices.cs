using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Nodes;
using Dashboard.Security.Access;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Dashboard.Telemetry;

/// <param name="MostSeries">Of one metric; those past it are left out, and counted.</param>
sealed record MetricSettings(int MostSeries);

/// <summary>
/// What is told of the clusters and of this program: to Prometheus, which asks at /metrics, and to an OTLP collector where
/// OTEL_EXPORTER_OTLP_ENDPOINT names one.
/// </summary>
static class TelemetryServices
{
    const string ServiceName = "castellan";

    /// <summary>ASP.NET's, by method, route and status. Each series has its place from the beginning, whether it comes or not.</summary>
    const string Requests = "Microsoft.AspNetCore.Hosting";
    const int MostRequests = 2_000;
    const int MostOthers = 200;

    public static void AddTelemetry(this WebApplicationBuilder builder, MetricSettings settings)
    {
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(provider => new CastellanMeter(
            provider.GetRequiredService<IClusterRegistry>(), provider.GetService<INodeHost>(), provider.GetRequiredService<IAuditLog>(),
            provider.GetRequiredService<TimeProvider>(), settings.MostSeries));
        builder.Services.AddSingleton<MetricsEndpoint>();
        if (!string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            AddOtlp(builder.Services, settings);
        }
    }

    public static void MapMetrics(this WebApplication app) =>
        app.MapGet("/metrics", (HttpContext context, MetricsEndpoint metrics, ICurrentActor who) => who.Actor.Sees(Permission.All)
            ? metrics.ScrapeAsync(context)
            : VisibleMetrics.WriteAsync(context, who.Actor, metrics.ScrapeAsync)).SignedIn().ExcludeFromDescription();

    /// <summary>The same to whoever reads them: what the clusters are like, and the runtime and the requests of this program.</summary>
    /// <param name="places">For how many series of a metric of the clusters.</param>
    public static MeterProviderBuilder AddCastellan(this MeterProviderBuilder metrics, Func<string, int> places) => metrics
        .AddMeter(CastellanMeter.Name)
        .AddView(instrument => new MetricStreamConfiguration
        {
            CardinalityLimit = instrument.Meter.Name switch
            {
                CastellanMeter.Name => places(instrument.Name),
                Requests => MostRequests,
                _ => MostOthers,
            },
        })
        .AddRuntimeInstrumentation()
        .AddAspNetCoreInstrumentation();

    static void AddOtlp(IServiceCollection services, MetricSettings settings) => services.AddOpenTelemetry()
        .ConfigureResource(resource => resource
            .AddService(ServiceName, serviceVersion: typeof(TelemetryServices).Assembly.GetName().Version?.ToString(3)))
        .WithMetrics(metrics => metrics
            .AddCastellan(_ => CastellanMeter.MostPlaces(settings.MostSeries))
            .AddInstrumentation(provider => provider.GetRequiredService<CastellanMeter>()).AddOtlpExporter())
        .WithTracing(traces => traces.AddSource(MonitorActivities.SourceName).AddAspNetCoreInstrumentation().AddOtlpExporter());
}

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;

namespace Dashboard.Telemetry;

/// <summary>Prometheus' text at /metrics. What makes it is loaded at the first scrape: starting a cluster does not wait for it.</summary>
sealed class MetricsEndpoint(CastellanMeter meter, IServiceProvider services) : IDisposable
{
    /// <summary>A scrape of a family with all its series has some 100 bytes a series; an answer that grew past this fails.</summary>
    const int MostBytes = 256 << 20;

    readonly Lock gate = new();
    MeterProvider? provider;
    RequestDelegate? scrape;

    public Task ScrapeAsync(HttpContext context)
    {
        lock (gate)
        {
            if (meter.IsWorn)
            {
                provider?.Dispose();
                scrape = null;
                meter.Renew();
            }

            scrape ??= Build();
        }

        return scrape(context);
    }

    public void Dispose() => provider?.Dispose();

    RequestDelegate Build()
    {
        provider = Sdk.CreateMeterProviderBuilder().AddCastellan(meter.Places).AddPrometheusExporter(Configure).Build();
        var pipeline = new ApplicationBuilder(services);
        pipeline.UseOpenTelemetryPrometheusScrapingEndpoint(
            provider, _ => true, path: null, configureBranchedPipeline: null, optionsName: null);
        return pipeline.Build();
    }

    /// <summary>Names and labels as they are: no scope, no target, nothing answered from before.</summary>
    static void Configure(PrometheusAspNetCoreOptions options)
    {
        options.ScopeInfoEnabled = false;
        options.TargetInfoEnabled = false;
        options.ScrapeResponseCacheDurationMilliseconds = 0;
        options.MaxScrapeResponseSizeBytes = MostBytes;
    }
}

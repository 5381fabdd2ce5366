using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Testing;

namespace Dashboard.Tests.Telemetry;

/// <summary>A collector that is named in the environment gets what /metrics says, and traces.</summary>
public sealed class OtlpTests
{
    [Fact]
    public async Task Metrics_and_traces_reach_a_collector()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = Collector(received);
        await collector.StartAsync(TestContext.Current.CancellationToken);
        await using var dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", "--kafka=127.0.0.1:1"],
            Environment = new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.First(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "300",
            },
        };
        await dashboard.InitializeAsync();
        await dashboard.Http.GetAsync(new Uri("/healthz", UriKind.Relative), TestContext.Current.CancellationToken);
        await Has("metrics", "castellan_reading_failing");
        await Has("metrics", "dotnet.gc.collections");
        await Has("traces", "Castellan.Monitoring");
        await Has("traces", "MetadataCollector");
        await Has("traces", "/healthz");
        Assert.All(received.Values, text => Assert.Contains("castellan", text, StringComparison.Ordinal));

        Task Has(string signal, string words) => Eventually.TrueAsync(
            () => Task.FromResult(received.TryGetValue(signal, out var text) && text.Contains(words, StringComparison.Ordinal)),
            $"{signal} tell {words}",
            TimeSpan.FromSeconds(60));
    }

    /// <summary>Keeps the bodies by signal; names in protobuf are plain text.</summary>
    static WebApplication Collector(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            var text = Encoding.Latin1.GetString(body.ToArray());
            received.AddOrUpdate(signal, _ => text, (_, before) => before + text);
            return Results.Bytes([], "application/x-protobuf");
        });
        return app;
    }
}

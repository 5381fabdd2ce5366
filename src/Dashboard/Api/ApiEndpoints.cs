using Dashboard.Hosting;
using Dashboard.Monitoring;
using Dashboard.Nodes;
using Dashboard.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api;

/// <summary>Everything that is not a page.</summary>
static class ApiEndpoints
{
    public static void MapApi(this WebApplication app)
    {
        var clusters = app.MapGroup("/api/clusters");
        clusters.MapClusters();
        clusters.MapReads();
        clusters.MapRecords();
        clusters.MapCommands();
        app.Map("/api/{**path}", (string path) => Problems.Of(
                StatusCodes.Status404NotFound, "UNKNOWN_ADDRESS",
                $"There is nothing at /api/{path}; /openapi/v1.json lists what there is."))
            .ExcludeFromDescription();
        app.MapOpenApi();
        app.MapGet("/healthz", () => Results.Text("ok")).ExcludeFromDescription();
        app.MapGet("/readyz", (IClusterRegistry registry, [FromServices] INodeHost? host) =>
            Readiness.Missing(registry, host) is { } missing
                ? Results.Text(missing, statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ready")).ExcludeFromDescription();
        app.MapMetrics();
    }
}

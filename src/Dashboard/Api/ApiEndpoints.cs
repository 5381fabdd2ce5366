using Dashboard.Hosting;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Nodes;
using Dashboard.Security.Access;
using Dashboard.Telemetry;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api;

/// <summary>Everything that is not a page.</summary>
static class ApiEndpoints
{
    public static void MapApi(this WebApplication app)
    {
        var clusters = app.MapGroup("/api/clusters").Requires(AccessKind.Clusters, AccessAction.See);
        clusters.MapClusters();
        clusters.MapReads();
        clusters.MapRecords();
        clusters.MapMessages();
        clusters.MapFilters();
        clusters.MapProducing();
        clusters.MapJobs();
        clusters.MapUploads();
        clusters.MapCommands();
        app.Map("/api/{**path}", (string? path) => Problems.Of(
                StatusCodes.Status404NotFound, "UNKNOWN_ADDRESS",
                $"There is nothing at /api/{path}; /openapi/v1.json lists what there is."))
            .SignedIn().ExcludeFromDescription();
        app.MapOpenApi().SignedIn();
        app.MapGet("/healthz", () => Results.Text("ok")).OpenToAll().ExcludeFromDescription();
        // open to probes, which have no identity; which clusters there are is not public
        app.MapGet("/readyz", (IClusterRegistry registry, ICurrentActor who, [FromServices] INodeHost? host) =>
            Readiness.Missing(registry, host) is { } missing
                ? Results.Text(
                    who.Actor.Sees(Permission.All) ? missing : "Not ready.", statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ready")).OpenToAll().ExcludeFromDescription();
        app.MapMetrics();
    }
}

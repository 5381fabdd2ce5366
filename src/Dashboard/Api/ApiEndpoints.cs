using Dashboard.Monitoring;
using Dashboard.Nodes;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api;

/// <summary>Everything that is not a page.</summary>
static class ApiEndpoints
{
    public static void MapApi(this WebApplication app)
    {
        var clusters = app.MapGroup("/api/clusters");
        clusters.MapReads();
        clusters.MapCommands();
        app.Map("/api/{**path}", (string path) => Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_ADDRESS", $"There is nothing at /api/{path}; /openapi/v1.json lists what there is."))
            .ExcludeFromDescription();
        app.MapOpenApi();
        app.MapGet("/healthz", () => Results.Text("ok")).ExcludeFromDescription();
        app.MapGet("/readyz", (IClusterRegistry registry, [FromServices] INodeHost? host) => Ready(registry, host) is { } missing
            ? Results.Text(missing, statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready")).ExcludeFromDescription();
        app.MapGet("/metrics", (IClusterRegistry registry, TimeProvider time, [FromServices] INodeHost? host) =>
            Results.Text(Metrics.Write(registry.Clusters.Select(c => c.Current), host, time.GetUtcNow()), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();
    }

    /// <summary>What is not ready yet, or null.</summary>
    static string? Ready(IClusterRegistry registry, INodeHost? host)
    {
        if (host is { AllReady: false })
        {
            return "Not ready: " + string.Join(", ", host.Nodes.Where(n => n.State != NodeState.Running).Select(n => $"{n.Name} is {n.State.ToString().ToLowerInvariant()}"));
        }

        // a cluster that does not answer is something to look at here: the pages are ready for it
        var unasked = registry.Clusters.Where(c => !c.Current.WasAsked).Select(c => c.Id).ToList();
        return unasked.Count == 0 ? null : "Not read yet: " + string.Join(", ", unasked);
    }
}

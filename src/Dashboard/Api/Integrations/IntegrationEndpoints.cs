using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;

namespace Dashboard.Api.Integrations;

/// <summary>What stands beside a cluster and is asked over HTTP.</summary>
static class IntegrationEndpoints
{
    public static void MapIntegrations(this WebApplication app)
    {
        var clusters = app.MapGroup("/api/clusters").Requires(AccessKind.Clusters, AccessAction.See);
        clusters.MapSchemas();
        clusters.MapConnect();
    }

    /// <summary>What is asked there, and may be refused or not answered.</summary>
    public static RouteGroupBuilder MapReadsOf(this RouteGroupBuilder clusters, string tag) => clusters.MapGroup("{cluster}")
        .WithTags(tag).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ProducesProblem(StatusCodes.Status504GatewayTimeout);

    public static RouteGroupBuilder MapChangesOf(this RouteGroupBuilder clusters, string tag) => clusters.MapGroup("{cluster}")
        .WithTags(tag).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .AddEndpointFilter(CommandEndpoints.RefuseFaultsAsync);

    public static IServiceCollection AddIntegrations(this IServiceCollection services) =>
        services.AddScoped<SchemaCalls>().AddScoped<ConnectCalls>();
}

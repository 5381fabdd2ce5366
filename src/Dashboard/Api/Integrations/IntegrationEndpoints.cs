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

    public static IServiceCollection AddIntegrations(this IServiceCollection services) =>
        services.AddScoped<SchemaCalls>().AddScoped<ConnectCalls>();
}

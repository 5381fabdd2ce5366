using Dashboard.Clusters;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;

namespace Dashboard.Api;

/// <summary>Which clusters there are, and what adds, changes, tests and removes them.</summary>
static class ClusterEndpoints
{
    public static void MapClusters(this RouteGroupBuilder clusters)
    {
        clusters.MapGet("", (IClusterRegistry registry, IClusterCatalog catalog, ICurrentActor who) =>
        {
            var actor = who.Actor;
            var definitions = catalog.Definitions.ToDictionary(definition => definition.Id);
            return registry.Clusters.Where(c => actor.Sees(c.Id))
                .Select(c => ClusterItem.Of(c.Current, definitions.GetValueOrDefault(c.Id)));
        }).SignedIn().WithTags("Read").WithSummary("All clusters that one may see, and how each is");
        var changes = clusters.MapGroup("").Requires(AccessKind.Clusters, AccessAction.Define).WithTags("Clusters")
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        changes.AddEndpointFilter(CommandEndpoints.RefuseFaultsAsync);
        changes.AddEndpointFilter(TellAsync);
        changes.OnlyJson("").MapPost("", AddAsync).WithSummary("Adds a cluster; it is watched at once")
            .Produces<CatalogPlan>().Produces<ClusterBody>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        changes.OnlyJson("{cluster}", "PUT").MapPut("{cluster}", ReplaceAsync)
            .WithSummary("Replaces a cluster that was added here, as a whole; a secret of ******** stays as it is")
            .WithDescription("A dry run answers with the plan, as that of adding does.")
            .Produces<ClusterBody>().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        changes.MapDelete("{cluster}", RemoveAsync)
            .WithSummary("Removes a cluster that was added here; the cluster itself is left as it is")
            .Produces<CatalogPlan>().Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        changes.OnlyJson("test").MapPost("test", TestAsync)
            .WithSummary("Connects as a monitor would, step by step, and changes nothing; within 30 s").Produces<ConnectionTestBody>();
    }

    static async Task<IResult> AddAsync(
        ClusterBody body, IClusterCatalog catalog, ICurrentActor who, CancellationToken cancellationToken, bool dryRun = false)
    {
        var definition = body.Definition(null);
        if (dryRun)
        {
            return Results.Ok(catalog.Plan(new AddCluster(definition)));
        }

        await catalog.AddAsync(definition, who.Actor, cancellationToken);
        return Results.Created($"/api/clusters/{definition.Id}", Shown(catalog, definition));
    }

    static async Task<IResult> ReplaceAsync(
        string cluster, ClusterBody body, IClusterCatalog catalog, ICurrentActor who, CancellationToken cancellationToken,
        bool dryRun = false)
    {
        var definition = body.Definition(cluster);
        if (dryRun)
        {
            return Results.Ok(catalog.Plan(new ReplaceCluster(definition)));
        }

        await catalog.ReplaceAsync(definition, who.Actor, cancellationToken);
        return Results.Ok(Shown(catalog, definition));
    }

    static async Task<IResult> RemoveAsync(
        string cluster, IClusterCatalog catalog, ICurrentActor who, CancellationToken cancellationToken, bool dryRun = false)
    {
        if (dryRun)
        {
            return Results.Ok(catalog.Plan(new RemoveCluster(cluster)));
        }

        await catalog.RemoveAsync(cluster, who.Actor, cancellationToken);
        return Results.NoContent();
    }

    /// <summary>Of a cluster that is there already, a secret may be ******** here as well.</summary>
    static async Task<IResult> TestAsync(
        ClusterBody body, IClusterCatalog catalog, ICurrentActor who, CancellationToken cancellationToken) =>
        Results.Ok(ConnectionTestBody.Of(await catalog.TestAsync(body.Definition(body.Id ?? "test"), who.Actor, cancellationToken)));

    /// <summary>Without secrets.</summary>
    static ClusterBody Shown(IClusterCatalog catalog, ClusterDefinition given) =>
        // as the catalog shows it, with masked secrets: it may be removed again already
        ClusterBody.Of(catalog.Definitions.FirstOrDefault(definition => definition.Id == given.Id) ?? Secrets.Masked(given));

    static async ValueTask<object?> TellAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        try
        {
            return await next(call);
        }
        catch (ClusterDefinitionException e)
        {
            return Problems.Of(e);
        }
        catch (IOException e)
        {
            return Problems.Of(StatusCodes.Status503ServiceUnavailable, "NOT_KEPT", e.Message);
        }
    }
}

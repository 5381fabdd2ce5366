using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Operations;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api;

/// <summary>What changes the nodes of a hosted cluster: their lives, and which brokers there are.</summary>
static class NodeEndpoints
{
    /// <summary>A start or a stop that ends sooner is answered with its end (200), a longer one with how far it is (202).</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(5);

    public static void MapNodes(this RouteGroupBuilder cluster)
    {
        cluster.OnlyJson("nodes").MapPost("nodes", AddAsync).WithSummary("Adds a broker to a hosted cluster")
            .Requires(AccessKind.Nodes, AccessAction.Create)
            .Described<AddedBrokerPlan>().Produces<NodeBody>(StatusCodes.Status201Created);
        cluster.MapDelete("nodes/{name}", RemoveAsync).WithSummary("Removes a broker that holds no replica, for good")
            .Requires(AccessKind.Nodes, AccessAction.Delete, "name")
            .Described<BrokerRemovalPlan>().Produces(StatusCodes.Status204NoContent);
        cluster.MapPost("nodes/{name}/{action}", ActAsync).WithSummary("Acts on a hosted node: start, stop, kill, pause or resume")
            .Requires(AccessKind.Nodes, AccessAction.Operate, "name")
            .Described<NodeActionPlan>()
            .Produces<NodeBody>().Produces<NodeBody>(StatusCodes.Status202Accepted);
        cluster.MapGet("engine", Engine).WithSummary("What is hosted, and how far the last exchange of it is")
            .Requires(AccessKind.Nodes, AccessAction.Alter).Produces<HostedEngineBody>();
        cluster.OnlyJson("engine", "PUT").MapPut("engine", ExchangeAsync)
            .WithSummary("Hosts other servers instead: Castellan's own or Apache's. Each has data of its own, and none is deleted. "
                + "409 with what runs on the cluster; force=true stops that first, as it can go on")
            .Requires(AccessKind.Nodes, AccessAction.Alter)
            .Described<EnginePlan>().Produces<HostedEngineBody>(StatusCodes.Status202Accepted);
    }

    static IResult Engine(
        string cluster, IClusterRegistry registry, [FromServices] INodeHost? host, [FromServices] IEngineExchange? exchange) =>
        NotHosted(registry, cluster, host, out _) ?? Results.Ok(BodyOf(host!, exchange!));

    static async Task<IResult> ExchangeAsync(
        string cluster, EngineBody body, IClusterRegistry registry, [FromServices] INodeHost? host,
        [FromServices] IEngineExchange? exchange, [FromServices] EngineExchanges? exchanges, ICurrentActor who,
        CancellationToken cancellationToken, bool dryRun = false, bool force = false)
    {
        if (NotHosted(registry, cluster, host, out _) is { } problem)
        {
            return problem;
        }

        if (dryRun)
        {
            return Results.Ok(await exchanges!.PlanAsync(cluster, body.Choice(), who.Actor, cancellationToken));
        }

        return await exchanges!.BeginAsync(cluster, body.Choice(), force, who.Actor, cancellationToken) is { } refusal
            ? Problems.Of(refusal)
            : Results.Accepted($"/api/clusters/{cluster}/engine", BodyOf(host!, exchange!));
    }

    static HostedEngineBody BodyOf(INodeHost host, IEngineExchange exchange) => new(
        host.Engine.Name, exchange.Now, exchange.Directory, exchange.ChosenElsewhere, exchange.Exchange);

    static async Task<IResult> AddAsync(
        string cluster, AddNodeBody body, IClusterRegistry registry, IAuditLog audit, TimeProvider time, [FromServices] INodeHost? host,
        ICurrentActor who, CancellationToken cancellationToken, bool dryRun = false)
    {
        if (NotHosted(registry, cluster, host, out var monitor) is { } problem)
        {
            return problem;
        }

        if (dryRun)
        {
            return Results.Ok(host!.PlanBroker());
        }

        var (node, refusal) = await BrokerMembership.AddAsync(monitor!, host!, audit, time, who.Actor, cancellationToken);
        return node is null
            ? Problems.Of(StatusCodes.Status409Conflict, "NODE_STATE", refusal!)
            : Results.Created(Address(cluster, node.Name), Bodies.Of(host!.Nodes.FirstOrDefault(n => n.Name == node.Name) ?? node));
    }

    static async Task<IResult> RemoveAsync(
        string cluster, string name, IClusterRegistry registry, IAuditLog audit, TimeProvider time, [FromServices] INodeHost? host,
        ICurrentActor who, CancellationToken cancellationToken, bool dryRun = false)
    {
        if ((NotHosted(registry, cluster, host, out var monitor) ?? Unknown(host!, name)) is { } problem)
        {
            return problem;
        }

        if (dryRun)
        {
            return Results.Ok(await BrokerMembership.PlanAsync(monitor!, host!, time, name, cancellationToken));
        }

        return await BrokerMembership.RemoveAsync(monitor!, host!, audit, time, name, who.Actor, cancellationToken) is { } refused
            ? Problems.Of(
                refused.Code == "REPLICAS_UNKNOWN" ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status409Conflict, refused.Code!,
                $"{name} cannot be removed: {refused.WhyNot}.")
            : Results.NoContent();
    }

    static async Task<IResult> ActAsync(
        string cluster, string name, string action, IClusterRegistry registry, IAuditLog audit, TimeProvider time,
        [FromServices] INodeHost? host, ICurrentActor who, CancellationToken cancellationToken, bool dryRun = false)
    {
        if (NotHosted(registry, cluster, host, out _) is { } problem)
        {
            return problem;
        }

        // by name: TryParse would take a number as well
        var named = Enum.GetValues<NodeAction>().Where(a => a.ToString().Equals(action, StringComparison.OrdinalIgnoreCase));
        if (named.ToList() is not [var wanted])
        {
            return Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_ACTION", $"{action}: not one of start, stop, kill, pause, resume.");
        }

        if (Unknown(host!, name) is { } unknown)
        {
            return unknown;
        }

        if (dryRun)
        {
            return Results.Ok(host!.Plan(name, wanted));
        }

        if (await NodeActions.RunAsync(host!, audit, time, cluster, name, wanted, who.Actor, cancellationToken) is { } refusal)
        {
            return Problems.Of(StatusCodes.Status409Conflict, "NODE_STATE", refusal);
        }

        var node = await NodeActions.SettledAsync(host!, name, patience, time, cancellationToken);
        return node.State == NodeActionRules.Goal(wanted)
            ? Results.Ok(Bodies.Of(node))
            : Results.Accepted(Address(cluster, name), Bodies.Of(node));
    }

    static IResult? NotHosted(IClusterRegistry registry, string cluster, INodeHost? host, out IClusterMonitor? monitor) =>
        (monitor = registry.Find(cluster)) is null ? Problems.NoCluster(cluster)
        : monitor.Kind != ClusterKind.Hosted || host is null ? Problems.NotHosted(cluster)
        : null;

    static IResult? Unknown(INodeHost host, string name) => host.Nodes.Any(n => n.Name == name) ? null : Problems.NoNode(name);

    static string Address(string cluster, string name) => $"/api/clusters/{cluster}/nodes/{name}";
}

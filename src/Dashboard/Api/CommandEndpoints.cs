using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api;

/// <summary>What changes a cluster. Each takes ?dryRun=true and then answers with the plan, changing nothing.</summary>
static class CommandEndpoints
{
    const string User = "api";

    public static void MapCommands(this RouteGroupBuilder clusters)
    {
        var cluster = clusters.MapGroup("{cluster}").WithTags("Change").ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        cluster.AddEndpointFilter(async (call, next) =>
            call.Arguments.OfType<ICommandBody>().Select(body => body.Fault).FirstOrDefault(fault => fault is not null) is { } fault ? Problems.Unreadable(fault) : await next(call));
        cluster.MapBody("topics", (string cluster, CreateTopicBody body, IClusterRegistry registry, CancellationToken cancellation, bool dryRun = false) =>
        {
            var command = new CreateTopic(body.Name, body.Partitions, body.ReplicationFactor, Placement(body.Assignment), (body.Configs ?? []).ToImmutableDictionary());
            return RunAsync(registry, cluster, command, c => c.PlanAsync(command, cancellation), dryRun, _ => Results.Created($"/api/clusters/{cluster}/topics/{Uri.EscapeDataString(body.Name)}", new CreatedTopic(body.Name)), cancellation);
        }).WithSummary("Creates a topic").Described<CreateTopicPlan>().Produces<CreatedTopic>(StatusCodes.Status201Created);
        cluster.MapDelete("topics/{topic}", (string cluster, string topic, IClusterRegistry registry, CancellationToken cancellation, bool dryRun = false) =>
        {
            var command = new DeleteTopic(topic);
            return RunAsync(registry, cluster, command, c => c.PlanAsync(command, cancellation), dryRun, _ => Results.NoContent(), cancellation);
        }).WithSummary("Deletes a topic, for good").Described<DeleteTopicPlan>().Produces(StatusCodes.Status204NoContent);
        cluster.MapBody("elections", (string cluster, ElectionBody body, IClusterRegistry registry, CancellationToken cancellation, bool dryRun = false) =>
        {
            var command = new ElectLeaders(body.Type, body.Topic, body.Partitions?.ToImmutableArray());
            return RunAsync(registry, cluster, command, c => c.PlanAsync(command, cancellation), dryRun, r => Results.Ok(new ElectionResult(r.Done)), cancellation);
        }).WithSummary("Elects leaders, of a topic's partitions or of all").Described<ElectLeadersPlan>().Produces<ElectionResult>();
        cluster.MapBody("reassignments", (string cluster, ReassignBody body, IClusterRegistry registry, CancellationToken cancellation, bool dryRun = false) =>
        {
            var command = new Reassign(body.Topic, Placement(body.Partitions)!);
            return RunAsync(registry, cluster, command, c => c.PlanAsync(command, cancellation), dryRun, r => Results.Accepted($"/api/clusters/{cluster}/reassignments", new ReassignmentResult(r.Done)), cancellation);
        }).WithSummary("Moves replicas: partition number to broker ids, preferred leader first").Described<ReassignPlan>().Produces<ReassignmentResult>(StatusCodes.Status202Accepted);
        cluster.MapDelete("reassignments/{topic}", (string cluster, string topic, IClusterRegistry registry, CancellationToken cancellation, bool dryRun = false) =>
        {
            var command = new CancelReassignment(topic, null);
            return RunAsync(registry, cluster, command, c => c.PlanAsync(command, cancellation), dryRun, _ => Results.NoContent(), cancellation);
        }).WithSummary("Cancels what runs of a topic's reassignment").Described<CancelReassignmentPlan>().Produces(StatusCodes.Status204NoContent);
        cluster.MapPost("nodes/{name}/{action}", ActAsync)
            .WithSummary("Acts on a hosted node: start, stop, kill, pause or resume").Described<NodeActionPlan>().Produces<NodeBody>();
    }

    /// <summary>What a dry run answers with, and what a cluster refuses with.</summary>
    static RouteHandlerBuilder Described<TPlan>(this RouteHandlerBuilder endpoint) => endpoint
        .Produces<TPlan>()
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ProducesProblem(StatusCodes.Status504GatewayTimeout);

    /// <summary>A POST with a body; one that is not JSON is told so, where the address alone would be looked for in vain.</summary>
    static RouteHandlerBuilder MapBody(this RouteGroupBuilder group, string pattern, Delegate handler)
    {
        group.MapPost(pattern, () => Problems.Of(StatusCodes.Status415UnsupportedMediaType, Problems.UnreadableCode, "The body must be JSON: Content-Type: application/json."))
            .ExcludeFromDescription();
        return group.MapPost(pattern, handler);
    }

    /// <summary>Answers with the plan, or runs the command: what Kafka refuses is told in its own words.</summary>
    static async Task<IResult> RunAsync<TPlan>(
        IClusterRegistry registry, string id, ClusterCommand command, Func<IClusterCommands, Task<TPlan>> plan, bool dryRun, Func<CommandResult, IResult> done, CancellationToken cancellation)
        where TPlan : CommandPlan
    {
        if (registry.Find(id) is not { } cluster)
        {
            return Problems.NoCluster(id);
        }

        if (dryRun)
        {
            return Results.Ok<object>(await plan(cluster.Commands));
        }

        var result = await cluster.Commands.RunAsync(command, User, null, cancellation);
        return result.Refusals.Length > 0 ? Problems.Refused(result.Refusals) : done(result);
    }

    static async Task<IResult> ActAsync(
        string cluster, string name, string action, IClusterRegistry registry, IAuditLog audit, TimeProvider time, [FromServices] INodeHost? host, CancellationToken cancellation, bool dryRun = false)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        if (monitor.Kind != ClusterKind.Hosted || host is null)
        {
            return Problems.NotHosted(cluster);
        }

        // by name: TryParse would take a number as well
        if (Enum.GetValues<NodeAction>().Where(a => a.ToString().Equals(action, StringComparison.OrdinalIgnoreCase)).ToList() is not [var wanted])
        {
            return Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_ACTION", $"{action}: not one of start, stop, kill, pause, resume.");
        }

        if (host.Nodes.All(n => n.Name != name))
        {
            return Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_NODE", $"There is no node {name}.");
        }

        if (dryRun)
        {
            return Results.Ok(host.Plan(name, wanted));
        }

        return await NodeActions.RunAsync(host, audit, time, cluster, name, wanted, User, cancellation) is { } refusal
            ? Problems.Of(StatusCodes.Status409Conflict, "NODE_STATE", refusal)
            : Results.Ok(Bodies.Of(host.Nodes.First(n => n.Name == name)));
    }

    static ImmutableDictionary<int, ImmutableArray<int>>? Placement(Dictionary<int, int[]>? partitions) =>
        partitions?.ToImmutableDictionary(p => p.Key, p => p.Value.ToImmutableArray());
}

using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Mvc;

namespace Dashboard.Api;

/// <summary>What changes a cluster. Each takes ?dryRun=true and then answers with the plan, changing nothing.</summary>
static class CommandEndpoints
{
    const string Outcomes =
        "A request that Kafka does not answer in time is looked up in the cluster: seen to be done, it is answered as done, with \"seen\"; "
        + "otherwise as 504 with \"outcome\": \"unknown\". "
        + "Nothing is sent twice. The audit log has the same.";

    public static void MapCommands(this RouteGroupBuilder clusters)
    {
        var cluster = clusters.MapGroup("{cluster}").WithTags("Change").ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status404NotFound);
        cluster.AddEndpointFilter(RefuseFaultsAsync);
        cluster.OnlyJson("topics").MapPost("topics", (
            string cluster, CreateTopicBody body, IClusterRegistry registry, ICurrentActor who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            var configs = (body.Configs ?? []).ToImmutableDictionary();
            var command = new CreateTopic(body.Name, body.Partitions, body.ReplicationFactor, Placement(body.Assignment), configs);
            var address = $"/api/clusters/{cluster}/topics/{Uri.EscapeDataString(body.Name)}";
            return RunAsync(
                registry, who, cluster, command, c => c.PlanAsync(command, cancellationToken), dryRun,
                r => Results.Created(address, new CreatedTopicBody(body.Name, SeenBody.Of(r))), cancellationToken);
        }).WithSummary("Creates a topic; without an assignment Kafka places the replicas")
            .Requires(AccessKind.Topics, AccessAction.Create).Commanded<CreateTopicPlan>()
            .Produces<CreatedTopicBody>(StatusCodes.Status201Created);
        cluster.MapDelete("topics/{topic}", (
            string cluster, string topic, IClusterRegistry registry, ICurrentActor who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            var command = new DeleteTopic(topic);
            return RunAsync(
                registry, who, cluster, command, c => c.PlanAsync(command, cancellationToken), dryRun, _ => Results.NoContent(),
                cancellationToken);
        }).WithSummary("Deletes a topic, for good").Requires(AccessKind.Topics, AccessAction.Delete, "topic")
            .Commanded<DeleteTopicPlan>().Produces(StatusCodes.Status204NoContent);
        cluster.OnlyJson("elections").MapPost("elections", (
            string cluster, ElectionBody body, IClusterRegistry registry, ICurrentActor who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            var command = new ElectLeaders(body.Type, body.Topic, body.Partitions?.ToImmutableArray());
            return RunAsync(
                registry, who, cluster, command, c => c.PlanAsync(command, cancellationToken), dryRun,
                r => Results.Ok(new ElectionResult(r.Done, SeenBody.Of(r))), cancellationToken);
        }).WithSummary("Elects leaders, of a topic's partitions or of all")
            .Requires(AccessKind.Topics, AccessAction.Elect).Commanded<ElectLeadersPlan>().Produces<ElectionResult>();
        cluster.OnlyJson("reassignments").MapPost("reassignments", (
            string cluster, ReassignBody body, IClusterRegistry registry, ICurrentActor who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            var command = new Reassign(body.Topic, Placement(body.Partitions)!);
            return RunAsync(
                registry, who, cluster, command, c => c.PlanAsync(command, cancellationToken), dryRun,
                r => Results.Accepted($"/api/clusters/{cluster}/reassignments", new ReassignmentResult(r.Done, SeenBody.Of(r))),
                cancellationToken);
        }).WithSummary("Moves replicas: partition number to broker ids, preferred leader first")
            .Requires(AccessKind.Topics, AccessAction.Move).Commanded<ReassignPlan>()
            .Produces<ReassignmentResult>(StatusCodes.Status202Accepted);
        cluster.MapDelete("reassignments/{topic}", (
            string cluster, string topic, IClusterRegistry registry, ICurrentActor who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            var command = new CancelReassignment(topic, null);
            return RunAsync(
                registry, who, cluster, command, c => c.PlanAsync(command, cancellationToken), dryRun, _ => Results.NoContent(),
                cancellationToken);
        }).WithSummary("Cancels what runs of a topic's reassignment")
            .Requires(AccessKind.Topics, AccessAction.Move, "topic").Commanded<CancelReassignmentPlan>()
            .Produces(StatusCodes.Status204NoContent);
        cluster.MapGroups();
        cluster.MapTopicChanges();
        cluster.MapNodes();
    }

    /// <summary>A body that is no request at all is answered as such.</summary>
    public static async ValueTask<object?> RefuseFaultsAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        call.Arguments.OfType<ICommandBody>().Select(body => body.Fault).FirstOrDefault(fault => fault is not null) is { } fault
            ? Problems.Unreadable(fault)
            : await next(call);

    /// <summary>What a dry run answers with, and what a cluster refuses with.</summary>
    public static RouteHandlerBuilder Described<TPlan>(this RouteHandlerBuilder endpoint) => endpoint.Answers<TPlan>()
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable).ProducesProblem(StatusCodes.Status504GatewayTimeout);

    /// <summary>The same of what is sent to Kafka, with how it ends when it is not done.</summary>
    public static RouteHandlerBuilder Commanded<TPlan>(this RouteHandlerBuilder endpoint) => endpoint.Answers<TPlan>()
        .WithMetadata(
            Problem(
                StatusCodes.Status403Forbidden,
                "CLUSTER_READ_ONLY: here nothing changes the cluster; a dry run is answered as ever. ACCESS_DENIED: one may not."),
            Problem(StatusCodes.Status503ServiceUnavailable, "Not sent: nothing was changed. \"outcome\" is notSent."),
            Problem(
                StatusCodes.Status504GatewayTimeout,
                "Sent and not answered; the cluster was looked at and does not show that it was done. It may still be. "
                + "\"outcome\" is unknown, \"seen\" says what was found."))
        .WithDescription(Outcomes);

    static RouteHandlerBuilder Answers<TPlan>(this RouteHandlerBuilder endpoint) =>
        endpoint.Produces<TPlan>().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    static ProducesResponseTypeMetadata Problem(int status, string description) =>
        new(status, typeof(ProblemDetails), ["application/problem+json"]) { Description = description };

    /// <summary>
    /// What is sent to this address and is not JSON is answered as such, where routing alone would say that there is no such address.
    /// </summary>
    public static RouteGroupBuilder OnlyJson(this RouteGroupBuilder group, string pattern, string method = "POST")
    {
        group.MapMethods(pattern, [method], () => Problems.Of(
                StatusCodes.Status415UnsupportedMediaType, Problems.UnreadableCode,
                "The body must be JSON: Content-Type: application/json."))
            .SignedIn().ExcludeFromDescription();
        return group;
    }

    /// <summary>Answers with the plan, or runs the command: what Kafka refuses is answered in its own words.</summary>
    public static async Task<IResult> RunAsync<TPlan>(
        IClusterRegistry registry, ICurrentActor who, string id, ClusterCommand command, Func<IClusterCommands, Task<TPlan>> plan,
        bool dryRun,
        Func<CommandResult, IResult> done, CancellationToken cancellationToken)
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

        var result = await cluster.Commands.RunAsync(command, who.Actor, null, cancellationToken);
        return result.Succeeded ? done(result) : Problems.Of(result);
    }

    public static ImmutableDictionary<int, ImmutableArray<int>>? Placement(Dictionary<int, int[]>? partitions) =>
        partitions?.ToImmutableDictionary(p => p.Key, p => p.Value.ToImmutableArray());
}

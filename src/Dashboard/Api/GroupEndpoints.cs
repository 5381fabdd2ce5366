using System.Globalization;
using Dashboard.Addresses;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;
using Kafka.Client.Admin.Groups;

namespace Dashboard.Api;

/// <summary>
/// What changes a group: offsets, members, the group itself. Each twice, for ids that a path carries and, by ?id=, for those that it does
/// not. What is run is what the plan found; while members keep it from being done it is 409, with them.
/// </summary>
static class GroupEndpoints
{
    /// <summary>It has to be there, if with nothing: the group without a name is one, and nobody's who forgot to say which.</summary>
    const string InQuery = " (the id in the query: for ids that a path cannot carry)";

    public static void MapGroups(this RouteGroupBuilder clusters)
    {
        clusters.OnlyJson("groups/{group}/offsets").MapPost("groups/{group}/offsets", (
            string cluster, string group, ResetOffsetsBody body, GroupCalls calls, HttpResponse response,
            CancellationToken cancellationToken, bool dryRun = false) =>
                calls.ResetAsync(cluster, body.For(calls.Id(cluster, group)), dryRun, response, cancellationToken)).Resets("");
        clusters.MapDelete("groups/{group}", (
            string cluster, string group, GroupCalls calls, CancellationToken cancellationToken,
            bool dryRun = false) =>
            calls.RunAsync(cluster, new DeleteGroup(calls.Id(cluster, group)), dryRun, cancellationToken)).Deletes("");
        clusters.MapDelete("groups/{group}/offsets/{topic}", (
            string cluster, string group, string topic, GroupCalls calls, CancellationToken cancellationToken,
            bool dryRun = false) =>
                calls.RunAsync(cluster, new DeleteOffsets(calls.Id(cluster, group), topic), dryRun, cancellationToken)).Forgets("");
        clusters.MapDelete("groups/{group}/members/{member}", (
            string cluster, string group, string member, GroupCalls calls, CancellationToken cancellationToken,
            bool dryRun = false) =>
                calls.RunAsync(cluster, Remove(calls.Id(cluster, group), member), dryRun, cancellationToken)).Removes("");
        clusters.OnlyJson("group/offsets").MapPost("group/offsets", (
            string cluster, string id, ResetOffsetsBody body, GroupCalls calls, HttpResponse response,
            CancellationToken cancellationToken, bool dryRun = false) =>
                calls.ResetAsync(cluster, body.For(id), dryRun, response, cancellationToken)).Resets(InQuery);
        clusters.MapDelete("group", (
            string cluster, string id, GroupCalls calls, CancellationToken cancellationToken,
            bool dryRun = false) =>
            calls.RunAsync(cluster, new DeleteGroup(id), dryRun, cancellationToken)).Deletes(InQuery);
        clusters.MapDelete("group/offsets/{topic}", (
            string cluster, string id, string topic, GroupCalls calls, CancellationToken cancellationToken,
            bool dryRun = false) =>
                calls.RunAsync(cluster, new DeleteOffsets(id, topic), dryRun, cancellationToken)).Forgets(InQuery);
        clusters.MapDelete("group/members/{member}", (
            string cluster, string id, string member, GroupCalls calls, CancellationToken cancellationToken,
            bool dryRun = false) =>
                calls.RunAsync(cluster, Remove(id, member), dryRun, cancellationToken)).Removes(InQuery);
    }

    static RemoveMembers Remove(string group, string member) => new(group, [new MemberName(member, null)]);

    static void Resets(this RouteHandlerBuilder endpoint, string where) => endpoint
        .WithSummary(
            "Moves committed offsets of a group without members; a dry run answers with the same list. Of a csv of several groups the "
            + "header Left-Out says what was not taken: rows=12, groups=3" + where)
        .Requires(AccessKind.Groups, AccessAction.Alter).Commanded<OffsetChangeBody[]>();

    static void Deletes(this RouteHandlerBuilder endpoint, string where) => endpoint
        .WithSummary("Deletes a group without members, with its offsets" + where)
        .Requires(AccessKind.Groups, AccessAction.Delete).Commanded<GroupChangePlan>().Produces(StatusCodes.Status204NoContent);

    static void Forgets(this RouteHandlerBuilder endpoint, string where) => endpoint
        .WithSummary("Deletes what a group has committed of a topic that no member reads" + where)
        .Requires(AccessKind.Groups, AccessAction.Alter).Commanded<GroupChangePlan>().Produces(StatusCodes.Status204NoContent);

    static void Removes(this RouteHandlerBuilder endpoint, string where) => endpoint
        .WithSummary("Takes a member out of a classic group, by its member id or instance id" + where)
        .Requires(AccessKind.Groups, AccessAction.Alter).Commanded<GroupChangePlan>().Produces(StatusCodes.Status204NoContent);
}

/// <summary>Plans and runs what is asked of groups.</summary>
sealed class GroupCalls(IClusterRegistry registry, ICurrentActor who)
{
    /// <summary>Of an answer whose body has a shape of its own: a dictionary of RFC 9651.</summary>
    const string LeftOut = "Left-Out";

    /// <summary>Of a group that is named in the path.</summary>
    public string Id(string cluster, string route) =>
        // an id may look like the escaped form of another: one that is there comes first
        registry.Find(cluster)?.Current.Groups.Value is { } table && GroupAddress.Find(table, route) is { } known ? known.GroupId
        : GroupAddress.Id(route);

    public async Task<IResult> ResetAsync(
        string cluster, ResetOffsets request, bool dryRun, HttpResponse response, CancellationToken cancellationToken)
    {
        if (request.To.List is { OtherRows: > 0 } list)
        {
            response.Headers[LeftOut] = string.Create(
                CultureInfo.InvariantCulture, $"rows={list.OtherRows}, groups={list.OtherGroups.Count}");
        }

        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        var plan = await monitor.Commands.PlanAsync(request, cancellationToken);
        var why = WhyNot(plan.Command, cluster);
        if (dryRun && why is not null)
        {
            return AccessProblems.Denied(why);
        }

        var offsets = plan.Offsets.Select(OffsetChangeBody.Of).ToArray();
        // where all offsets are as wanted already there is nothing to send
        return plan.CanRun && why is null && (dryRun || plan.Command.Changes.IsEmpty)
            ? Results.Ok(offsets)
            : await RunAsync(monitor, plan, plan.Command, _ => Results.Ok(offsets), cancellationToken);
    }

    public async Task<IResult> RunAsync(string cluster, GroupCommand command, bool dryRun, CancellationToken cancellationToken)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        if (dryRun && WhyNot(command, cluster) is { } why)
        {
            return AccessProblems.Denied(why);
        }

        var plan = await monitor.Commands.PlanAsync(command, cancellationToken);
        return dryRun && !plan.IsActive
            ? Results.Ok(plan)
            : await RunAsync(monitor, plan, plan.Command, _ => Results.NoContent(), cancellationToken);
    }

    /// <summary>The address is open to who may so with any group at all. What is not a dry run is refused, and noted, below.</summary>
    string? WhyNot(ClusterCommand command, string cluster) =>
        command.Needs(cluster) is var needed && who.Actor.May(needed) ? null : who.Actor.WhyNot(needed);

    /// <summary>What the plan refuses is not sent.</summary>
    async Task<IResult> RunAsync(
        IClusterMonitor monitor, GroupPlan plan, ClusterCommand command, Func<CommandResult, IResult> done,
        CancellationToken cancellationToken)
    {
        if (!plan.CanRun && WhyNot(command, monitor.Id) is null)
        {
            return Problems.Of(plan);
        }

        var result = await monitor.Commands.RunAsync(command, who.Actor, null, cancellationToken);
        return result.Succeeded ? done(result) : Problems.Of(result);
    }
}

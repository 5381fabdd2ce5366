using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Commands;
using Dashboard.Security.Access;

namespace Dashboard.Api;

/// <summary>What changes a topic that is there: its settings, its partitions, its records.</summary>
static class TopicChangeEndpoints
{
    public static void MapTopicChanges(this RouteGroupBuilder cluster)
    {
        cluster.OnlyJson("topics/{topic}/configs", "PATCH").MapPatch("topics/{topic}/configs", async (
            string cluster, string topic, AlterConfigsBody body, IClusterRegistry registry, ICurrentActor who,
            CancellationToken cancellationToken, bool dryRun = false) =>
        {
            var command = new AlterTopicConfigs(topic, body.Values().ToImmutableDictionary(), [.. body.Remove ?? []]);
            var plan = await PlanAsync(registry, cluster, c => c.PlanAsync(command, cancellationToken));
            return await CommandEndpoints.RunAsync(
                registry, who, cluster, command, _ => Task.FromResult(plan!), dryRun,
                r => Results.Ok(new AlteredConfigsBody(plan!.Changes, SeenBody.Of(r))), cancellationToken);
        }).WithSummary("Sets settings of a topic, or gives them back to the brokers; values may have units")
            .Requires(AccessKind.Topics, AccessAction.Alter, "topic").Commanded<AlterTopicConfigsPlan>().Produces<AlteredConfigsBody>();
        cluster.OnlyJson("topics/{topic}/partitions").MapPost("topics/{topic}/partitions", (
            string cluster, string topic, AddPartitionsBody body, IClusterRegistry registry, ICurrentActor who,
            CancellationToken cancellationToken, bool dryRun = false) =>
        {
            var command = new AddPartitions(topic, body.Count, CommandEndpoints.Placement(body.Assignment));
            return CommandEndpoints.RunAsync(
                registry, who, cluster, command, c => c.PlanAsync(command, cancellationToken), dryRun,
                r => Results.Ok(new AddedPartitionsBody(topic, body.Count, SeenBody.Of(r))), cancellationToken);
        }).WithSummary("Raises the number of a topic's partitions; without an assignment Kafka places the new ones")
            .Requires(AccessKind.Topics, AccessAction.Alter, "topic").Commanded<AddPartitionsPlan>().Produces<AddedPartitionsBody>();
        cluster.OnlyJson("topics/{topic}/purge").MapPost("topics/{topic}/purge", async (
            string cluster, string topic, PurgeBody body, IClusterRegistry registry, ICurrentActor who,
            CancellationToken cancellationToken, bool dryRun = false) =>
        {
            body.TryRead(topic, out var command);
            var plan = await PlanAsync(registry, cluster, c => c.PlanAsync(command, cancellationToken));

            // with the plan's offsets, so that what is answered is what was asked for
            return await CommandEndpoints.RunAsync(
                registry, who, cluster, plan is { CanRun: true } ? plan.Command : command, _ => Task.FromResult(plan!), dryRun,
                r => Results.Ok(new PurgedBody(
                    plan!.Partitions.Select(p => new PurgedPartitionBody(p.Partition, p.From, p.To, p.Records)), SeenBody.Of(r))),
                cancellationToken);
        }).WithSummary("Deletes records from the front of a topic's logs: all, up to a time, or up to offsets")
            .Requires(AccessKind.Records, AccessAction.Purge, "topic").Commanded<PurgeRecordsPlan>().Produces<PurgedBody>();
        cluster.MapPost("topics/{topic}/recreate", (
            string cluster, string topic, IClusterRegistry registry, ICurrentActor who, CancellationToken cancellationToken,
            bool dryRun = false) =>
        {
            var command = new RecreateTopic(topic);
            return CommandEndpoints.RunAsync(
                registry, who, cluster, command, c => c.PlanAsync(command, cancellationToken), dryRun,
                r => Results.Ok(new CreatedTopicBody(topic, SeenBody.Of(r))), cancellationToken);
        }).WithSummary("Deletes a topic and creates it again, empty: the same partitions, replicas and settings, another id. "
                + "Where it is gone and could not be created again, the problem has \"again\", a body for POST topics.")
            .Requires(AccessKind.Topics, AccessAction.Delete, "topic").Commanded<RecreateTopicPlan>().Produces<CreatedTopicBody>();
    }

    /// <summary>Null where there is no such cluster.</summary>
    static async Task<TPlan?> PlanAsync<TPlan>(IClusterRegistry registry, string id, Func<IClusterCommands, Task<TPlan>> plan)
        where TPlan : CommandPlan => registry.Find(id) is { } cluster ? await plan(cluster.Commands) : null;
}

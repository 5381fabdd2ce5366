using Dashboard.Messages.Connect;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;

namespace Dashboard.Api.Integrations;

/// <summary>The Connect clusters of a cluster: what runs there, and what changes it.</summary>
static class ConnectEndpoints
{
    const string One = "connect/{connect}/connectors/{connector}";

    public static void MapConnect(this RouteGroupBuilder clusters)
    {
        var reads = clusters.MapReadsOf("Connect");
        reads.MapGet("connect", (string cluster, ConnectCalls calls, ICurrentActor who) => calls.ListAsync(cluster, who.Actor))
            .WithSummary("The Connect clusters with their connectors, each with its age")
            .Requires(AccessKind.Connectors, AccessAction.Read).Produces<IEnumerable<ConnectBody>>();
        reads.MapGet("connect/{connect}/plugins", (
                string cluster, string connect, ConnectCalls calls, CancellationToken cancellationToken) =>
                calls.AskAsync(cluster, connect, async catalog => Results.Ok(await catalog.PluginsAsync(cancellationToken))))
            .WithSummary("What connectors can be made of")
            .Requires(AccessKind.Connectors, AccessAction.Read).Produces<IEnumerable<ConnectPlugin>>();
        reads.MapGet(One, (string cluster, string connect, string connector, ConnectCalls calls) =>
                calls.AskAsync(cluster, connect, async catalog => await calls.OneAsync(catalog, connector)))
            .WithSummary("A connector: its state, its tasks with their traces, its config without secrets")
            .Requires(AccessKind.Connectors, AccessAction.Read, "connector").Produces<Envelope<ConnectorBody>>();
        reads.MapGet($"{One}/topics", (
                string cluster, string connect, string connector, ConnectCalls calls, CancellationToken cancellationToken) =>
                calls.AskAsync(cluster, connect, async catalog => Results.Ok(
                    new ConnectorTopicsBody(await catalog.TopicsAsync(connector, cancellationToken)))))
            .WithSummary("Topics that a connector has used; null where its workers do not tell")
            .Requires(AccessKind.Connectors, AccessAction.Read, "connector").Produces<ConnectorTopicsBody>();
        reads.MapGet($"{One}/offsets", (
                string cluster, string connect, string connector, ConnectCalls calls, CancellationToken cancellationToken) =>
                calls.AskAsync(cluster, connect, async catalog => Results.Ok(
                    new ConnectorOffsetsBody(await catalog.OffsetsAsync(connector, cancellationToken)))))
            .WithSummary("Where a connector stands; null where its workers do not tell (before Kafka 3.5)")
            .Requires(AccessKind.Connectors, AccessAction.Read, "connector").Produces<ConnectorOffsetsBody>();
        MapChanges(clusters);
    }

    static void MapChanges(RouteGroupBuilder clusters)
    {
        var changes = clusters.MapChangesOf("Connect");
        changes.OnlyJson(One).MapPost(One, (
                string cluster, string connect, string connector, ConnectorConfigBody body, ConnectCalls calls,
                CancellationToken cancellationToken, bool dryRun = false) => calls.RunAsync(
                    cluster, new ConfigureConnector(connect, connector, body.Sorted(), true), dryRun, cancellationToken))
            .WithSummary("Creates a connector; a dry run has its plugin check the config")
            .Requires(AccessKind.Connectors, AccessAction.Create, "connector").Commanded<ConnectorPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.OnlyJson($"{One}/config", "PUT").MapPut($"{One}/config", (
                string cluster, string connect, string connector, ConnectorConfigBody body, ConnectCalls calls,
                CancellationToken cancellationToken, bool dryRun = false) => calls.RunAsync(
                    cluster, new ConfigureConnector(connect, connector, body.Sorted(), false), dryRun, cancellationToken))
            .WithSummary("Replaces a connector's config; ******** keeps a secret as it is, and a dry run has its plugin check the config")
            .Requires(AccessKind.Connectors, AccessAction.Alter, "connector").Commanded<ConnectorPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.MapPost($"{One}/{{verb:regex(^(pause|resume|stop|restart|restart-failed)$)}}", (
                string cluster, string connect, string connector, string verb, ConnectCalls calls, CancellationToken cancellationToken,
                int? task = null, bool dryRun = false) => calls.RunAsync(
                    cluster, new OperateConnector(connect, connector, Verb(verb), verb == "restart" ? task : null), dryRun,
                    cancellationToken))
            .WithSummary("Pauses, resumes, stops or restarts a connector; restart-failed leaves what runs, ?task=N restarts one task")
            .Requires(AccessKind.Connectors, AccessAction.Operate, "connector").Commanded<ConnectorPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.MapDelete(One, (
                string cluster, string connect, string connector, ConnectCalls calls, CancellationToken cancellationToken,
                bool dryRun = false) => calls.RunAsync(cluster, new DeleteConnector(connect, connector), dryRun, cancellationToken))
            .WithSummary("Deletes a connector; topics and records stay")
            .Requires(AccessKind.Connectors, AccessAction.Delete, "connector").Commanded<ConnectorPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.OnlyJson($"{One}/offsets", "PATCH").MapPatch($"{One}/offsets", (
                string cluster, string connect, string connector, AlterConnectorOffsetsBody body, ConnectCalls calls,
                CancellationToken cancellationToken, bool dryRun = false) => calls.RunAsync(
                    cluster, new SetConnectorOffsets(connect, connector, body.All()), dryRun, cancellationToken))
            .WithSummary("Writes offsets of a connector that is stopped; an offset of null forgets it")
            .Requires(AccessKind.Connectors, AccessAction.Alter, "connector").Commanded<ConnectorPlan>()
            .Produces(StatusCodes.Status204NoContent);
        changes.MapDelete($"{One}/offsets", (
                string cluster, string connect, string connector, ConnectCalls calls, CancellationToken cancellationToken,
                bool dryRun = false) => calls.RunAsync(
                    cluster, new SetConnectorOffsets(connect, connector, null), dryRun, cancellationToken))
            .WithSummary("Forgets all offsets of a connector that is stopped: it begins anew")
            .Requires(AccessKind.Connectors, AccessAction.Alter, "connector").Commanded<ConnectorPlan>()
            .Produces(StatusCodes.Status204NoContent);
    }

    static ConnectorVerb Verb(string verb) => verb switch
    {
        "pause" => ConnectorVerb.Pause,
        "resume" => ConnectorVerb.Resume,
        "stop" => ConnectorVerb.Stop,
        "restart" => ConnectorVerb.Restart,
        _ => ConnectorVerb.RestartFailed,
    };
}

using Dashboard.Addresses;
using Dashboard.Localization;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Security.Access;
using Microsoft.AspNetCore.Mvc;
using Wire;
using ZooKeeper.Protocol;

namespace Dashboard.Api;

/// <summary>What can be read of a cluster. All but znodes come from the snapshot: no call to the cluster is started.</summary>
static class ReadEndpoints
{
    public static void MapReads(this RouteGroupBuilder clusters)
    {
        var cluster = clusters.MapGroup("{cluster}").WithTags("Read").ProducesProblem(StatusCodes.Status404NotFound);
        cluster.MapGet("", (string cluster, IClusterRegistry registry) => registry.With(cluster, c =>
        {
            var s = c.Current;
            var (asOf, error) = (s.Topics.AsOf ?? s.Brokers.AsOf, s.Topics.Error ?? s.Brokers.Error);
            return Results.Ok(new Envelope<ClusterSummary>(Bodies.Summary(s), asOf, ErrorBody.Of(error)));
        })).Produces<Envelope<ClusterSummary>>().WithSummary("A cluster in figures");
        cluster.MapGet("brokers", (string cluster, IClusterRegistry registry) =>
            registry.With(
                cluster, c => Results.Ok(c.Current.Brokers.Map(t => t.Brokers.Select(Bodies.Of))))).Produces<Envelope<BrokerBody[]>>()
            .WithSummary("Brokers");
        cluster.MapGet("topics", (string cluster, IClusterRegistry registry) =>
            registry.With(cluster, c => Results.Ok(Topics(c).Map(t => t.Topics.Select(topic => Bodies.Of(topic, c.Current))))))
            .Produces<Envelope<TopicBody[]>>().WithSummary("Topics, with their partitions");
        cluster.MapGet("topics.csv", TopicCsv.Get).Produces<string>(StatusCodes.Status200OK, "text/csv")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .WithSummary("Topics as the list shows them, filtered and sorted by the same query (q, is, sort), all of them");
        cluster.MapGet("topics/{topic}", (string cluster, string topic, IClusterRegistry registry) => registry.With(cluster, c =>
            c.Current.NotAllowed.Contains(topic)
                ? Problems.Of(
                    StatusCodes.Status403Forbidden, "TOPIC_AUTHORIZATION_FAILED",
                    $"The principal of Castellan may not describe topic {topic} (operation Describe).", FailureReason.Authorization)
                : One(
                    Topics(c), t => t.Find(topic), t => Bodies.Of(t, c.Current),
                    "UNKNOWN_TOPIC_OR_PARTITION", $"There is no topic {topic}.")))
            .Produces<Envelope<TopicBody>>().ProducesProblem(StatusCodes.Status403Forbidden).WithSummary("One topic");
        cluster.MapGet("groups", (string cluster, IClusterRegistry registry) =>
            registry.With(
                cluster, c => Results.Ok(c.Current.Groups.Map(t => t.Groups.Select(Bodies.Of).Concat(Bodies.OfLegacy(c.Current))))))
            .Produces<Envelope<GroupBody[]>>().WithSummary("Groups of every kind, with members, offsets and lag");
        cluster.MapGet("groups/{**group}", (string cluster, string group, IClusterRegistry registry) =>
            registry.With(cluster, c => Group(c.Current, t => GroupAddress.Find(t, group), GroupAddress.Id(group))))
            .Produces<Envelope<GroupBody>>().WithSummary("One group");
        cluster.MapGet("group", (string cluster, string id, IClusterRegistry registry) =>
            registry.With(cluster, c => Group(c.Current, t => t.Find(id), id)))
            .Produces<Envelope<GroupBody>>()
            .WithSummary("One group by the id in the query: for ids that a path cannot carry, such as \"..\" or the empty one");
        cluster.MapGet("ensemble", (string cluster, IClusterRegistry registry) =>
            registry.With(
                cluster, c => Results.Ok(c.Current.Ensemble.Map(t => t.Servers.Select(Bodies.Of))))).Produces<Envelope<ServerBody[]>>()
            .WithSummary("Servers of the ensemble");
        cluster.MapGet("sessions", SessionsAsync).Produces<Envelope<SessionBody[]>>()
            .WithSummary("Sessions of ZooKeeper's clients, with their ephemeral znodes");
        cluster.MapGet("metadata-check", MetadataCheckAsync).Produces<Envelope<DifferenceBody[]>>()
            .WithSummary("Where brokers believe something else than the metadata says; read twice, so that what is on its way is left out");
        cluster.MapGet("metadata", MetadataAsync).Requires(AccessKind.Znodes, AccessAction.Read).Produces<Envelope<MetadataBody>>()
            .WithSummary("What the cluster keeps in its metadata, place by place: /topics/orders/0, /acls, /features/metadata.version");
        cluster.MapGet("quorum", (string cluster, IClusterRegistry registry) =>
            registry.With(cluster, c => Results.Ok(c.Current.Quorum.Map(Bodies.Of)))).Produces<Envelope<QuorumBody>>()
            .WithSummary("The quorum of KRaft's controllers");
        cluster.MapGet("client", (string cluster, IClusterRegistry registry) =>
            registry.With(cluster, c => Results.Ok(c.Current.ClientLoad.Map(Bodies.Of)))).Produces<Envelope<ClientLoadBody>>()
            .WithSummary("What watching the cluster costs it: requests by API, and connections and pauses by broker");
        cluster.MapGet("reassignments", (string cluster, IClusterRegistry registry) =>
            registry.With(cluster, c => Results.Ok(c.Current.Reassignments.Map(t => t.Running.Select(Bodies.Of)))))
            .Produces<Envelope<ReassignmentBody[]>>().WithSummary("Partitions whose replicas are being moved");
        cluster.MapGet("nodes", (
            string cluster, IClusterRegistry registry, TimeProvider time, [FromServices] INodeHost? host) => registry.With(cluster, c =>
            c.Kind == ClusterKind.Hosted && host is not null
                ? Results.Ok(new Envelope<IEnumerable<NodeBody>>(host.Nodes.Select(Bodies.Of), time.GetUtcNow(), null))
                : Problems.NotHosted(c.Id))).Produces<Envelope<NodeBody[]>>()
            .WithSummary("Nodes that are hosted here");
        cluster.MapGet("nodes/{name}", (
            string cluster, string name, IClusterRegistry registry, TimeProvider time,
            [FromServices] INodeHost? host) => registry.With(cluster, c =>
            c.Kind != ClusterKind.Hosted || host is null ? Problems.NotHosted(c.Id)
            : host.Nodes.FirstOrDefault(n => n.Name == name) is { } node
                ? Results.Ok(new Envelope<NodeBody>(Bodies.Of(node), time.GetUtcNow(), null))
            : Problems.NoNode(name))).Produces<Envelope<NodeBody>>()
            .WithSummary("One node that is hosted here");
        cluster.MapGet("znodes", ZnodeAsync).Requires(AccessKind.Znodes, AccessAction.Read)
            .Produces<Envelope<ZnodeBody>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .WithSummary("One znode: its data, stat and children");
    }

    /// <summary>One that Kafka's coordinators do not know may be an old consumer, whose offsets are in ZooKeeper.</summary>
    static IResult Group(ClusterSnapshot snapshot, Func<GroupTable, GroupInfo?> find, string id) =>
        snapshot.Groups.Value is { } table && find(table) is null && snapshot.LegacyGroups.Value?.Find(id) is { } legacy
            ? Results.Ok(new Envelope<GroupBody>(
                Bodies.Of(legacy), snapshot.LegacyGroups.AsOf, ErrorBody.Of(snapshot.LegacyGroups.Error)))
            : One(snapshot.Groups, find, Bodies.Of, "GROUP_ID_NOT_FOUND", $"There is no group \"{id}\".");

    /// <summary>Runs with the cluster, or answers 404.</summary>
    public static IResult With(this IClusterRegistry registry, string id, Func<IClusterMonitor, IResult> answer) =>
        registry.Find(id) is { } cluster ? answer(cluster) : Problems.NoCluster(id);

    /// <summary>What is answered of topics has offsets and sizes as well.</summary>
    static Section<TopicTable> Topics(IClusterMonitor cluster) =>
        cluster.Current.Topics.With(cluster.Current.Offsets).With(cluster.Current.LogDirs);

    static IResult One<TTable, TItem, TBody>(
        Section<TTable> section, Func<TTable, TItem?> find, Func<TItem, TBody> map, string code, string message)
        where TTable : class
        where TItem : class =>
        section.Value is not { } table ? Results.Ok(new Envelope<TBody>(default, section.AsOf, ErrorBody.Of(section.Error)))
        : find(table) is { } item ? Results.Ok(new Envelope<TBody>(map(item), section.AsOf, ErrorBody.Of(section.Error)))
        : Problems.Of(StatusCodes.Status404NotFound, code, message);

    static async Task<IResult> SessionsAsync(string cluster, IClusterRegistry registry, CancellationToken cancellationToken) =>
        registry.Find(cluster) is { } monitor
            ? Results.Ok((await monitor.Sessions.ReadAsync(cancellationToken)).Map(t => t.Sessions.Select(Bodies.Of)))
            : Problems.NoCluster(cluster);

    static async Task<IResult> MetadataCheckAsync(
        string cluster, IClusterRegistry registry, Text text, CancellationToken cancellationToken) =>
        registry.Find(cluster) is { } monitor
            ? Results.Ok(Bodies.Of(await monitor.MetadataCheck.ReadAsync(cancellationToken), text))
            : Problems.NoCluster(cluster);

    static async Task<IResult> MetadataAsync(
        string cluster, string? path, IClusterRegistry registry, TimeProvider time, CancellationToken cancellationToken)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        if (!monitor.Current.HasKafka)
        {
            return Results.Ok(new Envelope<MetadataBody>(null, null, ErrorBody.Of(monitor.Current.Topics.Error)));
        }

        return await monitor.Metadata.ReadAsync(path ?? "/", cancellationToken) is { } place
            ? Results.Ok(new Envelope<MetadataBody>(Bodies.Of(place), time.GetUtcNow(), ErrorBody.Of(place.Error)))
            : Problems.Of(StatusCodes.Status404NotFound, "UNKNOWN_PATH", $"There is nothing at {path} in the metadata.");
    }

    static async Task<IResult> ZnodeAsync(
        string cluster, string path, IClusterRegistry registry, TimeProvider time, CancellationToken cancellationToken)
    {
        if (registry.Find(cluster) is not { } monitor)
        {
            return Problems.NoCluster(cluster);
        }

        if (!monitor.Current.HasZooKeeper)
        {
            return Results.Ok(new Envelope<ZnodeBody>(null, null, ErrorBody.Of(monitor.Current.Ensemble.Error)));
        }

        try
        {
            var znode = await monitor.Znodes.ReadAsync(path, cancellationToken);
            var body = new ZnodeBody(znode.Path, Convert.ToBase64String(znode.Data.AsSpan()), znode.Stat, [.. znode.Children.All()]);
            return Results.Ok(new Envelope<ZnodeBody>(body, time.GetUtcNow(), null));
        }
        catch (ZnodeException e) when (e.IsUnanswered)
        {
            var error = new ErrorBody(SectionErrorKind.TimedOut, $"znode {path}", e.Code, e.Message, time.GetUtcNow(), e.Reason);
            return Results.Ok(new Envelope<ZnodeBody>(null, null, error));
        }
        catch (ZnodeException e)
        {
            var status = e.Error switch
            {
                ZooKeeperError.NoNode => StatusCodes.Status404NotFound,
                ZooKeeperError.BadArguments => StatusCodes.Status400BadRequest,
                _ => StatusCodes.Status422UnprocessableEntity,
            };
            return Problems.Of(status, e.Code, e.Message, e.Reason);
        }
    }
}

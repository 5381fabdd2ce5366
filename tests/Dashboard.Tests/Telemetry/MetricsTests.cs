using System.Collections.Immutable;
using System.Text;
using Dashboard.Api;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using Dashboard.Telemetry;
using Dashboard.Tests.Fakes;
using Kafka.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Telemetry;

/// <summary>What an alert reads: names that stay, numbers that say how old they are, series that go with what they are of.</summary>
public sealed class MetricsTests : IAsyncDisposable
{
    static readonly DateTimeOffset now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    readonly ServiceProvider services = new ServiceCollection().BuildServiceProvider();
    readonly FakeAudit audit = new() { Delivery = new("local", "audit", 2, 1, null) };
    FakeClusterMonitor? monitor;
    CastellanMeter? meter;
    MetricsEndpoint? endpoint;

    public async ValueTask DisposeAsync()
    {
        endpoint?.Dispose();
        meter?.Dispose();
        await services.DisposeAsync();
    }

    /// <summary>Alerts and dashboards of users are written against these: nothing here may be renamed or lose a label.</summary>
    [Fact]
    public async Task Names_types_labels_and_help_stay()
    {
        var cluster = new FakeCluster("local", ClusterKind.Hosted, new Clock()).With(3, ("orders", 6, 3));
        cluster.SetGroups([FakeGroups.Of("billing", "orders", 6, 3, now, 800, true)]);
        var bytesIn = ImmutableDictionary<string, long>.Empty.Add("orders", 7);
        var load = new ClientLoad([new("Metadata", 7, 0.5)], [new(0, "127.0.0.1:9092", 2, 0, null, null)]);
        var read = Section<ClientLoad>.Unread.Read(load, now);
        Start(cluster.Snapshot() with { BytesIn = bytesIn, ClientLoad = read }, new FakeNodeHost(cluster, new Clock()));
        string[] expected =
        [
            "counter castellan_audit_undelivered_total []: "
            + "Entries of the audit log that were not written to its topic and will not be: too many waited, or one was too long.",
            "gauge castellan_audit_waiting []: "
            + "Entries of the audit log that wait to be written to its topic; no sample without one.",
            "gauge castellan_broker_answers [broker cluster]: 1 while the broker answers.",
            "gauge castellan_broker_up [broker cluster]: "
            + "1 while the broker is registered, 0 while it is known not to be; no sample while neither is known.",
            "gauge castellan_client_connections [broker cluster]: Connections that this program has open to the broker.",
            "counter castellan_client_requests_total [api cluster]: "
            + "Requests that this program sent to the brokers, by Kafka's name of the API.",
            "gauge castellan_controller_present [cluster]: 1 while the cluster has a controller; no sample while that is not known.",
            "gauge castellan_ensemble_server_role [cluster role server]: 1 for the role that the ZooKeeper server has, 0 for the others.",
            "gauge castellan_ensemble_server_up [cluster server]: 1 while the ZooKeeper server serves.",
            "gauge castellan_group_lag_records [cluster group]: Records the group has not read, over its partitions.",
            "gauge castellan_group_lag_seconds [cluster group]: Age of the oldest record the group has not read.",
            "gauge castellan_node_state [node state]: 1 for the state a hosted node is in.",
            "gauge castellan_not_preferred_leader_partitions [cluster]: Partitions led by another replica than the preferred one.",
            "gauge castellan_offline_partitions [cluster]: Partitions without a leader.",
            "gauge castellan_partition_isr [cluster partition topic]: Replicas in sync.",
            "gauge castellan_partitions [cluster]: Partitions.",
            "gauge castellan_reading_age_seconds [cluster reading]: How old the last good reading is.",
            "gauge castellan_reading_failing [cluster reading]: "
            + "1 while the last reading failed: its values are as old as castellan_reading_age_seconds says.",
            "gauge castellan_series_left_out [metric]: Series of the metric that are past the limit of series, and not published.",
            "counter castellan_topic_bytes_in_total [cluster topic]: "
            + "Bytes by which the logs of the topic's leaders were seen to grow since Castellan was started.",
            "counter castellan_topic_records_in_total [cluster topic]: "
            + "Records ever written to the topic, those deleted since included: the sum of its partitions' end offsets; "
            + "no sample until all are known.",
            "gauge castellan_topic_size_bytes [cluster topic]: Bytes of the topic's logs, over all its replicas that could be read.",
            "gauge castellan_topic_under_replicated_partitions [cluster topic]: Partitions of the topic with replicas out of sync.",
            "gauge castellan_under_min_isr_partitions [cluster]: Partitions with fewer replicas in sync than min.insync.replicas.",
            "gauge castellan_under_replicated_partitions [cluster]: Partitions with replicas out of sync.",
        ];

        var scraped = await ScrapeAsync();

        Assert.Equal(
            expected,
            scraped.Castellan
                .OrderBy(f => f.Name, StringComparer.Ordinal)
                .Select(f => $"{f.Type} {f.Name} [{string.Join(' ', f.Labels)}]: {f.Help}"));
        Assert.DoesNotContain(
            scraped.Families,
            f => f.Name is "target_info" or "otel_scope_info" || f.Labels.Any(l => l.StartsWith("otel_", StringComparison.Ordinal)));
        Assert.Contains(scraped.Families, f => f.Name.StartsWith("dotnet_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reading_that_fails_is_told_with_its_age_and_one_that_a_cluster_does_not_have_is_not()
    {
        Start(Cluster with
        {
            Topics = Section<TopicTable>.Unread.Read(TopicTable.Of([]), now.AddSeconds(-42)).Failed(Error(SectionErrorKind.TimedOut)),
            Brokers = Section<BrokerTable>.Unread.Read(new BrokerTable([]), now.AddSeconds(-1)),
            Ensemble = Section<EnsembleTable>.Unread.Failed(Error(SectionErrorKind.Unsupported)),
            Groups = Section<GroupTable>.Unread.Failed(Error(SectionErrorKind.Refused)),
        });
        var scraped = await ScrapeAsync();
        Assert.Equal(
            ["cluster=c,reading=brokers 0", "cluster=c,reading=groups 1", "cluster=c,reading=topics 1"],
            scraped.Samples("castellan_reading_failing").Order());
        Assert.Equal(
            ["cluster=c,reading=brokers 1", "cluster=c,reading=topics 42"],
            scraped.Samples("castellan_reading_age_seconds").Order());
    }

    [Fact]
    public async Task Of_a_broker_whose_state_nobody_tells_there_is_no_sample_and_a_silent_one_is_told()
    {
        var cluster = Cluster with
        {
            Brokers = Section<BrokerTable>.Unread.Read(
                new BrokerTable(
                [
                    Broker(0, BrokerState.Up),
                    Broker(1, BrokerState.Down),
                    Broker(2, BrokerState.Unknown) with { SilentSince = now, KnownAsOf = now },
                    Broker(3, BrokerState.Up) with { SilentSince = now },
                ]),
                now),
        };
        Start(cluster);
        var scraped = await ScrapeAsync();
        Assert.Equal(["broker=0,cluster=c 1", "broker=1,cluster=c 0", "broker=3,cluster=c 1"], scraped.Samples("castellan_broker_up"));
        Assert.Equal(
            ["broker=0,cluster=c 1", "broker=1,cluster=c 0", "broker=2,cluster=c 0", "broker=3,cluster=c 0"],
            scraped.Samples("castellan_broker_answers"));
        var body = Bodies.Summary(cluster)!;
        Assert.Equal((2, 1, 1, 2), (body.BrokersUp, body.BrokersDown, body.BrokersUnknown, body.BrokersSilent));
    }

    [Fact]
    public async Task An_election_makes_no_new_series()
    {
        Start(Cluster with { Ensemble = Section<EnsembleTable>.Unread.Read(Ensemble(ServerRole.Leader, ServerRole.Follower), now) });
        var before = await ScrapeAsync();
        Assert.Equal(["cluster=c,server=zk1 1", "cluster=c,server=zk2 1"], before.Samples("castellan_ensemble_server_up"));
        Assert.Equal(1, before.Named("castellan_ensemble_server_role").Samples["cluster=c,role=leader,server=zk1"]);

        monitor!.Publish(Cluster with
        {
            Ensemble = Section<EnsembleTable>.Unread.Read(Ensemble(ServerRole.Looking, ServerRole.Leader), now),
        });

        var after = await ScrapeAsync();
        Assert.Equal(["cluster=c,server=zk1 0", "cluster=c,server=zk2 1"], after.Samples("castellan_ensemble_server_up"));
        Assert.Equal(
            before.Named("castellan_ensemble_server_role").Samples.Keys,
            after.Named("castellan_ensemble_server_role").Samples.Keys);
        Assert.Equal(0, after.Named("castellan_ensemble_server_role").Samples["cluster=c,role=leader,server=zk1"]);
        Assert.Equal(1, after.Named("castellan_ensemble_server_role").Samples["cluster=c,role=looking,server=zk1"]);
    }

    [Fact]
    public async Task A_topics_figures_are_added_up_and_go_with_it()
    {
        var topics = Section<TopicTable>.Unread.Read(TopicTable.Of([Topic("a", 2, isr: [0]), Topic("b", 1, isr: [0, 1])]), now);
        var offsets = new Dictionary<TopicPartition, PartitionOffsets>
        {
            [new("a", 0)] = new(5, 10, now, null),
            [new("a", 1)] = new(0, 3, now, null),
        };
        var replicas = new Dictionary<ReplicaKey, ReplicaInfo>
        {
            [new("a", 0, 0)] = new(100, 0, false),
            [new("a", 0, 1)] = new(90, 0, false),
            [new("a", 1, 0)] = new(7, 0, false),
        };
        var known = Cluster with
        {
            Topics = topics,
            Offsets = Section<OffsetTable>.Unread.Read(new(offsets, ImmutableDictionary<int, SectionError>.Empty), now),
            LogDirs = Section<LogDirTable>.Unread.Read(new(replicas, ImmutableDictionary<int, BrokerLogDirs>.Empty), now),
            BytesIn = ImmutableDictionary<string, long>.Empty.Add("a", 55),
        };
        Start(known);
        var scraped = await ScrapeAsync();
        Assert.Equal(["cluster=c,topic=a 13"], scraped.Samples("castellan_topic_records_in_total"));
        Assert.Equal(["cluster=c,topic=a 55"], scraped.Samples("castellan_topic_bytes_in_total"));
        Assert.Equal(["cluster=c,topic=a 197"], scraped.Samples("castellan_topic_size_bytes"));
        Assert.Equal(["cluster=c,topic=a 2", "cluster=c,topic=b 0"], scraped.Samples("castellan_topic_under_replicated_partitions"));

        monitor!.Publish(known with { Topics = topics.Read(TopicTable.Of([Topic("b", 1, isr: [0, 1])]), now) });

        scraped = await ScrapeAsync();
        Assert.Empty(scraped.Samples("castellan_topic_records_in_total"));
        Assert.Equal(["cluster=c,topic=b 0"], scraped.Samples("castellan_topic_under_replicated_partitions"));
        Assert.Equal(["cluster=c,partition=0,topic=b 2"], scraped.Samples("castellan_partition_isr"));
    }

    /// <summary>Also when all series change again and again: those that are gone keep no places for good.</summary>
    [Fact]
    public async Task Series_past_the_limit_are_left_out_and_counted()
    {
        Start(With(Enumerable.Range(0, 9).Select(i => Topic($"t{i}", 2, isr: [0, 1]))), mostSeries: 5);
        var scraped = await ScrapeAsync();
        Assert.Equal(["t0", "t1", "t2", "t3", "t4"], Topics(scraped));
        Assert.Equal(4, scraped.Named("castellan_series_left_out").Samples["metric=castellan_topic_under_replicated_partitions"]);
        Assert.Equal(13, scraped.Named("castellan_series_left_out").Samples["metric=castellan_partition_isr"]);
        Assert.Equal(0, scraped.Named("castellan_series_left_out").Samples["metric=castellan_group_lag_records"]);

        for (var round = 0; round < 6; round++)
        {
            monitor!.Publish(With(Enumerable.Range(0, 6).Select(i => Topic($"u{round}{i}", 1, isr: [0, 1]))));
            scraped = await ScrapeAsync();
            Assert.Equal(Enumerable.Range(0, 5).Select(i => $"u{round}{i}"), Topics(scraped));
        }

    }

    /// <summary>The places of series are taken for what there is: a cluster that grows gets more of them.</summary>
    [Fact]
    public async Task A_cluster_that_grew_has_all_its_series_in_the_next_answer()
    {
        Start(With([Topic("t", 1, isr: [0])]));
        Assert.Equal(["t"], Topics(await ScrapeAsync()));
        foreach (var topics in (int[])[3_000, 7_000])
        {
            monitor!.Publish(With(Enumerable.Range(0, topics).Select(i => Topic($"t{i}", 1, isr: [0, 1]))));
            Assert.Equal(topics, Topics(await ScrapeAsync()).Count());
        }
    }

    static ClusterSnapshot With(IEnumerable<TopicInfo> topics) =>
        Cluster with { Topics = Section<TopicTable>.Unread.Read(TopicTable.Of(topics), now) };

    static IEnumerable<string> Topics(Exposition scraped) =>
        scraped.Samples("castellan_topic_under_replicated_partitions").Select(s => s["cluster=c,topic=".Length..^2]).Order();

    [Fact]
    public async Task Names_of_any_characters_are_escaped()
    {
        const string Odd = "a\"b\\c\nd}e,f=g";
        Start(Cluster with { Topics = Section<TopicTable>.Unread.Read(TopicTable.Of([Topic(Odd, 1, isr: [0])]), now) });
        Assert.Equal([$"cluster=c,topic={Odd} 1"], (await ScrapeAsync()).Samples("castellan_topic_under_replicated_partitions"));
    }

    static ClusterSnapshot Cluster => new() { Id = "c", Name = "c", Kind = ClusterKind.Remote };

    void Start(ClusterSnapshot first, INodeHost? host = null, int mostSeries = CastellanMeter.DefaultSeries)
    {
        monitor = new FakeClusterMonitor(first);
        meter = new CastellanMeter(new FakeClusterRegistry(monitor), host, audit, new Clock(), mostSeries);
        endpoint = new MetricsEndpoint(meter, services);
    }

    async Task<Exposition> ScrapeAsync()
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        await endpoint!.ScrapeAsync(context);
        Assert.Equal(StatusCodes.Status200OK, context.Response.StatusCode);
        Assert.StartsWith("text/plain; version=0.0.4", context.Response.ContentType, StringComparison.Ordinal);
        return Exposition.Parse(Encoding.UTF8.GetString(body.ToArray()));
    }

    static TopicInfo Topic(string name, int partitions, int[] isr) =>
        new(name, Guid.Empty, false, [.. Enumerable.Range(0, partitions).Select(i => new PartitionInfo(i, 0, 1, [0, 1], [.. isr], [], 1))]);

    static EnsembleTable Ensemble(params ServerRole[] roles) => new([.. roles.Select(Server)], null, null, null, []);

    static ServerInfo Server(ServerRole role, int i) => new(
        i + 1, $"zk{i + 1}", $"127.0.0.1:{2181 + i}", role,
        null, null, null, null, null, null, null, null, null, null, now, null);

    static BrokerInfo Broker(int id, BrokerState state) =>
        new(id, "h", 9092, null, false, state, now, 0, 0, 0, null, null, null, null, null);

    static SectionError Error(SectionErrorKind kind) => new(kind, "broker 0", null, "no answer", now.AddSeconds(-30));

    sealed class Clock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}

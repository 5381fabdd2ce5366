using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Testing;
using ZooKeeper.Client;

namespace Interop.Tests.Remote;

/// <summary>One coordinator and two brokers, and the program in front of them.</summary>
public abstract class SmallFixture(ApacheKind kind) : ApacheClusterFixture(kind, 1, 2)
{
    RunningDashboard? dashboard;

    public async Task<RunningDashboard> DashboardAsync()
    {
        var cluster = await GetAsync();
        string[] zooKeeper = cluster.ZooKeeper.Length == 0 ? [] : ["--zookeeper", cluster.ZooKeeper];
        return dashboard ??= await RemoteFixture.OpenAsync(["--kafka", cluster.Bootstrap, .. zooKeeper]);
    }

    public override async ValueTask DisposeAsync()
    {
        if (dashboard is not null)
        {
            await dashboard.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class SmallZooKeeperFixture() : SmallFixture(ApacheKind.ZooKeeper);

public sealed class SmallKRaftFixture() : SmallFixture(ApacheKind.KRaft);

/// <summary>Kafka 3.9 whose ZooKeeper is changed beside Kafka: what the brokers believe then differs, and is told.</summary>
[Collection(nameof(Alone))]
public sealed class ChangedZooKeeperTests(SmallZooKeeperFixture fixture) : IClassFixture<SmallZooKeeperFixture>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_changed_beside_Kafka_is_told_and_a_broker_that_is_silent_is_named()
    {
        var cluster = await fixture.GetAsync();
        var rest = new Rest(await fixture.DashboardAsync(), "remote");
        await rest.EventuallyAsync("brokers", b => b.AsArray().Count == 2, "both brokers are there");
        foreach (var name in (string[])["kept", "gone"])
        {
            var created = await rest.PostAsync("topics", new { name, partitions = 2, replicationFactor = 2 });
            Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        }

        await rest.EventuallyAsync("topics/gone", t => t["partitions"]!.AsArray().All(p => p!.Ints("isr").Length == 2), "all in sync");
        await rest.EventuallyAsync("metadata-check", d => d.AsArray().Count == 0, "brokers and ZooKeeper agree");

        await using var zooKeeper = new ZooKeeperClient(ZooKeeperClientOptions.Parse(cluster.ZooKeeper));
        const string state = "/brokers/topics/kept/partitions/0/state";
        var (data, _) = await zooKeeper.GetDataAsync(state, null, Token);
        var changed = JsonNode.Parse(data)!;
        changed["leader_epoch"] = changed.Int("leader_epoch") + 7;
        await zooKeeper.SetDataAsync(state, Encoding.UTF8.GetBytes(changed.ToJsonString()), cancellationToken: Token);
        await RemoveAsync(zooKeeper, "/brokers/topics/gone");
        var config = "{\"version\":1,\"config\":{\"retention.ms\":\"1\"}}"u8.ToArray();
        await zooKeeper.CreateAsync("/config/topics/ghost", config, cancellationToken: Token);

        string[] wanted = ["leaderEpoch kept-0", "topicGone gone", "orphanedLog gone-0", "orphanedConfig ghost"];
        await rest.EventuallyAsync(
            "metadata-check",
            d => wanted.All(d.AsArray().Select(one => $"{one!["kind"]} {one["where"]}").Contains),
            "what was changed is told");
        var epoch = (await rest.GetAsync("metadata-check")).Body["value"]!.Find("kind", "leaderEpoch")!;
        epoch.HasExactly("kind", "where", "zooKeeper", "brokers", "since", "words");
        Assert.Equal(changed["leader_epoch"]!.ToString(), epoch.Text("zooKeeper"));
        Assert.Equal(["0", "1"], epoch["brokers"]!.AsObject().Select(b => b.Key));
        Assert.Contains("UNKNOWN_LEADER_EPOCH", epoch.Text("words"), StringComparison.Ordinal);

        await SignalAsync(cluster, "kafka1", "-STOP");
        try
        {
            await Eventually.TrueAsync(
                async () => (await rest.GetAsync("metadata-check")).Body["error"]?["source"]?.ToString().StartsWith(
                    "broker 1", StringComparison.Ordinal) == true,
                "the broker that does not answer is named",
                TimeSpan.FromSeconds(60));
        }
        finally
        {
            await SignalAsync(cluster, "kafka1", "-CONT");
        }
    }

    [Fact]
    public async Task Old_consumers_are_among_the_groups()
    {
        var cluster = await fixture.GetAsync();
        var rest = new Rest(await fixture.DashboardAsync(), "remote");
        await using var zooKeeper = new ZooKeeperClient(ZooKeeperClientOptions.Parse(cluster.ZooKeeper));
        foreach (var path in (string[])["/consumers/old", "/consumers/old/offsets", "/consumers/old/offsets/none"])
        {
            await zooKeeper.CreateAsync(path, Array.Empty<byte>(), cancellationToken: Token);
        }

        await zooKeeper.CreateAsync("/consumers/old/offsets/none/0", "42"u8.ToArray(), cancellationToken: Token);
        await rest.EventuallyAsync(
            "groups",
            groups => groups.Find("groupId", "old") is { } old
                && old.Text("state") == "ZooKeeper (old consumer)" && old["offsets"]![0]!["committed"]!.GetValue<long>() == 42,
            "the old consumer's offset is shown",
            TimeSpan.FromSeconds(90));
    }

    static async Task RemoveAsync(ZooKeeperClient zooKeeper, string path)
    {
        foreach (var child in (await zooKeeper.GetChildrenAsync(path, null, Token)).Children)
        {
            await RemoveAsync(zooKeeper, $"{path}/{child}");
        }

        await zooKeeper.DeleteAsync(path, cancellationToken: Token);
    }

    static async Task SignalAsync(ApacheCluster cluster, string node, string signal)
    {
        var pid = (await File.ReadAllTextAsync(Path.Combine(cluster.Path, node, "pid"), Token)).Trim();
        Assert.Equal(0, (await External.RunAsync("/bin/kill", [signal, pid])).ExitCode);
    }
}

/// <summary>Kafka 4 in KRaft mode: its metadata as Apache's tools have written it.</summary>
[Collection(nameof(Alone))]
public sealed class KRaftMetadataTests(SmallKRaftFixture fixture) : IClassFixture<SmallKRaftFixture>
{
    [Fact]
    public async Task What_the_tools_wrote_is_in_the_tree_and_the_brokers_agree()
    {
        var cluster = await fixture.GetAsync();
        var rest = new Rest(await fixture.DashboardAsync(), "remote");
        await rest.EventuallyAsync("brokers", b => b.AsArray().Count == 2, "both brokers are there");
        await ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "2", "--config", "retention.ms=7777");
        await ConfigureAsync("producer_byte_rate=1024", "users", "--entity-name", "anna");
        await ConfigureAsync("SCRAM-SHA-256=[iterations=8192,password=secret]", "users", "--entity-name", "anna");
        await ConfigureAsync("message.max.bytes=123456", "brokers", "--entity-default");

        await PlaceAsync("/topics/orders/1", v => v["value"]!.Int("leader") >= 0 && v["value"]!["eligibleLeaderReplicas"] is JsonArray);
        await PlaceAsync("/configs/topics/orders", v => v["value"]!.Text("retention.ms") == "7777");
        await PlaceAsync("/configs/brokers/<default>", v => v["value"]!.Text("message.max.bytes") == "123456");
        await PlaceAsync("/client-quotas/user=anna", v => v["value"]!["producer_byte_rate"]!.GetValue<double>() == 1024);
        await PlaceAsync(
            "/scram-users/anna", v => v["value"]![0]!.Text("mechanism") == "SCRAM-SHA-256" && v["value"]![0]!.Int("iterations") == 8192);
        await PlaceAsync("/features/metadata.version", v => v["value"]!.Int("finalized") >= 30);
        await PlaceAsync("/brokers/1", v => v["value"]!.Int("id") == 1);
        var acls = await rest.GetAsync("metadata?path=/acls");
        Assert.Equal("SECURITY_DISABLED", acls.Body["error"]!.Text("code"));
        (await rest.GetAsync("metadata?path=/topics/none")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_PATH");
        await rest.EventuallyAsync("metadata-check", d => d.AsArray().Count == 0, "the brokers agree");

        Task PlaceAsync(string path, Func<JsonNode, bool> isThere) => rest.EventuallyAsync(
            $"metadata?path={Uri.EscapeDataString(path)}", v => v["value"] is not null && isThere(v), $"{path} is as the tools wrote it");

        Task ConfigureAsync(string config, string type, params string[] entity) =>
            ToolAsync("kafka-configs.sh", ["--alter", "--entity-type", type, .. entity, "--add-config", config]);

        async Task ToolAsync(string tool, params string[] arguments)
        {
            var result = await cluster.ToolAsync(tool, ["--bootstrap-server", cluster.Bootstrap, .. arguments]);
            Assert.True(result.ExitCode == 0, $"{tool}: {result}");
        }
    }
}

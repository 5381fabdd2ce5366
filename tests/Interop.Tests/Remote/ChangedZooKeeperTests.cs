using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Testing;
using ZooKeeper.Client;

namespace Interop.Tests.Remote;

public sealed class SmallZooKeeperFixture() : RemoteFixture(ApacheKind.ZooKeeper, 1, 2);

/// <summary>Kafka 3.9 whose ZooKeeper is changed beside Kafka: what the brokers believe then differs, and is told.</summary>
[Collection(typeof(Alone))]
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
            "what was changed is told",
            TimeSpan.FromMinutes(2)); // sizes of logs are read once a minute
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
        await using var zooKeeper = new ZooKeeperClient(ZooKeeperClientOptions.Parse(cluster.ZooKeeper));
        foreach (var path in (string[])["/consumers/old", "/consumers/old/offsets", "/consumers/old/offsets/none"])
        {
            await zooKeeper.CreateAsync(path, Array.Empty<byte>(), cancellationToken: Token);
        }

        await zooKeeper.CreateAsync("/consumers/old/offsets/none/0", "42"u8.ToArray(), cancellationToken: Token);
        await using var dashboard = await RemoteFixture.OpenAsync("--kafka", cluster.Bootstrap, "--zookeeper", cluster.ZooKeeper);
        await new Rest(dashboard, "remote").EventuallyAsync(
            "groups",
            groups => groups.Find("groupId", "old") is { } old
                && old.Text("state") == "ZooKeeper (old consumer)" && old["offsets"]![0]!["committed"]!.GetValue<long>() == 42,
            "the old consumer's offset is shown");
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

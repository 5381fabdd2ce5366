using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Every GET: the envelope, the names of its members and what stands for the hosted cluster.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class ReadTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    [Fact]
    public async Task Clusters_are_listed_without_an_envelope()
    {
        var answer = await rest.GetAsync("/api/clusters");
        var local = answer.Body.AsArray()[0]!;
        local.HasExactly("id", "name", "kind", "label", "readOnly", "state", "version");
        Assert.Equal(
            ("local", "local", "hosted", null, "false"),
            (local.Text("id"), local.Text("name"), local.Text("kind"), local["label"], local.Text("readOnly")));
        Assert.Equal("application/json", answer.MediaType);
    }

    [Theory]
    [InlineData("")]
    [InlineData("brokers")]
    [InlineData("topics")]
    [InlineData("topics/orders")]
    [InlineData("groups")]
    [InlineData("znodes?path=/kafka/brokers")]
    [InlineData("ensemble")]
    [InlineData("reassignments")]
    [InlineData("nodes")]
    public async Task What_is_read_comes_in_an_envelope(string path)
    {
        await rest.EventuallyAsync(
            path.Split('?')[0] == "topics/orders" ? "topics" : path,
            v => path != "topics/orders" || v.Has("name", "orders"),
            $"{path} was read");
        var answer = await rest.ReadAsync(path);
        Assert.Equal("application/json", answer.MediaType);
        answer.Body.HasExactly("value", "asOf", "error");
        var age = TimeProvider.System.GetUtcNow() - answer.Body["asOf"]!.GetValue<DateTimeOffset>();
        Assert.InRange(age, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_cluster_in_figures()
    {
        await rest.EventuallyAsync(
            "",
            c => c.Int("topics") >= 5 && c.Int("underReplicated") == 0 && c["groups"] is { } groups && groups.GetValue<int>() > 0,
            "the sample topics and groups are there");
        var cluster = await rest.ValueAsync("");
        cluster.HasExactly(
            "controllerId", "ensembleLeader", "brokersUp", "brokersDown", "topics", "partitions",
            "offlinePartitions", "underMinIsr", "underReplicated", "notPreferredLeader", "groups", "clusterId");
        Assert.InRange(cluster.Int("controllerId"), 0, 2);
        Assert.InRange(cluster.Int("ensembleLeader"), 1, 3);
        Assert.Equal(
            (3, 0, 0, 0),
            (cluster.Int("brokersUp"), cluster.Int("brokersDown"), cluster.Int("offlinePartitions"), cluster.Int("underMinIsr")));
    }

    [Fact]
    public async Task Brokers()
    {
        var brokers = (await rest.ValueAsync("brokers")).AsArray();
        Assert.Equal([0, 1, 2], brokers.Select(b => b!.Int("id")));
        Assert.All(brokers, b => b.HasExactly("id", "host", "port", "rack", "isController", "state", "leaders", "replicas", "bytes"));
        Assert.All(brokers, b => Assert.Equal(("up", "127.0.0.1"), (b!.Text("state"), b!.Text("host"))));
        Assert.Single(brokers, b => b!["isController"]!.GetValue<bool>());
        Assert.Equal((await rest.ValueAsync("")).Int("controllerId"), brokers.Single(b => b!["isController"]!.GetValue<bool>())!.Int("id"));
    }

    [Fact]
    public async Task Topics_and_one_topic()
    {
        await rest.EventuallyAsync(
            "topics", t => t.Has("name", "test-cluster-topic") && t.Has("name", "orders"), "the sample topics are there");
        await rest.EventuallyAsync(
            "topics/orders",
            t => t["partitions"]!.AsArray().All(p => p!["endOffset"] is not null && p!["bytes"] is not null),
            "offsets and sizes of orders were read");
        var topic = await rest.ValueAsync("topics/orders");
        topic.HasExactly("name", "topicId", "partitions");
        Assert.Matches("^[A-Za-z0-9_-]{22}$", topic.Text("topicId"));
        var partitions = topic["partitions"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, 6), partitions.Select(p => p!.Int("partition")));
        Assert.All(partitions, p =>
        {
            p.HasExactly(
                "partition", "leader", "leaderEpoch", "replicas", "isr", "beginOffset", "endOffset", "bytes", "elr", "lastKnownElr");
            Assert.Equal([0, 1, 2], p!.Ints("replicas").Order());
            Assert.Contains(p!.Int("leader"), p!.Ints("isr"));
        });
        var listed = (await rest.ValueAsync("topics")).Find("name", "orders");
        listed.HasExactly("name", "topicId", "partitions");
        Assert.Equal(topic.Text("topicId"), listed!.Text("topicId"));
    }

    [Fact]
    public async Task Groups_and_one_group()
    {
        static bool Reads(JsonNode group) =>
            group["members"]!.AsArray().Any(m => m!["assignments"]!.AsArray().Count > 0)
            && group["offsets"]!.AsArray().Any(o => o!["lag"] is not null);
        await rest.EventuallyAsync("groups", groups => groups.AsArray().Any(g => Reads(g!)), "a group reads and its lag is known");
        var id = (await rest.ValueAsync("groups")).AsArray().First(g => Reads(g!))!.Text("groupId");
        var group = await rest.ValueAsync($"groups/{id}");
        group.HasExactly("groupId", "state", "protocol", "members", "offsets", "kind");
        Assert.Equal(id, group.Text("groupId"));
        Assert.All(group["members"]!.AsArray(), m =>
        {
            m.HasExactly("memberId", "clientId", "host", "assignments");
            Assert.All(m!["assignments"]!.AsArray(), a => a.HasExactly("topic", "partition"));
        });
        Assert.All(group["offsets"]!.AsArray(), o => o.HasExactly("topic", "partition", "committed", "end", "lag", "lagSeconds"));
        var offset = group["offsets"]!.AsArray().First(o => o!["lag"] is not null)!;
        Assert.Equal(Math.Max(0, offset["end"]!.GetValue<long>() - offset["committed"]!.GetValue<long>()), offset["lag"]!.GetValue<long>());
    }

    [Fact]
    public async Task Znodes_carry_their_data_in_base64()
    {
        var brokers = await rest.ValueAsync("znodes?path=/kafka/brokers");
        brokers.HasExactly("path", "data", "stat", "children");
        Assert.Equal("/kafka/brokers", brokers.Text("path"));
        Assert.Equal(["ids", "seqid", "topics"], brokers.Strings("children"));
        brokers["stat"].HasExactly(
            "czxid", "mzxid", "ctime", "mtime", "version", "cversion", "aversion", "ephemeralOwner", "dataLength", "numChildren", "pzxid");
        var broker = await rest.ValueAsync("znodes?path=/kafka/brokers/ids/0");
        var registration = JsonNode.Parse(Encoding.UTF8.GetString(Convert.FromBase64String(broker.Text("data"))))!;
        Assert.Equal("127.0.0.1", registration.Text("host"));
        Assert.NotEqual(0, broker["stat"]!["ephemeralOwner"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_ensemble()
    {
        await rest.EventuallyAsync(
            "ensemble",
            e => e.AsArray().Count(s => s!.Text("role") == "leader") == 1 && e.AsArray().Count(s => s!.Text("role") == "follower") == 2,
            "one leads and two follow");
        var servers = (await rest.ValueAsync("ensemble")).AsArray();
        Assert.Equal([1, 2, 3], servers.Select(s => s!.Int("serverId")));
        Assert.All(servers, s => s.HasExactly("serverId", "address", "role", "epoch", "zxid", "sessions", "watches", "latencyMs"));
        Assert.All(servers, s => Assert.StartsWith("127.0.0.1:", s!.Text("address")));
        Assert.Equal((await rest.ValueAsync("")).Int("ensembleLeader"), servers.Single(s => s!.Text("role") == "leader")!.Int("serverId"));
    }

    [Fact]
    public async Task Hosted_nodes()
    {
        var nodes = (await rest.ValueAsync("nodes")).AsArray();
        Assert.Equal(["zk1", "zk2", "zk3", "kafka0", "kafka1", "kafka2"], nodes.Select(n => n!.Text("name")));
        Assert.All(nodes, n => n.HasExactly("name", "kind", "state", "port", "reason"));
        Assert.All(nodes, n => Assert.Equal("running", n!.Text("state")));
        Assert.Equal(["coordinator", "broker"], nodes.Select(n => n!.Text("kind")).Distinct());
    }

    [Theory]
    [InlineData("/api/clusters/nowhere", "UNKNOWN_CLUSTER")]
    [InlineData("/api/clusters/nowhere/topics", "UNKNOWN_CLUSTER")]
    [InlineData("topics/no-such-topic", "UNKNOWN_TOPIC_OR_PARTITION")]
    [InlineData("groups/no-such-group", "GROUP_ID_NOT_FOUND")]
    [InlineData("znodes?path=/no/such/znode", "NONODE")]
    public async Task What_does_not_exist_is_a_problem_with_a_code(string path, string code)
    {
        await rest.ValueAsync("topics");
        await rest.ValueAsync("groups");
        (await rest.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, code);
    }

    [Fact]
    public async Task A_group_may_have_the_longest_id_that_Kafka_has()
    {
        await rest.ValueAsync("groups");
        var id = Uri.EscapeDataString(new string('组', 32_767 / 3));
        (await rest.GetAsync($"groups/{id}")).IsProblem(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    [Theory]
    [InlineData("znodes?path=brokers")]
    [InlineData("znodes?path=/a//b")]
    [InlineData("znodes?path=")]
    [InlineData("znodes")]
    public async Task A_path_that_is_none_is_refused(string path)
    {
        var answer = await rest.GetAsync(path);
        Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{(int)answer.Status}: {answer.Text}");
        Assert.Equal("application/problem+json", answer.MediaType);
    }
}

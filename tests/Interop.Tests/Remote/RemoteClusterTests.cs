using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>
/// The real program in front of a real Apache cluster: REST says what Apache's own tools print, and what it changes is what they see.
/// </summary>
public abstract partial class RemoteClusterTests(RemoteFixture fixture) : OperatorTests
{
    protected ApacheCluster Cluster { get; private set; } = null!;

    protected override string Bootstrap => Cluster.Bootstrap;

    protected override async Task<RunningDashboard> OpenAsync()
    {
        Cluster = await fixture.GetAsync();
        return await fixture.DashboardAsync();
    }

    protected override Task<ProgramResult> RunToolAsync(string tool, params string[] arguments) => Cluster.ToolAsync(tool, arguments);

    [Fact]
    public async Task Topics_and_groups_are_told_as_Apaches_tools_print_them()
    {
        await using var topic = await TopicAsync("told", 5, 2);
        const string group = "told/the readers";
        using var reader = await ReadAsync("told", group, 40);
        var path = $"groups/{Uri.EscapeDataString(group)}";
        await UntilAsync(
            path,
            g => g.Text("state") == "Stable" && g["members"]!.AsArray().Count == 1 && Sum(g, "committed") == 40 && Sum(g, "lag") == 10,
            "the group is told");

        var described = await ToolAsync("kafka-topics.sh", "--describe");
        var printed = ApacheOutput.Topics(described);
        await UntilAsync("topics", t => ApacheOutput.Topics(t).SequenceEqual(printed), "REST says what kafka-topics.sh printed");
        var id = (await Rest.ValueAsync("topics/told")).Text("topicId");
        Assert.Contains($"Topic: told\tTopicId: {id}\t", described, StringComparison.Ordinal);
        var rows = await ToolAsync("kafka-consumer-groups.sh", "--describe", "--group", group);
        rows = rows.Replace(group, "told-readers", StringComparison.Ordinal);
        var told = (await Rest.ValueAsync(path))!;
        told["groupId"] = "told-readers";
        Assert.Equal(ApacheOutput.Group("told-readers", rows), ApacheOutput.Group(told));
    }

    [Fact]
    public async Task Topics_are_created_reassigned_elected_and_deleted()
    {
        var body = new
        {
            name = "acted",
            assignment = new Dictionary<string, int[]> { ["0"] = [0, 1], ["1"] = [1, 2] },
            configs = new Dictionary<string, string> { ["retention.ms"] = "600000" },
        };
        Assert.Equal(HttpStatusCode.OK, (await Rest.PostAsync("topics?dryRun=true", body)).Status);
        Assert.Equal(HttpStatusCode.Created, (await Rest.PostAsync("topics", body)).Status);
        await UntilAsync(
            "topics/acted",
            t => ApacheOutput.Partitions(t).SequenceEqual(["acted 0 0 0,1 0,1", "acted 1 1 1,2 1,2"]),
            "the topic is there");
        (await Rest.PostAsync("topics", body)).IsProblem(HttpStatusCode.Conflict, "TOPIC_ALREADY_EXISTS");

        await ReassignAsync("acted", [2, 0]);
        await UntilAsync(
            "topics/acted",
            t => ApacheOutput.Partitions(t).First() == "acted 0 0 2,0 0,2",
            "replicas moved, the leader stayed");
        await UntilAsync("", s => s.Int("notPreferredLeader") > 0, "somebody else than the preferred one leads");
        Assert.Equal(HttpStatusCode.OK, (await Rest.PostAsync("elections", new { type = "preferred", topic = "acted" })).Status);
        await UntilAsync("topics/acted", t => ApacheOutput.Partitions(t).First() == "acted 0 2 2,0 0,2", "the preferred one leads");
        var printed = await ToolAsync("kafka-topics.sh", "--describe", "--topic", "acted");
        Assert.Equal(["acted 0 2 2,0 0,2", "acted 1 1 1,2 1,2"], ApacheOutput.Topics(printed));

        Assert.Equal(HttpStatusCode.NoContent, (await Rest.DeleteAsync("topics/acted")).Status);
        await UntilAsync("topics", t => !t.Has("name", "acted"), "the topic is gone");
        Assert.DoesNotContain("acted", (await ToolAsync("kafka-topics.sh", "--list")).Split('\n'));
    }

    [Fact]
    public async Task A_running_reassignment_is_listed_and_can_be_cancelled()
    {
        await using var topic = await TopicAsync("moved", 1, null, new() { ["0"] = [0, 1] });
        await ProduceAsync("moved", 60, new string('x', 100_000), _ => 0);
        await ConfigureAsync("topics", "moved", "--add-config", "follower.replication.throttled.replicas=*");
        await ConfigureAsync("brokers", "2", "--add-config", "follower.replication.throttled.rate=1");
        await ReassignAsync("moved", [2, 0]);
        await UntilAsync(
            "reassignments",
            r => r.Find("topic", "moved") is { } moving
                && moving.Ints("adding").SequenceEqual([2])
                && moving.Ints("removing").SequenceEqual([1]),
            "it is listed");
        var printed = await ToolAsync("kafka-reassign-partitions.sh", "--list");
        Assert.Contains("moved-0: replicas: 2,0,1. adding: 2. removing: 1.", printed, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NoContent, (await Rest.DeleteAsync("reassignments/moved")).Status);
        await UntilAsync("reassignments", r => r.AsArray().Count == 0, "none runs any longer");
        await UntilAsync(
            "topics/moved",
            t => ApacheOutput.Partitions(t).Single() == "moved 0 0 0,1 0,1",
            "its replicas are where they were");
        await ConfigureAsync("brokers", "2", "--delete-config", "follower.replication.throttled.rate");
    }

    [Fact]
    public async Task A_broker_that_was_killed_is_shown_down_and_its_partitions_under_replicated()
    {
        await using var topic = await TopicAsync("torn", 3, 3);
        var brokers = await Rest.ValueAsync("brokers");
        var victim = brokers.AsArray().Last(b => !b!["isController"]!.GetValue<bool>())!.Int("id");
        await Cluster.KillAsync($"kafka{victim}");
        try
        {
            await UntilAsync("brokers", b => b.Find("id", $"{victim}")!.Text("state") == "down", "it is shown down");
            await UntilAsync(
                "topics/torn",
                t => t["partitions"]!.AsArray().All(p => p!.Ints("isr").Length == 2 && p!.Int("leader") != victim),
                "others lead, and it is in no ISR");
            await UntilAsync("", s => s.Int("brokersDown") == 1 && s.Int("underReplicated") >= 3, "the summary counts it");
            var described = await ToolAsync("kafka-topics.sh", "--describe", "--under-replicated-partitions", "--topic", "torn");
            var printed = ApacheOutput.Topics(described);
            await UntilAsync(
                "topics/torn",
                t => ApacheOutput.Partitions(t).SequenceEqual(printed),
                "REST says what kafka-topics.sh printed");
        }
        finally
        {
            await Cluster.RestartAsync($"kafka{victim}");
        }

        await UntilAsync("", s => s.Int("brokersDown") == 0 && s.Int("underReplicated") == 0, "all is well again");
    }

    [Theory]
    [InlineData("", HttpStatusCode.OK)]
    [InlineData("topics", HttpStatusCode.OK)]
    [InlineData("topics/no-such-topic", HttpStatusCode.NotFound)]
    [InlineData("new-topic", HttpStatusCode.OK)]
    [InlineData("brokers", HttpStatusCode.OK)]
    [InlineData("brokers/1", HttpStatusCode.OK)]
    [InlineData("groups", HttpStatusCode.OK)]
    [InlineData("znodes", HttpStatusCode.OK)]
    [InlineData("ensemble", HttpStatusCode.OK)]
    [InlineData("events", HttpStatusCode.OK)]
    [InlineData("audit", HttpStatusCode.OK)]
    [InlineData("reassignments", HttpStatusCode.OK)]
    [InlineData("elections", HttpStatusCode.OK)]
    [InlineData("nodes", HttpStatusCode.NotFound)]
    [InlineData("walkthrough", HttpStatusCode.NotFound)]
    public async Task Its_pages_open_and_those_of_hosted_nodes_are_absent(string page, HttpStatusCode expected)
    {
        using var response = await Dashboard.Http.GetAsync($"/clusters/remote/{page}", Token);
        Assert.Equal(expected, response.StatusCode);
        var html = await response.Content.ReadAsStringAsync(Token);
        Assert.Contains("<h1", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"clusters/remote/nodes\"", html, StringComparison.Ordinal);
        Assert.DoesNotContain("href=\"clusters/remote/walkthrough\"", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_has_no_nodes_to_act_on()
    {
        (await Rest.GetAsync("nodes")).IsProblem(HttpStatusCode.NotFound, "NOT_HOSTED");
        (await Rest.PostAsync("nodes/kafka0/kill")).IsProblem(HttpStatusCode.NotFound, "NOT_HOSTED");
        var metrics = await Rest.GetAsync("/metrics");
        Assert.Contains("castellan_broker_up{broker=\"0\",cluster=\"remote\"} 1", metrics.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("castellan_node_state", metrics.Text, StringComparison.Ordinal);
    }

    /// <summary>Alters, by kafka-configs.sh, what the cluster sets for a topic or a broker.</summary>
    Task ConfigureAsync(string type, string name, params string[] change) =>
        ToolAsync("kafka-configs.sh", ["--alter", "--entity-type", type, "--entity-name", name, .. change]);

    /// <summary>Moves partition 0 of the topic.</summary>
    async Task ReassignAsync(string topic, int[] replicas)
    {
        var body = new { topic, partitions = new Dictionary<string, int[]> { ["0"] = replicas } };
        Assert.Equal(HttpStatusCode.Accepted, (await Rest.PostAsync("reassignments", body)).Status);
    }
}

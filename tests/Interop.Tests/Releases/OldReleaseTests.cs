using System.Net;
using Confluent.Kafka;
using Interop.Tests.Remote;
using Kafka.Protocol;
using Kafka.Protocol.Znodes;
using Testing;

namespace Interop.Tests.Releases;

/// <summary>
/// The real program in front of brokers that have what an old release had: what that lacks is done in the way it had, or refused in words
/// that name the API and the release that brought it; nothing is asked that it does not know.
/// </summary>
[Collection(typeof(Alone))]
public sealed class OldReleaseTests(OldReleaseFixture fixture) : IClassFixture<OldReleaseFixture>
{
    const string Topic = "old-orders", Group = "old-billing";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0.11")]
    [InlineData("1.1")]
    [InlineData("2.3")]
    [InlineData("2.8")]
    [InlineData("3.4")]
    public async Task A_cluster_of_an_old_release_is_shown_and_changed(string release)
    {
        var cluster = await fixture.GetAsync();
        var brokers = await fixture.BrokersAsync(release);
        var apis = KafkaReleaseApis.Of(release);
        await using var dashboard = await fixture.DashboardAsync(release);
        var rest = new Rest(dashboard, "remote");
        await using var topic = rest.Removing(Topic);
        await rest.EventuallyAsync("brokers", all => all.AsArray().Count(one => one!.Text("state") == "up") == 3, "three are up");
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("/api/clusters")).Body[0]!.Text("version") == release, $"the release is {release}");

        await TopicsAsync(rest, apis);
        await PlacementAsync(rest, apis);
        await ProduceAsync(cluster.Bootstrap);
        await GroupsAsync(rest, apis);
        var records = await rest.GetAsync($"topics/{Topic}/messages?limit=10");
        Assert.Equal(HttpStatusCode.OK, records.Status);
        Assert.Contains("\"value\":\"told\"", records.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync($"topics/{Topic}/purge", new { before = "end" })).Status);
        await rest.EventuallyAsync("metadata-check", all => all.AsArray().Count == 0, "ZooKeeper and brokers say the same");
        await PagesAsync(dashboard, apis);
        Assert.Empty(brokers.SelectMany(one => one.Refused));
    }

    static async Task TopicsAsync(Rest rest, KafkaReleaseApis apis)
    {
        var unnumbered = await rest.PostAsync("topics?dryRun=true", new { name = Topic });
        Is(unnumbered, apis.Has(ApiKey.CreateTopics, 4), "CreateTopics", "2.4");
        var configs = new Dictionary<string, string> { ["retention.ms"] = "3600000" };
        var assignment = new Dictionary<string, int[]> { ["0"] = [0, 1] };
        var made = await rest.PostAsync("topics", new { name = Topic, assignment, configs });
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        // another one changes, and the first stays
        var changed = await rest.SendAsync(
            HttpMethod.Patch,
            $"topics/{Topic}/configs",
            new { set = new Dictionary<string, string> { ["max.message.bytes"] = "2000000" } });
        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        await SetsAsync("max.message.bytes=2000000", "retention.ms=3600000");
        await rest.SendAsync(HttpMethod.Patch, $"topics/{Topic}/configs", new { remove = new[] { "max.message.bytes" } });
        await SetsAsync("retention.ms=3600000");
        var grown = await rest.PostAsync($"topics/{Topic}/partitions?dryRun=true", new { count = 2 });
        Is(grown, apis.Has(ApiKey.CreatePartitions), "CreatePartitions", "1.0");

        Task SetsAsync(params string[] own) => rest.EventuallyAsync(
            $"znodes?path=/kafka/config/topics/{Topic}",
            node => AdminZNodes.DecodeConfig(Convert.FromBase64String(node.Text("data")))
                .Select(one => $"{one.Key}={one.Value}").Order(StringComparer.Ordinal).SequenceEqual(own),
            $"the topic sets {string.Join(", ", own)}");
    }

    static async Task PlacementAsync(Rest rest, KafkaReleaseApis apis)
    {
        var partitions = new Dictionary<string, int[]> { ["0"] = [2, 0] };
        var moved = await rest.PostAsync("reassignments", new { topic = Topic, partitions });
        Assert.True(moved.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, moved.Text);
        await rest.EventuallyAsync(
            $"topics/{Topic}",
            found => found["partitions"]![0]!.Ints("replicas") is [2, 0] && found["partitions"]![0]!.Ints("isr").Length == 2,
            "the replicas are moved");
        await rest.EventuallyAsync("reassignments", all => all.AsArray().Count == 0, "nothing moves any longer");
        var elected = await rest.PostAsync("elections", new { topic = Topic, type = "preferred" });
        Assert.True(elected.Status == HttpStatusCode.OK, elected.Text);
        await rest.EventuallyAsync($"topics/{Topic}", found => found["partitions"]![0]!.Int("leader") == 2, "broker 2 leads");
        var unclean = await rest.PostAsync("elections?dryRun=true", new { topic = Topic, type = "unclean" });
        Is(unclean, apis.Has(ApiKey.ElectLeaders, 1), "ElectLeaders", "2.4");
        // nothing runs, which is refused as such where moves can be taken back
        var back = await rest.DeleteAsync($"reassignments/{Topic}");
        Assert.Contains("NO_REASSIGNMENT_IN_PROGRESS", back.Text, StringComparison.Ordinal);
    }

    static async Task GroupsAsync(Rest rest, KafkaReleaseApis apis)
    {
        await rest.EventuallyAsync("groups", all => all.Find("groupId", Group)?.Text("state") == "Empty", "the group is seen");
        var reset = await rest.PostAsync(
            $"groups/{Group}/offsets", new { topics = new Dictionary<string, int[]?> { [Topic] = null }, to = "earliest" });
        Assert.True(reset.Status == HttpStatusCode.OK, reset.Text);
        await rest.EventuallyAsync(
            $"groups/{Group}",
            group => group["offsets"]!.AsArray().All(one => one!["committed"]?.GetValue<long>() == 0),
            "the offsets are reset");
        Is(await rest.DeleteAsync($"groups/{Group}/offsets/{Topic}?dryRun=true"), apis.Has(ApiKey.OffsetDelete), "OffsetDelete", "2.4");
        Is(await rest.DeleteAsync($"groups/{Group}?dryRun=true"), apis.Has(ApiKey.DeleteGroups), "DeleteGroups", "1.1");
        if (apis.Has(ApiKey.DeleteGroups))
        {
            Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync($"groups/{Group}")).Status);
        }
    }

    static async Task PagesAsync(RunningDashboard dashboard, KafkaReleaseApis apis)
    {
        string[] pages = ["", "/topics", $"/topics/{Topic}", "/brokers", "/brokers/0", "/groups", "/reassignments", "/ensemble"];
        foreach (var page in pages)
        {
            using var answer = await dashboard.Http.GetAsync($"/clusters/remote{page}", Token);
            Assert.True(answer.StatusCode == HttpStatusCode.OK, page);
        }

        var sizes = await new Rest(dashboard, "remote").GetAsync($"topics/{Topic}");
        Assert.Equal(apis.Has(ApiKey.DescribeLogDirs), sizes.Body["error"] is null);
        Assert.Equal(apis.Has(ApiKey.DescribeLogDirs), !sizes.Text.Contains("Kafka 1.0", StringComparison.Ordinal));
    }

    static async Task ProduceAsync(string bootstrap)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = bootstrap }).Build();
        await producer.ProduceAsync(Topic, new Message<Null, string> { Value = "told" }, Token);
        var reader = new ConsumerConfig { BootstrapServers = bootstrap, GroupId = Group };
        using var consumer = new ConsumerBuilder<Ignore, string>(reader).Build();
        consumer.Commit([new TopicPartitionOffset(Topic, 0, 1)]);
    }

    /// <summary>A plan that can be run, or is refused with what is missing.</summary>
    static void Is(Answer plan, bool canRun, string api, string release)
    {
        var refusals = plan.Body["refusals"]!.AsArray();
        if (!canRun)
        {
            var refusal = Assert.Single(refusals)!;
            Assert.Equal("UNSUPPORTED_VERSION", refusal.Text("code"));
            Assert.Contains($"does not have {api}", refusal.Text("message"), StringComparison.Ordinal);
            Assert.Contains($"which came with Kafka {release}. ", refusal.Text("message"), StringComparison.Ordinal);
        }
        else
        {
            Assert.DoesNotContain(refusals, one => one!.Text("code") == "UNSUPPORTED_VERSION");
        }
    }
}

using System.Net;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Settings, partitions and records of a topic, changed through REST on the hosted cluster.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class TopicChangeRestTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    Task<Answer> PatchAsync(string topic, object body, string query = "") =>
        rest.SendAsync(HttpMethod.Patch, $"topics/{topic}/configs{query}", body);

    [Fact]
    public async Task Settings_are_set_with_units_and_given_back_and_a_dry_run_changes_nothing()
    {
        await using var topic = await rest.TopicAsync("tuned", new() { ["0"] = [0, 1] });
        object body = new { set = new Dictionary<string, object> { ["retention.ms"] = "3 days", ["segment.bytes"] = 1048576 } };
        var plan = await PatchAsync("tuned", body, "?dryRun=true");
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.Equal("259200000", plan.Body["changes"]![0]!["to"]!.Text("value"));
        Assert.True(plan.Body["canRun"]!.GetValue<bool>());
        Assert.DoesNotContain("259200000", await ConfigAsync("tuned"), StringComparison.Ordinal);

        var set = await PatchAsync("tuned", body);
        Assert.True(set.Status == HttpStatusCode.OK, set.Text);
        Assert.Equal("DEFAULT_CONFIG", set.Body["changes"]![0]!["from"]!.Text("source"));
        Assert.Contains("\"retention.ms\":\"259200000\"", await ConfigAsync("tuned"), StringComparison.Ordinal);
        var removed = await PatchAsync("tuned", new { remove = new[] { "retention.ms" } });
        Assert.True(removed.Status == HttpStatusCode.OK, removed.Text);
        Assert.NotEqual("DYNAMIC_TOPIC_CONFIG", removed.Body["changes"]![0]!["to"]!.Text("source"));
        Assert.DoesNotContain("retention.ms", await ConfigAsync("tuned"), StringComparison.Ordinal);

        var file = Path.Combine(dashboard.DataDirectory, "audit.jsonl");
        var audit = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains(audit, line => line.Contains("\"topic.configs\"", StringComparison.Ordinal)
            && line.Contains("\"before\":\"retention.ms=604800000 (DEFAULT_CONFIG)", StringComparison.Ordinal)
            && line.Contains("\"after\":\"retention.ms=259200000, segment.bytes=1048576\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_Kafka_refuses_of_settings_stands_at_its_key_and_a_body_that_asks_for_nothing_says_so()
    {
        await using var topic = await rest.TopicAsync("untuned", new() { ["0"] = [0] });
        var body = new { set = new Dictionary<string, object> { ["min.cleanable.dirty.ratio"] = 50, ["retention.ms"] = "1 d" } };
        var plan = await PatchAsync("untuned", body, "?dryRun=true");
        Assert.Equal("min.cleanable.dirty.ratio", plan.Body["refusals"]![0]!.Text("subject"));
        Assert.Single(plan.Body["refusals"]!.AsArray());
        (await PatchAsync("untuned", body)).IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_CONFIG");
        (await PatchAsync("untuned", new { })).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        (await PatchAsync("nowhere", body)).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Fact]
    public async Task Partitions_are_added_as_planned_or_as_given()
    {
        await using var topic = await rest.TopicAsync("grown", new() { ["0"] = [1, 2] });
        var plan = await rest.PostAsync("topics/grown/partitions?dryRun=true", new { count = 3 });
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.Equal(["1", "2"], plan.Body["placement"]!.AsObject().Select(p => p.Key));
        Assert.Equal("KeysMove", plan.Body["notes"]![0]!.Text("key"));
        Assert.Single((await rest.ValueAsync("topics/grown"))["partitions"]!.AsArray());

        var assignment = new Dictionary<string, int[]> { ["1"] = [0, 2] };
        var added = await rest.PostAsync("topics/grown/partitions", new { count = 2, assignment });
        Assert.True(added.Status == HttpStatusCode.OK, added.Text);
        Assert.Equal(2, added.Body.Int("partitions"));
        var grown = (await rest.ValueAsync("topics/grown"))["partitions"]!.AsArray();
        Assert.Equal([0, 2], grown[1]!.Ints("replicas"));
        (await rest.PostAsync("topics/grown/partitions", new { count = 2 }))
            .IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_PARTITIONS");
    }

    [Theory]
    [InlineData("{}", "before: missing.")]
    [InlineData("""{"before":"yesterday"}""", "before: \"end\", ")]
    [InlineData("""{"before":"time:soon"}""", "before: \"time:soon\": a time is written as in ")]
    [InlineData("""{"before":"time:10:00"}""", "before: \"time:10:00\": a time is written as in ")]
    [InlineData("""{"before":{"zero":1}}""", "before: \"end\", ")]
    [InlineData("""{"before":{}}""", "before: \"end\", ")]
    public async Task A_purge_says_before_what(string body, string detail)
    {
        var answer = await rest.SendAsync(
            HttpMethod.Post,
            "topics/orders/purge",
            prepare: r => r.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        answer.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.StartsWith(detail, answer.Body.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_purge_to_an_offset_raises_the_log_start_and_says_what_went()
    {
        // the sample writes to it all the time
        await rest.EventuallyAsync(
            "topics/clicks", t => t["partitions"]![0]!["endOffset"]?.GetValue<long>() > 5, "records are there", TimeSpan.FromSeconds(60));
        var plan = await rest.PostAsync("topics/clicks/purge?dryRun=true", new { before = new Dictionary<string, long> { ["0"] = 3 } });
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.Equal(3, plan.Body["partitions"]![0]!.Int("to"));
        var purged = await rest.PostAsync("topics/clicks/purge", new { before = new Dictionary<string, long> { ["0"] = 3 } });
        Assert.True(purged.Status == HttpStatusCode.OK, purged.Text);
        Assert.Equal((0, 3), (purged.Body["partitions"]![0]!.Int("partition"), purged.Body["partitions"]![0]!.Int("to")));
        await rest.EventuallyAsync(
            "topics/clicks", t => t["partitions"]![0]!["beginOffset"]!.GetValue<long>() == 3, "the log begins there");
        (await rest.PostAsync("topics/clicks/purge", new { before = new Dictionary<string, long> { ["0"] = 1_000_000_000 } }))
            .IsProblem(HttpStatusCode.UnprocessableEntity, "OFFSET_OUT_OF_RANGE");
    }

    [Fact]
    public async Task A_topic_is_made_anew_with_what_it_was_and_one_of_Kafkas_own_is_not()
    {
        await using var topic = await rest.TopicAsync("remade", new() { ["0"] = [1, 2], ["1"] = [2, 0] });
        await PatchAsync("remade", new { set = new Dictionary<string, object> { ["retention.ms"] = "2 d" } });
        var plan = await rest.PostAsync("topics/remade/recreate?dryRun=true", new { });
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.Equal("172800000", plan.Body["again"]!["configs"]!.Text("retention.ms"));
        var id = plan.Body.Text("id");

        var made = await rest.PostAsync("topics/remade/recreate", new { });
        Assert.True(made.Status == HttpStatusCode.OK, made.Text);
        var after = await rest.PostAsync("topics/remade/recreate?dryRun=true", new { });
        Assert.NotEqual(id, after.Body.Text("id"));
        Assert.Equal(plan.Body["again"]!.ToJsonString(), after.Body["again"]!.ToJsonString());
        var file = Path.Combine(dashboard.DataDirectory, "audit.jsonl");
        var audit = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Contains(audit, line => line.Contains("\"topic.recreate\"", StringComparison.Ordinal)
            && line.Contains($"\"before\":\"id {id}, 0: 1,2  1: 2,0, retention.ms=172800000\"", StringComparison.Ordinal));
        (await rest.PostAsync("topics/__consumer_offsets/recreate", new { }))
            .IsProblem(HttpStatusCode.UnprocessableEntity, "INTERNAL_TOPIC");
        (await rest.PostAsync("topics/nowhere/recreate", new { })).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    [Fact]
    public async Task The_list_of_topics_is_a_file_that_the_lists_filters_and_order_hold_for()
    {
        await rest.ValueAsync("topics");
        var all = await rest.GetAsync("topics.csv");
        Assert.Equal((HttpStatusCode.OK, "text/csv"), (all.Status, all.MediaType));
        Assert.StartsWith("topic,partitions,factor,", all.Text, StringComparison.Ordinal);
        Assert.Contains("\r\norders,", all.Text, StringComparison.Ordinal);
        var some = await rest.GetAsync("topics.csv?q=ORD&is=own&sort=-name");
        Assert.Contains("\r\norders,", some.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("clicks", some.Text, StringComparison.Ordinal);
    }

    async Task<string> ConfigAsync(string topic)
    {
        var config = await rest.ValueAsync($"znodes?path=/kafka/config/topics/{topic}");
        var data = System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(config.Text("data")));
        return data.Replace(" ", "", StringComparison.Ordinal);
    }
}

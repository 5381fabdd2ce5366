using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>What is changed of a topic, and what Apache's own tools then print.</summary>
public abstract partial class OperatorTests
{
    [Fact]
    public async Task Settings_partitions_and_records_are_changed_as_Apaches_tools_then_print()
    {
        await using var topic = await TopicAsync("changed", 1, null, new() { ["0"] = [0, 1] });
        await ProduceAsync("changed", 50, "gone", _ => 0);

        var settings = new { set = new Dictionary<string, string> { ["retention.ms"] = "3 days", ["max.message.bytes"] = "4 MiB" } };
        var plan = await PatchAsync("?dryRun=true", settings);
        Assert.Equal("259200000", plan["command"]!["set"]!.Text("retention.ms"));
        Assert.DoesNotContain("retention.ms", await SettingsAsync(), StringComparison.Ordinal);
        await PatchAsync("", settings);
        var printed = await SettingsAsync();
        Assert.Contains("retention.ms=259200000", printed, StringComparison.Ordinal);
        Assert.Contains("max.message.bytes=4194304", printed, StringComparison.Ordinal);

        var lost = await PatchAsync("?dryRun=true", new { set = new Dictionary<string, string> { ["retention.ms"] = "1 ms" } });
        Assert.Equal(("RecordsExpire", "50"), (lost["notes"]![0]!.Text("key"), lost["notes"]![0]!["arguments"]![0]!.GetValue<string>()));
        var refused = await PatchAsync(
            "?dryRun=true",
            new { set = new Dictionary<string, string> { ["min.cleanable.dirty.ratio"] = "50", ["retention.ms"] = "1 d" } });
        Assert.Equal("min.cleanable.dirty.ratio", Assert.Single(refused["refusals"]!.AsArray())!.Text("subject"));
        await PatchAsync("", new { remove = new[] { "retention.ms" } });
        Assert.DoesNotContain("retention.ms", await SettingsAsync(), StringComparison.Ordinal);

        var partitions = await Rest.PostAsync("topics/changed/partitions?dryRun=true", new { count = 3 });
        Assert.True(partitions.Body["canRun"]!.GetValue<bool>(), partitions.Text);
        var assignment = partitions.Body["placement"]!.AsObject()
            .ToDictionary(one => one.Key, one => one.Value!.AsArray().Select(broker => broker!.GetValue<int>()).ToArray());
        var added = await Rest.PostAsync("topics/changed/partitions", new { count = 3, assignment });
        Assert.True(added.Status == HttpStatusCode.OK, added.Text);
        var described = ApacheOutput.Topics(await ToolAsync("kafka-topics.sh", "--describe", "--topic", "changed"));
        Assert.Equal(
            assignment.Select(one => $"{one.Key} {string.Join(',', one.Value)}").Prepend("0 0,1"),
            described.Select(line => line.Split(' ')).Select(columns => $"{columns[1]} {columns[3]}"));

        var purge = new { before = new Dictionary<string, long> { ["0"] = 20 } };
        var purged = await Rest.PostAsync("topics/changed/purge", purge);
        Assert.True(purged.Status == HttpStatusCode.OK, purged.Text);
        var first = purged.Body["partitions"]![0]!;
        Assert.Equal((0, 20, 20), (first.Int("from"), first.Int("to"), first.Int("records")));
        Assert.Contains("changed:0:20", await BeginsAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await Rest.PostAsync("topics/changed/purge", new { before = "end" })).Status);
        Assert.Contains("changed:0:50", await BeginsAsync(), StringComparison.Ordinal);
        (await Rest.PostAsync("topics/changed/purge", new { before = new Dictionary<string, long> { ["0"] = 51 } }))
            .IsProblem(HttpStatusCode.UnprocessableEntity, "OFFSET_OUT_OF_RANGE");
    }

    [Fact]
    public async Task A_topic_is_made_anew_with_its_placement_and_settings_under_another_id()
    {
        await using var topic = await TopicAsync("remade", 2, null, new() { ["0"] = [0, 1], ["1"] = [1, 0] });
        var kept = new { set = new Dictionary<string, string> { ["retention.ms"] = "2 d" } };
        await Rest.SendAsync(HttpMethod.Patch, "topics/remade/configs", kept);
        await ProduceAsync("remade", 10, "lost", p => p % 2);
        var before = await ToolAsync("kafka-topics.sh", "--describe", "--topic", "remade");
        var plan = await Rest.PostAsync("topics/remade/recreate?dryRun=true", new { });
        Assert.True(plan.Body["canRun"]!.GetValue<bool>(), plan.Text);
        Assert.Contains(plan.Body.Text("id"), before, StringComparison.Ordinal);

        var made = await Rest.PostAsync("topics/remade/recreate", new { });
        Assert.True(made.Status == HttpStatusCode.OK, made.Text);
        var after = await ToolAsync("kafka-topics.sh", "--describe", "--topic", "remade");
        Assert.DoesNotContain(plan.Body.Text("id"), after, StringComparison.Ordinal);
        Assert.Equal(ApacheOutput.Topics(before).Select(Placed), ApacheOutput.Topics(after).Select(Placed));
        Assert.Contains("retention.ms=172800000", after, StringComparison.Ordinal);
        Assert.DoesNotMatch("remade:[01]:[1-9]", await ToolAsync("kafka-get-offsets.sh", "--topic", "remade", "--time", "-1"));

        // leader and ISR are for the brokers to find again
        static string Placed(string row) => string.Join(' ', row.Split(' ').Where((_, column) => column is 0 or 1 or 3));
    }

    async Task<JsonNode> PatchAsync(string query, object body)
    {
        var answer = await Rest.SendAsync(HttpMethod.Patch, $"topics/changed/configs{query}", body);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Body;
    }

    Task<string> SettingsAsync() => ToolAsync("kafka-configs.sh", "--describe", "--entity-type", "topics", "--entity-name", "changed");

    Task<string> BeginsAsync() => ToolAsync("kafka-get-offsets.sh", "--topic", "changed", "--time", "-2");
}

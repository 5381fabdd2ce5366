using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>POST …/messages on a hosted cluster, and what another client reads of it.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class ProduceTests(RunningDashboard dashboard) : IAsyncLifetime
{
    const string Kcat = "/usr/bin/kcat";

    readonly Rest rest = new(dashboard);
    readonly string topic = $"produced-{Guid.NewGuid():N}";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string Messages => $"topics/{topic}/messages";

    public async ValueTask InitializeAsync()
    {
        var created = await rest.PostAsync("topics", new { name = topic, partitions = 3, replicationFactor = 1 });
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
    }

    public async ValueTask DisposeAsync() => await rest.DeleteAsync($"topics/{topic}");

    [Fact]
    public async Task A_record_is_where_the_answer_says()
    {
        var began = DateTimeOffset.UtcNow;
        var sent = await rest.PostAsync(Messages, new
        {
            partition = 1,
            key = "k",
            value = new { a = 1 },
            headers = new[] { new { name = "h", value = "v" } },
            compression = "zstd",
        });
        Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
        Assert.Equal((1, 0), (sent.Body["partition"]!.GetValue<int>(), sent.Body["offset"]!.GetValue<int>()));
        Assert.True(sent.Body["timestamp"]!.GetValue<long>() >= began.AddSeconds(-5).ToUnixTimeMilliseconds());
        var read = await rest.GetAsync($"topics/{topic}/partitions/1/records/0/value");
        Assert.Equal("""{"a":1}""", read.Text);

        // the same partition as Java's murmur2: "k" of three
        var placed = await rest.PostAsync(Messages, new { key = 5, keyFormat = "int32", value = (string?)null });
        Assert.True(placed.Status == HttpStatusCode.OK, placed.Text);
        var partition = placed.Body["partition"]!.GetValue<int>();
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await rest.GetAsync($"topics/{topic}/partitions/{partition}/records/{placed.Body["offset"]}/value")).Status);

        var audit = (await File.ReadAllLinesAsync(Path.Combine(dashboard.DataDirectory, "audit.jsonl"), Token))
            .Select(line => JsonNode.Parse(line)!).Where(e => e.Text("subject") == topic && e.Text("action") == "record.produce").ToList();
        Assert.Equal("partition 1, key 1 bytes, value 7 bytes, 1 headers", audit[0].Text("details"));
        Assert.Equal(("done", "partition 1, offset 0"), (audit[0].Text("outcome"), audit[0].Text("after")));
        Assert.Contains("tombstone", audit[1].Text("details"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_and_a_dry_run_sends_nothing()
    {
        var plan = await rest.PostAsync($"{Messages}?dryRun=true", new { value = "hello" });
        Assert.Equal(5, plan.Body["valueBytes"]!.GetValue<int>());
        await RefusedAsync(new { key = "k" }, HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(new { value = "x", acks = "some" }, HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(new { vlaue = "x", value = "x" }, HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(new { value = "{", valueFormat = "json" }, HttpStatusCode.UnprocessableEntity, "BODY_MISMATCH");
        var key = await rest.PostAsync(Messages, new { key = "!", value = "x", keyFormat = "hex" });
        Assert.StartsWith("key: bytes in hexadecimal", key.Body.Text("detail"), StringComparison.Ordinal);
        await RefusedAsync(new { value = "300", valueFormat = "int8" }, HttpStatusCode.UnprocessableEntity, "BODY_MISMATCH");
        await RefusedAsync(new { value = "{}", valueFormat = "avro" }, HttpStatusCode.UnprocessableEntity, "SCHEMA_REGISTRY");
        await RefusedAsync(new { value = "x", partition = 9 }, HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        (await rest.PostAsync("topics/no-such-topic/messages", new { value = "x" }))
            .IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        Assert.Equal(HttpStatusCode.NotFound, (await rest.GetAsync($"topics/{topic}/partitions/0/records/0/value")).Status);
    }

    /// <summary>JSON's grammar has half a character by its number; whoever read one would fail over it.</summary>
    [Theory]
    [InlineData("messages", """{"value":"\ud800"}""", "value")]
    [InlineData("messages", """{"key":{"\uDFFF":1},"value":"x"}""", "key")]
    [InlineData("messages", """{"value":"x","headers":[{"name":"h","value":"\ud800"}]}""", "headers.0.value")]
    [InlineData("purge", """{"before":"\ud800"}""", "before")]
    [InlineData("configs", """{"set":{"retention.ms":"\ud800"}}""", "set.retention.ms")]
    public async Task Half_a_character_is_refused_where_it_stands(string what, string body, string field)
    {
        var answer = await rest.SendAsync(
            what == "configs" ? HttpMethod.Patch : HttpMethod.Post, $"topics/{topic}/{what}",
            prepare: request => request.Content = new StringContent(body, Encoding.UTF8, "application/json"));
        answer.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.StartsWith($"{field}: text of whole characters", answer.Body.Text("detail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kcat_reads_what_was_produced()
    {
        Assert.SkipUnless(File.Exists(Kcat), $"{Kcat} is not here");
        var sent = await rest.PostAsync(Messages, new
        {
            partition = 2,
            key = "clé",
            value = Convert.ToBase64String([0, 1, 0xff]),
            valueFormat = "base64",
            compression = "lz4",
            headers = new[] { new { name = "h", value = "v" } },
        });
        Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
        var broker = (await rest.ValueAsync("brokers"))[0]!;
        using var kcat = Process.Start(new ProcessStartInfo(
            Kcat,
            ["-b", $"{broker.Text("host")}:{broker["port"]}", "-C", "-t", topic, "-p", "2", "-o", "0", "-eq", "-f", "%o|%k|%S|%h\n"])
        {
            RedirectStandardOutput = true,
        })!;
        var read = await kcat.StandardOutput.ReadToEndAsync(Token);
        await kcat.WaitForExitAsync(Token);
        Assert.Equal("0|clé|3|h=v\n", read);
    }

    async Task RefusedAsync(object body, HttpStatusCode status, string code) =>
        (await rest.PostAsync(Messages, body)).IsProblem(status, code);
}

using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api.Streams;

/// <summary>Records of a hosted cluster as files, followed, of each key the last one, and filters that are saved.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class MessageFilesTests(RunningDashboard dashboard) : IAsyncLifetime
{
    readonly Rest rest = new(dashboard);
    readonly string topic = $"files-{Guid.NewGuid():N}";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    string Messages => $"topics/{topic}/messages";

    string Address => $"/api/clusters/local/{Messages}";

    public async ValueTask InitializeAsync()
    {
        var created = await rest.PostAsync("topics", new { name = topic, partitions = 1, replicationFactor = 1 });
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        await SendAsync("ada", "=HYPERLINK(\"http://x\")");
        await SendAsync("ada", """{"total":-5,"who":{"name":"Ada, \"Countess\""}}""");
        await SendAsync("bob", null);
    }

    public async ValueTask DisposeAsync() => await rest.DeleteAsync($"topics/{topic}");

    [Fact]
    public async Task A_csv_has_the_columns_asked_for_and_no_formulas()
    {
        using var answer = await dashboard.Http.GetAsync(
            $"{Address}?from=oldest&format=csv&columns=offset,key,value,value.total,value.who.name,header.none", Token);
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"{topic}.csv", answer.Content.Headers.ContentDisposition!.FileName);
        Assert.Equal(
            [
                "offset,key,value,value.total,value.who.name,header.none",
                "0,ada,\"'=HYPERLINK(\"\"http://x\"\")\",,,",
                "1,ada,\"{\"\"total\"\":-5,\"\"who\"\":{\"\"name\"\":\"\"Ada, \\\"\"Countess\\\"\"\"\"}}\",-5,\"Ada, \"\"Countess\"\"\",",
                "2,bob,,,,",
                "",
            ],
            (await answer.Content.ReadAsStringAsync(Token)).Split("\r\n"));
        (await rest.GetAsync($"{Messages}?format=csv&columns=nothing")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        (await rest.GetAsync($"{Messages}?columns=key")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        (await rest.GetAsync($"{Messages}?format=xml")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Fact]
    public async Task A_zip_has_each_value_and_says_what_was_looked_at()
    {
        var bytes = await dashboard.Http.GetByteArrayAsync($"{Address}?from=oldest&format=zip", Token);
        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(["0-0.txt", "0-1.json", "summary.json"], zip.Entries.Select(e => e.FullName));
        Assert.Equal("=HYPERLINK(\"http://x\")", await TextAsync(zip.Entries[0]));
        var summary = JsonNode.Parse(await TextAsync(zip.Entries[2]))!["summary"]!;
        Assert.True(summary["complete"]!.GetValue<bool>());
        Assert.Equal(3, summary["scanned"]!.GetValue<int>());
    }

    [Fact]
    public async Task Of_each_key_the_last_record_is_given()
    {
        var lines = await LinesAsync($"{Address}?view=latest");
        Assert.Equal([2, 1], lines[..^1].Select(line => line["offset"]!.GetValue<int>()));
        var keys = lines[^1]["summary"]!["keys"]!;
        Assert.Equal((2, 1), (keys["met"]!.GetValue<int>(), keys["tombstones"]!.GetValue<int>()));
        (await rest.GetAsync($"{Messages}?view=some")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Fact]
    public async Task A_format_is_chosen()
    {
        var lines = await LinesAsync($"{Address}?from=oldest&limit=1&valueFormat=hex&keyFormat=utf8");
        Assert.Equal(("hex", "ada"), (lines[0].Text("valueFormat"), lines[0].Text("key")));
        Assert.Equal("=HYPERLINK(\"http://x\")"u8.ToArray(), Convert.FromBase64String(lines[0]["value"]!.Text("base64")));
        (await rest.GetAsync($"{Messages}?valueFormat=word")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Fact]
    public async Task Who_follows_gets_what_is_written_and_goes_on_with_next()
    {
        using var answer = await dashboard.Http.GetAsync($"{Address}?follow=true", HttpCompletionOption.ResponseHeadersRead, Token);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        string? next = null;
        var offsets = new List<int>();
        while (next is null)
        {
            var line = JsonNode.Parse((await lines.ReadLineAsync(Token))!)!;
            if (line["summary"] is not { } summary)
            {
                offsets.Add(line["offset"]!.GetValue<int>());
            }
            else if (offsets.Count == 2)
            {
                next = summary["next"]!.GetValue<string>();
            }
            else if (offsets.Count == 0 && summary["partitions"]!["0"]!["to"] is not null)
            {
                // from where on it is followed is known
                await SendAsync("new", "0");
                await SendAsync("new", "1");
            }
        }

        Assert.Equal([3, 4], offsets);
        Assert.Empty((await LinesAsync($"{Address}?continue={next}"))[..^1]);
        (await rest.GetAsync($"{Messages}?follow=true&to=newest")).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
    }

    [Fact]
    public async Task A_filter_is_saved_seen_and_deleted()
    {
        var name = $"paid {Guid.NewGuid():N}";
        var path = $"filters/{Uri.EscapeDataString(name)}";
        var put = await rest.SendAsync(HttpMethod.Put, path, new { topic, filter = "text:paid", columns = "key,value.total" });
        Assert.True(put.Status == HttpStatusCode.OK, put.Text);
        Assert.Equal("text:paid", (await rest.GetAsync(path)).Body.Text("filter"));
        Assert.Contains((await rest.GetAsync("filters")).Body.AsArray(), one => one!.Text("name") == name);
        (await rest.SendAsync(HttpMethod.Put, path, new { topic, filter = "nothing" }))
            .IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync(path)).Status);
        (await rest.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_FILTER");
    }

    async Task SendAsync(string key, string? value)
    {
        var sent = await rest.PostAsync(Messages, new { key, value });
        Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
    }

    async Task<List<JsonNode>> LinesAsync(string address)
    {
        var text = await dashboard.Http.GetStringAsync(address, Token);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    static async Task<string> TextAsync(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(await entry.OpenAsync(Token));
        return await reader.ReadToEndAsync(Token);
    }
}

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Jobs that write rows and count them, as a script would use them.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class RowJobsRestTests(RunningDashboard dashboard) : IAsyncLifetime
{
    readonly Rest rest = new(dashboard);
    readonly string topic = $"rows-{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        var created = await rest.PostAsync("topics", new { name = topic, partitions = 2, replicationFactor = 1 });
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
    }

    public async ValueTask DisposeAsync() => await rest.DeleteAsync($"topics/{topic}");

    [Fact]
    public async Task What_was_generated_is_exported_imported_and_counted()
    {
        var generate = new { kind = "generate", topic, key = "k{{counter}}", value = new { n = "{{counter}}" }, records = 300, seed = 1 };
        var plan = await rest.PostAsync("jobs?dryRun=true", generate);
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.Equal(["""{"n":"1"}""", """{"n":"2"}""", """{"n":"3"}"""], plan.Body["preview"]!.AsArray().Select(p => p!.Text("value")));
        var done = await DoneAsync(generate);
        Assert.Equal((300, 300), (Progress(done, "done"), done["progress"]!["byTopic"]!.Int(topic)));
        Assert.Equal(1, done["progress"]!["result"]!.Int("seed"));

        var exported = await rest.GetAsync($"topics/{topic}/messages?from=oldest&limit=1000");
        Assert.Equal(301, exported.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var upload = await UploadAsync(exported.Text + "{\"no\":\"record\"}\n");
        var import = new { kind = "import", topic, upload, wrong = "skip", keepPartitions = true };
        done = await DoneAsync(import);
        Assert.Equal((301, 300), (Progress(done, "done"), done["progress"]!["byTopic"]!.Int(topic)));
        Assert.Equal(302, done["progress"]!["result"]!["wrong"]![0]!.Int("line"));
        (await rest.PostAsync("jobs", import)).IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_RECORD");

        var counted = (await DoneAsync(new { kind = "statistics", topic }))["progress"]!["result"]!;
        Assert.Equal((600, true), (counted.Int("records"), counted["isComplete"]!.GetValue<bool>()));
        Assert.InRange(counted["distinctKeys"]!.Int("estimate"), 290, 310);
        Assert.Equal(2, counted["topKeys"]![0]!.Int("atLeast"));
        Assert.Equal(600, counted["partitions"]!.AsArray().Sum(p => p!.Int("records")));
        // a list of jobs has no results
        Assert.All((await rest.GetAsync("jobs")).Body.AsArray(), job => Assert.Null(job!["progress"]!["result"]));
    }

    [Fact]
    public async Task A_request_that_is_wrong_names_its_field()
    {
        foreach (var (body, words) in new (object, string)[]
        {
            (new { kind = "generate", topic, value = "{{nope}}", records = 1 }, "value: There is no nope"),
            (new { kind = "generate", topic, value = "1" }, "records: say how many"),
            (new { kind = "generate", topic, records = 1 }, "value: it is missing"),
            (new { kind = "import", topic }, "upload: it is missing"),
            (new { kind = "import", topic, upload = "x", format = "xml" }, "format: \"xml\" is none of records, values, csv"),
            (new { kind = "import", topic, upload = "x", separator = ";" }, "separator: there is no such field"),
            (new { kind = "statistics", topic, from = "yesterday" }, "from: \"yesterday\""),
            (new { kind = "statistics", topic, partitions = new[] { 7 } }, "partitions: Topic"),
            (new { kind = "statistics", topic, filter = "cel:(((" }, "filter: "),
        })
        {
            var answer = await rest.PostAsync("jobs", body);
            answer.IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
            Assert.Contains(words, answer.Body.Text("detail"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_dry_run_of_an_upload_keeps_nothing()
    {
        var before = Kept();
        var answer = await rest.SendAsync(
            HttpMethod.Put, $"topics/{topic}/uploads?dryRun=true", null,
            request => request.Content = new ByteArrayContent("1\n"u8.ToArray()));
        Assert.Equal((HttpStatusCode.OK, "", 2), (answer.Status, answer.Body.Text("id"), answer.Body.Int("bytes")));
        Assert.Equal(before, Kept());

        int Kept() => Directory.Exists(Uploads) ? Directory.GetFiles(Uploads).Length : 0;
    }

    string Uploads => Path.Combine(dashboard.DataDirectory, "uploads");

    static int Progress(JsonNode job, string name) => job["progress"]!.Int(name);

    async Task<JsonNode> DoneAsync(object body)
    {
        var begun = await rest.PostAsync("jobs", body);
        Assert.True(begun.Status == HttpStatusCode.Accepted, begun.Text);
        var (path, job) = ($"jobs/{begun.Body.Text("id")}", begun.Body);
        await Eventually.TrueAsync(
            async () => (job = (await rest.GetAsync(path)).Body).Text("state") is not ("queued" or "running"),
            () => $"the job ends: {job}", TimeSpan.FromSeconds(60));
        Assert.True(job.Text("state") == "done", job.ToJsonString());
        return job;
    }

    async Task<string> UploadAsync(string text)
    {
        var answer = await rest.SendAsync(
            HttpMethod.Put, $"topics/{topic}/uploads", null,
            request => request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Text);
        Assert.Equal(Encoding.UTF8.GetByteCount(text), answer.Body.Int("bytes"));
        return answer.Body.Text("id");
    }
}

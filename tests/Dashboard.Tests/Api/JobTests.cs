using System.Net;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Jobs over REST, on the hosted cluster.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class JobTests(RunningDashboard dashboard) : IAsyncLifetime
{
    readonly Rest rest = new(dashboard);
    readonly string dead = $"dead-{Guid.NewGuid():N}", target = $"target-{Guid.NewGuid():N}";

    public async ValueTask InitializeAsync()
    {
        foreach (var topic in (string[])[dead, target])
        {
            var created = await rest.PostAsync("topics", new { name = topic, partitions = 1, replicationFactor = 1 });
            Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        }

        for (var i = 0; i < 6; i++)
        {
            var headers = new[] { new { name = "x-original-topic", value = target } };
            var sent = await rest.PostAsync($"topics/{dead}/messages", new { key = $"{i}", value = $"v{i}", headers });
            Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await rest.DeleteAsync($"topics/{dead}");
        await rest.DeleteAsync($"topics/{target}");
    }

    [Fact]
    public async Task A_redrive_is_planned_begun_stopped_continued_and_removed()
    {
        var body = new { kind = "redrive", topic = dead, rate = new { records = 2 } };
        var plan = await rest.PostAsync("jobs?dryRun=true", body);
        Assert.Equal((6, false), (plan.Body["total"]!.GetValue<int>(), plan.Body["isAtMost"]!.GetValue<bool>()));
        Assert.Equal((target, 6), (plan.Body["targets"]![0]!.Text("topic"), plan.Body["targets"]![0]!["records"]!.GetValue<int>()));

        var begun = await rest.PostAsync("jobs", body);
        Assert.True(begun.Status == HttpStatusCode.Accepted, begun.Text);
        var id = begun.Body.Text("id");
        var path = $"jobs/{id}";
        Assert.Equal(rest.Absolute(path), begun.Location);
        await UntilAsync(path, job => job["progress"]!["done"]!.GetValue<int>() >= 2, "some are written");
        Assert.True((await rest.GetAsync("jobs")).Body.Has("id", id));
        Assert.Equal("stop", (await rest.DeleteAsync($"{path}?dryRun=true")).Body.Text("action"));
        Assert.Equal(HttpStatusCode.Accepted, (await rest.DeleteAsync(path)).Status);
        await UntilAsync(path, job => job.Text("state") == "stopped", "it is stopped");
        var stopped = (await rest.GetAsync(path)).Body;
        Assert.True(stopped["canGoOn"]!.GetValue<bool>());
        Assert.InRange(stopped["progress"]!["done"]!.GetValue<int>(), 2, 5);

        Assert.Equal(HttpStatusCode.Accepted, (await rest.PostAsync($"{path}/continue")).Status);
        await UntilAsync(path, job => job.Text("state") == "done", "it is done");
        Assert.Equal(6, (await rest.GetAsync(path)).Body["progress"]!["byTopic"]![target]!.GetValue<int>());
        (await rest.PostAsync($"{path}/continue")).IsProblem(HttpStatusCode.Conflict, "JOB_CANNOT_GO_ON");
        var read = await rest.GetAsync($"topics/{target}/messages?from=oldest");
        Assert.Equal(7, read.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync(path)).Status);
        (await rest.GetAsync(path)).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_JOB");
    }

    [Fact]
    public async Task What_is_wrong_is_refused()
    {
        await RefusedAsync(new { topic = dead }, HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(new { kind = "copy", topic = dead }, HttpStatusCode.BadRequest, "INVALID_REQUEST");
        await RefusedAsync(
            new { kind = "copy", topic = dead, target = new { topic = "no-such-topic" } }, HttpStatusCode.NotFound,
            "UNKNOWN_TOPIC_OR_PARTITION");
        await RefusedAsync(
            new { kind = "copy", topic = dead, target = new { topic = dead } }, HttpStatusCode.UnprocessableEntity, "INVALID_REQUEST");
        await RefusedAsync(
            new { kind = "copy", topic = dead, target = new { topic = target, cluster = "nowhere" } }, HttpStatusCode.NotFound,
            "UNKNOWN_CLUSTER");
        await RefusedAsync(new { kind = "redrive", topic = dead, header = "other" }, HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
    }

    async Task RefusedAsync(object body, HttpStatusCode status, string code) =>
        (await rest.PostAsync("jobs", body)).IsProblem(status, code);

    Task UntilAsync(string path, Func<System.Text.Json.Nodes.JsonNode, bool> condition, string what) =>
        Eventually.TrueAsync(async () => condition((await rest.GetAsync(path)).Body), what);
}

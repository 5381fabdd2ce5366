using System.Net;
using Testing;

namespace Interop.Tests.Hosted;

/// <summary>The real program: Apache's processes in the place of its own servers while it runs, and back.</summary>
[Collection(typeof(Alone))]
public sealed class EngineExchangeTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apaches_process_takes_the_place_of_the_embedded_nodes_and_they_come_back_with_their_data()
    {
        External.RequireProgram("java");
        var kafka = External.Require("KAFKA_KRAFT_HOME");
        await using var dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-sample", "--coordinators", "1", "--brokers", "1"],
            StopDeadline = TimeSpan.FromSeconds(10),
        };
        HostedPorts.Remember(Path.Combine(dashboard.DataDirectory, "engines", "apache-kraft-combined"));
        await dashboard.InitializeAsync();
        var rest = new Rest(dashboard);
        Assert.Equal(HttpStatusCode.Created, (await rest.PostAsync("topics", new { name = "mine", partitions = 1 })).Status);

        object apache = new { engine = "apache", mode = "kraft", kafkaHome = kafka, combined = true, controllers = 1, brokers = 1 };
        var plan = (await rest.SendAsync(HttpMethod.Put, "engine?dryRun=true", apache)).Body;
        Assert.True(plan["canRun"]!.GetValue<bool>(), plan.ToJsonString());
        Assert.Equal(["zk1", "kafka0"], plan.Strings("stopped"));
        (await rest.SendAsync(HttpMethod.Put, "engine", new { engine = "apache", mode = "kraft", kafkaHome = "/nowhere" }))
            .IsProblem(HttpStatusCode.Conflict, "ENGINE_REFUSED");

        // a job that works on the cluster keeps it, unless it may be stopped; on another cluster of the same name it does not go on
        var job = (await rest.PostAsync("jobs", new
        {
            kind = "generate",
            topic = "mine",
            value = "{{counter}}",
            records = 100_000,
            rate = new { records = 20 },
        })).Body.Text("id");
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync($"jobs/{job}")).Body["progress"]!["done"]!.GetValue<long>() > 0, "it writes", patience);
        var inUse = await rest.SendAsync(HttpMethod.Put, "engine", apache);
        inUse.IsProblem(HttpStatusCode.Conflict, "ENGINE_IN_USE");
        Assert.Equal(job, inUse.Body["running"]![0]!.Text("id"));
        await ExchangeAsync(rest, apache, "engine?force=true");
        Assert.Equal("stopped", (await rest.GetAsync($"jobs/{job}")).Body.Text("state"));
        await rest.EventuallyAsync("quorum", q => q["leaderId"]?.ToString() == "0", "the page's cluster is the other one", patience);
        await rest.EventuallyAsync("topics", t => t.Find("name", "mine") is null, "with topics of its own", patience);

        (await rest.PostAsync($"jobs/{job}/continue")).IsProblem(HttpStatusCode.Conflict, "OTHER_CLUSTER");

        await ExchangeAsync(rest, new { engine = "embedded" });
        await rest.EventuallyAsync("topics", t => t.Find("name", "mine") is not null, "what was there is there again", patience);
        var audit = await File.ReadAllLinesAsync(Path.Combine(dashboard.DataDirectory, "audit.jsonl"), Cancellation);
        Assert.Equal(
            ["refused", "refused", "done", "done"],
            audit.Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!)
                .Where(e => e.Text("action") == "node.engine").Select(e => e.Text("outcome")));
    }

    static async Task ExchangeAsync(Rest rest, object choice, string path = "engine")
    {
        var begun = await rest.SendAsync(HttpMethod.Put, path, choice);
        Assert.True(begun.Status == HttpStatusCode.Accepted, begun.Text);
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("engine")).Body["exchange"]!.Text("step") == "done", "all of the other nodes run", patience);
    }
}

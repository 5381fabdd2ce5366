using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Outages;

/// <summary>
/// What goes wrong with a real cluster in front of the real program: pages stay usable and wait for nobody, what is known stays with its
/// age, what is wrong is named, and all is well again afterwards without a restart. A cluster is shared by its outages: each leaves it as
/// it was.
/// </summary>
public abstract class OutageTests(OutageFixture fixture) : IAsyncLifetime
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    /// <summary>No page waits for a broker: the deadline of a call is 5 s, and a busy machine needs most of this for itself.</summary>
    static readonly TimeSpan longestVisit = TimeSpan.FromSeconds(4);

    /// <summary>Each broker has a replica of each of its partitions.</summary>
    const string Kept = "kept";

    protected static readonly string[] CommonNames = ["killed", "paused", "behind a black hole", "slow by 2 s", "topic made anew"];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected ApacheCluster Cluster { get; private set; } = null!;

    protected RunningDashboard Dashboard { get; private set; } = null!;

    protected Rest Rest { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("CASTELLAN_OUTAGES") is { Length: > 0 }, "takes minutes: CASTELLAN_OUTAGES=1 runs it");
        Cluster = await fixture.GetAsync();
        Dashboard = await fixture.DashboardAsync();
        Rest = new Rest(Dashboard, OutageFixture.Id);
        await AllIsWellAsync();
        if ((await Rest.GetAsync($"topics/{Kept}")).Status == HttpStatusCode.NotFound)
        {
            var created = await Rest.PostAsync("topics", new { name = Kept, partitions = 3, replicationFactor = OutageFixture.Brokers });
            Assert.True(created.Status == HttpStatusCode.Created, created.Text);
            await TellsAsync(new("topics", t => t["value"]!.Has("name", Kept), "there is a topic to lose replicas of"));
            await AllIsWellAsync();
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>By its name.</summary>
    protected abstract Outage Named(string name);

    protected async Task PassesAsync(string name)
    {
        var outage = Named(name);
        await outage.Break();
        try
        {
            foreach (var told in outage.During)
            {
                await TellsAsync(told);
            }

            await PagesAnswerAsync();
            if (outage.Metric is { } metric)
            {
                await Eventually.TrueAsync(
                    async () => (await Rest.GetAsync("/metrics")).Text.Contains(metric, StringComparison.Ordinal),
                    $"/metrics has {metric}",
                    patience);
            }

            if (outage.Shown is { } shown)
            {
                var page = await Dashboard.Http.GetStringAsync($"/clusters/{OutageFixture.Id}/{shown.Page}", Token);
                Assert.Contains(shown.Words, page, StringComparison.Ordinal);
            }
        }
        finally
        {
            await outage.Mend();
        }

        await AllIsWellAsync();
    }

    /// <summary>What both kinds of cluster have.</summary>
    protected Outage Common(string name) => name switch
    {
        "killed" => new(
            () => Cluster.KillAsync("kafka2"),
            [
                new("brokers", b => b["value"]!.Find("id", "2")!.Text("state") == "down", "it is down"),
                new("", s => s["value"]!.Int("brokersDown") == 1 && s["value"]!.Int("underReplicated") > 0, "the summary counts it"),
            ],
            () => Cluster.RestartAsync("kafka2"))
        {
            Metric = "castellan_broker_up{broker=\"2\",cluster=\"prod\"} 0",
            Shown = ("brokers/2", "Broker 2 is down"),
        },
        "paused" => new(
            () => SignalAsync("kafka2", "STOP"),
            [new("brokers", b => IsSilent(b, 2), "it does not answer, or is known to be gone")],
            () => SignalAsync("kafka2", "CONT"))
        {
            Metric = "castellan_broker_answers{broker=\"2\",cluster=\"prod\"} 0",
        },
        "behind a black hole" => new(
            () => Do(fixture.Lines[1].Cut),
            [new("brokers", b => IsSilent(b, 1), "it does not answer")],
            () => Do(fixture.Lines[1].Mend))
        {
            Metric = "castellan_broker_answers{broker=\"1\",cluster=\"prod\"} 0",
        },
        "slow by 2 s" => new(
            () => SlowAsync(TimeSpan.FromSeconds(2)),
            [
                new("topics", t => t["error"] is null && Age(t) < 15, "topics are read all the same"),
                new("groups", g => g["error"] is null && Age(g) < 20, "and groups"),
                new("brokers", b => !Enumerable.Range(0, OutageFixture.Brokers).Any(id => IsSilent(b, id)), "all are up"),
            ],
            () => SlowAsync(TimeSpan.Zero)),
        "topic made anew" => MadeAnew(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such outage."),
    };

    protected static Task Do(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    protected async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var result = await Cluster.ToolAsync(tool, ["--bootstrap-server", Cluster.Bootstrap, .. arguments]);
        Assert.True(result.ExitCode == 0, $"{tool}: {result}");
        return result.Output;
    }

    protected Task SignalAsync(string node, string signal)
    {
        var pid = File.ReadAllText(Path.Combine(Cluster.Path, node, "pid")).Trim();
        return External.RunAsync("/bin/kill", [$"-{signal}", pid]);
    }

    /// <summary>What is told is true of a moment that long ago, in seconds.</summary>
    protected static double Age(JsonNode answer) => (DateTimeOffset.UtcNow - answer["asOf"]!.GetValue<DateTimeOffset>()).TotalSeconds;

    protected static bool IsSilent(JsonNode brokers, int id) =>
        brokers["value"]!.Find("id", $"{id}") is { } one && (one["silentSince"] is not null || one.Text("state") != "up");

    /// <summary>Long enough for everything to have been read that slowly.</summary>
    async Task SlowAsync(TimeSpan roundTrip)
    {
        foreach (var line in fixture.Lines)
        {
            line.RoundTrip = roundTrip;
        }

        if (roundTrip > TimeSpan.Zero)
        {
            var from = DateTimeOffset.UtcNow + (roundTrip * 2);
            await TellsAsync(new("topics", t => t["asOf"]!.GetValue<DateTimeOffset>() > from, "topics were read twice since"));
        }
    }

    Outage MadeAnew()
    {
        var before = "";
        return new(
            async () =>
            {
                await CreateAsync();
                await TellsAsync(new("topics", t => t["value"]!.Has("name", "anew"), "it is there"));
                before = (await Rest.ValueAsync("topics/anew")).Text("topicId");
                await ToolAsync("kafka-topics.sh", "--delete", "--topic", "anew");
                await CreateAsync();
            },
            [
                new(
                    "topics/anew",
                    t => t["value"]!.Text("topicId") != before && t["value"]!["partitions"]!.AsArray().All(p => p!.Int("leader") >= 0),
                    "it is another topic of the same name"),
            ],
            () => ToolAsync("kafka-topics.sh", "--delete", "--topic", "anew"));

        Task CreateAsync() => Eventually.TrueAsync(
            async () =>
            {
                string[] create = ["--bootstrap-server", Cluster.Bootstrap, "--create", "--topic", "anew", "--partitions", "2"];
                return (await Cluster.ToolAsync("kafka-topics.sh", create)).ExitCode == 0;
            },
            "the name is free",
            patience);
    }

    /// <summary>Nothing of what is asked of the program waits for the network.</summary>
    async Task PagesAnswerAsync()
    {
        string[] pages = ["", "topics", "brokers", "brokers/1", "groups", "quorum", "ensemble", "events", "reassignments", "elections"];
        foreach (var page in pages)
        {
            var watch = Stopwatch.StartNew();
            using var answer = await Dashboard.Http.GetAsync($"/clusters/{OutageFixture.Id}/{page}", Token);
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode is HttpStatusCode.OK, $"{page}: {answer.StatusCode}");
            Assert.Contains("<h1", text, StringComparison.Ordinal);
            Assert.True(watch.Elapsed < longestVisit, $"{page} took {watch.Elapsed.TotalSeconds:0.0} s");
        }
    }

    protected async Task AllIsWellAsync()
    {
        await TellsAsync(new("brokers", b => IsFine(b) && b["value"]!.AsArray().All(one => one!.Text("state") == "up"), "all are up"));
        await TellsAsync(new("", s => IsFine(s) && s["value"]! is var value && value.Int("brokersUp") == OutageFixture.Brokers
            && value.Int("underReplicated") == 0 && value.Int("offlinePartitions") == 0, "all replicas are in sync"));
        await TellsAsync(new("groups", IsFine, "groups are read"));
        await Eventually.TrueAsync(
            async () => (await Rest.GetAsync("/api/clusters")).Body.Find("id", OutageFixture.Id)?.Text("state") is "ok" or "degraded",
            "the cluster is well", patience);
    }

    protected async Task TellsAsync(Told told)
    {
        var last = "";
        await Eventually.TrueAsync(
            async () =>
            {
                var answer = await Rest.GetAsync(told.Path);
                last = answer.Text;
                return answer.Status == HttpStatusCode.OK && told.Answer(answer.Body);
            },
            () => $"{told.What}: {told.Path} answers {last}", patience);
    }

    static bool IsFine(JsonNode answer) => answer["error"] is null && answer["value"] is not null;
}

using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>
/// A hosted cluster whose nodes are killed for real, brokers first or coordinators first: titles, REST and metrics say what was done.
/// All sets and orders are tried without sockets elsewhere.
/// </summary>
[Collection(typeof(DashboardCollection))]
public sealed class OutageTests(RunningDashboard dashboard)
{
    static readonly string[] brokers = ["kafka0", "kafka1", "kafka2"];
    static readonly string[] coordinators = ["zk1", "zk2", "zk3"];

    readonly Rest rest = new(dashboard);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_told_of_brokers_that_died_stays_true_when_their_ensemble_dies_after_them()
    {
        await HealthyAsync();
        var controllers = await CountAsync("controller", "Controller: – →");
        try
        {
            await EachAsync("kill", brokers);
            await rest.EventuallyAsync("brokers", b => b.AsArray().All(x => x!.Text("state") == "down"), "all brokers are down");
            await TitlesAsync("All 3 brokers are down since", "none can be read or written", "last read");
            await rest.EventuallyAsync("", c => c.Int("offlinePartitions") == c.Int("partitions"), "nobody leads");

            await EachAsync("kill", coordinators);
            await rest.EventuallyAsync(
                "brokers",
                b => b.AsArray().All(x => x!.Text("state") == "down" && x!["knownAsOf"] is not null),
                "they are down as of when that was known");
            await TitlesAsync("All 3 brokers are down since", "none can be read or written", "last read");
            var metrics = (await rest.GetAsync("/metrics")).Text;
            Assert.Contains("castellan_broker_up{broker=\"0\",cluster=\"local\"} 0", metrics, StringComparison.Ordinal);
            Assert.Equal(controllers, await CountAsync("controller", "Controller: – →"));
            Assert.NotEqual(0, await CountAsync("broker", "stopped answering"));
        }
        finally
        {
            await EachAsync("start", coordinators);
            await EachAsync("start", brokers);
            await HealthyAsync();
        }

        var title = "";
        await Eventually.TrueAsync(
            async () =>
            {
                title = await TitleAsync("");
                if (title.Contains("All clear", StringComparison.Ordinal))
                {
                    return true;
                }

                await rest.PostAsync("elections", new { type = "preferred" }); // again: replicas join their ISR one after another
                return false;
            },
            () => $"all is clear again, not: {title}",
            TimeSpan.FromSeconds(60));
    }

    async Task TitlesAsync(string overview, string topics, string groups)
    {
        await SaysAsync("", overview);
        await SaysAsync("/topics", topics);
        await SaysAsync("/groups", groups);
        await SaysAsync("/brokers", overview);
    }

    Task SaysAsync(string page, string words) =>
        Eventually.TrueAsync(
            async () => (await TitleAsync(page)).Contains(words, StringComparison.Ordinal),
            $"the title of {page} says {words}",
            TimeSpan.FromSeconds(20));

    /// <summary>Of the events of one kind on its first page.</summary>
    async Task<int> CountAsync(string kind, string words)
    {
        var html = await dashboard.Http.GetStringAsync($"/clusters/local/events?is={kind}", Token);
        return WebUtility.HtmlDecode(html).Split(words).Length - 1;
    }

    async Task<string> TitleAsync(string page)
    {
        var html = WebUtility.HtmlDecode(await dashboard.Http.GetStringAsync($"/clusters/local{page}", Token));
        var from = html.IndexOf("<h1", StringComparison.Ordinal);
        return html[from..html.IndexOf("</h1>", from, StringComparison.Ordinal)];
    }

    async Task EachAsync(string action, string[] nodes) =>
        await Task.WhenAll(nodes.Select(node => rest.PostAsync($"nodes/{node}/{action}")));

    async Task HealthyAsync()
    {
        await rest.EventuallyAsync("ensemble", e => e.AsArray().All(s => s!.Text("role") is "leader" or "follower"), "the ensemble serves");
        await rest.EventuallyAsync("brokers", b => b.AsArray().Count == 3 && b.AsArray().All(IsUp), "all brokers are up");
        await rest.EventuallyAsync("", c => c.Int("underReplicated") == 0 && c.Int("offlinePartitions") == 0, "all replicas are in sync");
    }

    static bool IsUp(JsonNode? broker) => broker!.Text("state") == "up" && broker!["silentSince"] is null && broker["knownAsOf"] is null;
}

using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>A broker that holds its sockets and answers nothing.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class SilenceTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    [Fact]
    public async Task What_a_silent_broker_told_stays_and_is_marked_as_old()
    {
        await rest.EventuallyAsync("brokers", b => b.AsArray().All(x => x!.Text("state") == "up"), "all brokers are up");
        await rest.EventuallyAsync(
            "groups",
            g => g.AsArray().Count >= 3 && Offsets(g, "offsets").All(o => o!["lag"] is not null),
            "the sample's groups were read");
        await rest.EventuallyAsync("topics", t => Offsets(t, "partitions").All(p => p!["endOffset"] is not null), "all offsets were read");
        var groups = (await rest.ValueAsync("groups")).AsArray().Count;
        var silent = ((await rest.ValueAsync("")).Int("controllerId") + 1) % 3;
        var paused = await rest.PostAsync($"nodes/kafka{silent}/pause");
        Assert.True(paused.Status == HttpStatusCode.OK, paused.Text);
        try
        {
            await Eventually.TrueAsync(
                async () => IsMarked(await rest.GetAsync("groups"), g => g.AsArray().Count >= groups && Offsets(g, "offsets").Any()),
                "the groups are marked",
                TimeSpan.FromSeconds(15));
            await Eventually.TrueAsync(
                async () => IsMarked(await rest.GetAsync("topics"), t => Offsets(t, "partitions").All(p => p!["endOffset"] is not null)),
                "the offsets are marked",
                TimeSpan.FromSeconds(15));
        }
        finally
        {
            await rest.PostAsync($"nodes/kafka{silent}/resume");
            await rest.EventuallyAsync("brokers", b => b.AsArray().All(x => x!.Text("state") == "up"), "all brokers are up again");
            await rest.EventuallyAsync("", c => c.Int("underReplicated") == 0, "all replicas are in sync again");
            await rest.PostAsync("elections", new { type = "preferred" });
        }

        foreach (var path in (string[])["groups", "topics"])
        {
            await Eventually.TrueAsync(
                async () => (await rest.GetAsync(path)).Body["error"] is null, $"{path} are read again", TimeSpan.FromSeconds(30));
        }

        bool IsMarked(Answer answer, Func<JsonNode, bool> isComplete)
        {
            Assert.True(isComplete(answer.Body["value"]!), answer.Text);
            if (answer.Body["error"] is not { } error)
            {
                return false;
            }

            Assert.Equal("timedOut", error.Text("kind"));
            Assert.StartsWith($"broker {silent} at ", error.Text("source"), StringComparison.Ordinal);
            Assert.True(answer.Body["asOf"]!.GetValue<DateTimeOffset>() <= error["since"]!.GetValue<DateTimeOffset>(), answer.Text);
            return true;
        }
    }

    static IEnumerable<JsonNode?> Offsets(JsonNode items, string name) => items.AsArray().SelectMany(i => i![name]!.AsArray());
}

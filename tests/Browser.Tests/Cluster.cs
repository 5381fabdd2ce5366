using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Testing;

namespace Browser.Tests;

/// <summary>The cluster over REST: what a test waits for, prepares and cleans up besides what it does in the browser.</summary>
static class Cluster
{
    const string Hosted = "local";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The sample topics and groups are there, every broker is up and all replicas are in sync.</summary>
    public static Task ReadyAsync(RunningDashboard dashboard) => Eventually.TrueAsync(
        async () => await ValueAsync(dashboard, "") is { } c
            && c["topics"]!.GetValue<int>() >= 5
            && c["brokersUp"]!.GetValue<int>() == 3
            && c["underReplicated"]!.GetValue<int>() == 0
            && c["notPreferredLeader"]!.GetValue<int>() == 0
            && await ValueAsync(dashboard, "groups") is { } groups
            && groups.AsArray().Any(HasLag),
        "the cluster is as it should be, with its sample workload",
        TimeSpan.FromSeconds(90));

    public static async Task<string> AnyGroupAsync(RunningDashboard dashboard) =>
        (await ValueAsync(dashboard, "groups"))!.AsArray().First(HasLag)!["groupId"]!.ToString();

    static bool HasLag(JsonNode? group) => group!["offsets"]!.AsArray().Any(o => o!["lag"] is not null);

    public static async Task<JsonNode?> ValueAsync(RunningDashboard dashboard, string path, string id = Hosted)
    {
        var answer = await dashboard.Http.GetFromJsonAsync<JsonNode>(
            $"/api/clusters/{id}{(path.Length == 0 ? "" : "/")}{path}", Cancellation);
        return answer?["value"];
    }

    public static async Task<JsonNode> PartitionAsync(
        RunningDashboard dashboard, string topic, int partition, string id = Hosted) =>
        (await ValueAsync(dashboard, $"topics/{topic}", id))!["partitions"]![partition]!;

    public static async Task PostAsync(RunningDashboard dashboard, string path, object? body = null)
    {
        using var answer = await dashboard.Http.PostAsJsonAsync($"/api/clusters/{Hosted}/{path}", body, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {await answer.Content.ReadAsStringAsync(Cancellation)}");
    }

    /// <summary>A topic of one replica.</summary>
    public static Task CreateTopicAsync(RunningDashboard dashboard, string name, int partitions) =>
        PostAsync(dashboard, "topics", new { name, partitions, replicationFactor = 1 });

    /// <summary>Brings a broker back, and with it the leaders that moved away: the next test finds the cluster as this one did.</summary>
    public static async Task RestoreAsync(RunningDashboard dashboard, string broker, string action)
    {
        await PostAsync(dashboard, $"nodes/{broker}/{action}");
        await LeadsAgainAsync(dashboard, $"{broker} is back and leads again");
    }

    /// <summary>After a test that broke off: nodes that do not run are started.</summary>
    public static async Task MendAsync(RunningDashboard dashboard)
    {
        foreach (var node in (await ValueAsync(dashboard, "nodes"))!.AsArray().Where(n => n!["state"]!.ToString() is "killed" or "stopped"))
        {
            await PostAsync(dashboard, $"nodes/{node!["name"]}/start");
        }

        await LeadsAgainAsync(dashboard, "all brokers are back and lead again");
    }

    static Task LeadsAgainAsync(RunningDashboard dashboard, string what) => Eventually.TrueAsync(
        async () =>
        {
            var cluster = await ValueAsync(dashboard, "");
            var whole = cluster!["brokersUp"]!.GetValue<int>() == 3 && cluster["underReplicated"]!.GetValue<int>() == 0;
            if (whole && cluster["notPreferredLeader"]!.GetValue<int>() > 0)
            {
                await PostAsync(dashboard, "elections", new { type = "preferred" });
                return false;
            }

            return whole;
        },
        what,
        TimeSpan.FromSeconds(60));

    /// <summary>Another broker than this one is the controller afterwards.</summary>
    public static async Task MoveControllerAsync(RunningDashboard dashboard, int from)
    {
        async Task<bool> IsElsewhereAsync() => (await ValueAsync(dashboard, ""))!["controllerId"]?.GetValue<int>() is { } id && id != from;
        if (await IsElsewhereAsync())
        {
            return;
        }

        await PostAsync(dashboard, $"nodes/kafka{from}/stop");
        await Eventually.TrueAsync(IsElsewhereAsync, "another broker is the controller");
        await Eventually.TrueAsync(
            async () => (await ValueAsync(dashboard, $"nodes/kafka{from}"))!["state"]!.ToString() == "stopped",
            $"kafka{from} is stopped");
        await RestoreAsync(dashboard, $"kafka{from}", "start");
    }

    /// <summary>Creates a topic that is deleted when the test ends.</summary>
    public static async Task<IAsyncDisposable> TopicAsync(RunningDashboard dashboard, string name, Dictionary<string, int[]> assignment)
    {
        await PostAsync(dashboard, "topics", new { name, assignment });
        return new Removal(dashboard, name);
    }

    sealed class Removal(RunningDashboard dashboard, string name) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            using var answer = await dashboard.Http.DeleteAsync($"/api/clusters/{Hosted}/topics/{name}", CancellationToken.None);
        }
    }
}

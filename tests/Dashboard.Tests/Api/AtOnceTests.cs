using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>What was answered as done is there for whoever asks next, and what was deleted is not.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class AtOnceTests(RunningDashboard dashboard)
{
    readonly Rest rest = new(dashboard);

    [Fact]
    public async Task A_topic_has_its_addresses_when_its_creation_is_answered_and_none_when_its_deletion_is()
    {
        for (var round = 0; round < 5; round++)
        {
            var name = $"at-once-{Guid.NewGuid():N}";
            await DoneAsync(HttpMethod.Post, "topics", new { name, partitions = 2, replicationFactor = 3 });
            Assert.Equal(2, await PartitionsAsync(name));
            Assert.Contains((await rest.GetAsync("topics")).Body["value"]!.AsArray(), topic => topic!.Text("name") == name);
            Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync($"topics/{name}/messages")).Status);
            foreach (var page in (string[])["", "/messages", "/configs"])
            {
                var address = $"/clusters/local/topics/{name}{page}";
                using var shown = await dashboard.Http.GetAsync(address, TestContext.Current.CancellationToken);
                Assert.True(shown.StatusCode == HttpStatusCode.OK, page);
            }

            await DoneAsync(HttpMethod.Post, $"topics/{name}/partitions", new { count = 5 });
            Assert.Equal(5, await PartitionsAsync(name));
            Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync($"topics/{name}/messages?partitions=4")).Status);
            await DoneAsync(HttpMethod.Delete, $"topics/{name}");
            (await rest.GetAsync($"topics/{name}")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        }
    }

    [Fact]
    public async Task A_group_is_where_it_was_put_when_that_is_answered_and_gone_when_its_deletion_is()
    {
        var (topic, group) = ($"at-once-{Guid.NewGuid():N}", $"at-once-{Guid.NewGuid():N}");
        await DoneAsync(HttpMethod.Post, "topics", new { name = topic, partitions = 1, replicationFactor = 1 });
        await using var removing = rest.Removing(topic);
        await DoneAsync(HttpMethod.Post, $"topics/{topic}/messages", new { key = "k", value = "v" });
        var topics = new Dictionary<string, int[]?> { [topic] = null };
        foreach (var (to, offset) in (IEnumerable<(string, long)>)[("latest", 1), ("earliest", 0)])
        {
            await DoneAsync(HttpMethod.Post, $"groups/{group}/offsets", new { topics, to });
            var value = (await rest.GetAsync($"groups/{group}")).Body["value"]!;
            Assert.Equal(offset, Assert.Single(value["offsets"]!.AsArray())!["committed"]!.GetValue<long>());
        }

        await DoneAsync(HttpMethod.Delete, $"groups/{group}");
        (await rest.GetAsync($"groups/{group}")).IsProblem(HttpStatusCode.NotFound, "GROUP_ID_NOT_FOUND");
    }

    async Task DoneAsync(HttpMethod method, string path, object? body = null)
    {
        var answer = await rest.SendAsync(method, path, body);
        Assert.True((int)answer.Status is >= 200 and < 300, $"{method} {path}: {answer.Text}");
    }

    async Task<int> PartitionsAsync(string topic)
    {
        var answer = await rest.GetAsync($"topics/{topic}");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        return answer.Body["value"]!["partitions"]!.AsArray().Count;
    }
}

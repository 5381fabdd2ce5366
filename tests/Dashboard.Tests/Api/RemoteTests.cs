using System.Net;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>
/// A program that hosts nothing, in front of a cluster that is down: it opens all the same, and shows what it does not know as unknown.
/// </summary>
public sealed class RemoteTests : IAsyncLifetime
{
    readonly RunningDashboard dashboard;
    readonly Rest rest;
    readonly string kafka;

    public RemoteTests()
    {
        var ports = FreePorts.Take(2);
        kafka = $"127.0.0.1:{ports[0]}";
        dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", "--kafka", kafka, "--zookeeper", $"127.0.0.1:{ports[1]}/kafka"],
        };
        rest = new Rest(dashboard, "remote");
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => dashboard.InitializeAsync();

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task A_cluster_that_is_down_is_opened_and_nothing_of_it_looks_empty()
    {
        Assert.Contains(
            dashboard.Lines,
            line => line.StartsWith("Castellan is ready: ", StringComparison.Ordinal)
                && line.Contains($"{kafka} is unreachable", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await rest.GetAsync("/readyz")).Status);
        foreach (var path in (string[])["", "brokers", "topics", "topics/orders", "groups", "groups/a%2Fb", "reassignments"])
        {
            var answer = await rest.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Null(answer.Body["value"]);
            Assert.Equal("unreachable", answer.Body["error"]!.Text("kind"));
        }

        Assert.Equal("down", (await rest.ValueAsync("ensemble"))[0]!.Text("role"));
        foreach (var page in (string[])["", "/topics", "/brokers", "/groups", "/reassignments", "/ensemble"])
        {
            var html = await dashboard.Http.GetStringAsync($"/clusters/remote{page}", Token);
            Assert.Contains("cannot be reached", html, StringComparison.Ordinal);
            Assert.DoesNotContain("is-loading", html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_needs_hosted_nodes_is_refused()
    {
        (await rest.GetAsync("nodes")).IsProblem(HttpStatusCode.NotFound, "NOT_HOSTED");
        (await rest.PostAsync("nodes/zk1/stop")).IsProblem(HttpStatusCode.NotFound, "NOT_HOSTED");
        var created = await rest.PostAsync("topics", new { name = "orders", partitions = 1, replicationFactor = 1 });
        created.IsProblem(HttpStatusCode.ServiceUnavailable, "NETWORK_EXCEPTION");
        using var nodes = await dashboard.Http.GetAsync("/clusters/remote/nodes", Token);
        Assert.Equal(HttpStatusCode.NotFound, nodes.StatusCode);
        Assert.DoesNotContain(dashboard.Lines, line => line.Contains("XML encryptor", StringComparison.Ordinal));
    }
}

using System.Net;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Dashboard.Operations;
using Dashboard.Tests.Fakes;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Brokers that join and leave a hosted cluster, and nodes whose actions last.</summary>
public sealed class MembershipTests : IAsyncLifetime
{
    readonly RunningDashboard dashboard = new()
    {
        Arguments = ["--urls", "http://127.0.0.1:0", "--coordinators", "1", "--brokers=1", "--no-sample"],
    };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => dashboard.InitializeAsync();

    public ValueTask DisposeAsync() => dashboard.DisposeAsync();

    [Fact]
    public async Task A_broker_is_added_holds_replicas_and_is_removed_without()
    {
        var rest = new Rest(dashboard);
        var planned = await rest.PostAsync("nodes?dryRun=true", new { kind = "broker" });
        Assert.Equal(
            (HttpStatusCode.OK, "kafka1", true),
            (planned.Status, planned.Body.Text("name"), planned.Body["canRun"]!.GetValue<bool>()));
        Assert.Equal(2, (await rest.ValueAsync("nodes")).AsArray().Count);

        var added = await rest.PostAsync("nodes", new { kind = "broker" });
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        added.Body.HasExactly("name", "kind", "state", "port", "reason");
        Assert.Equal(
            ("kafka1", "broker", "/api/clusters/local/nodes/kafka1"),
            (added.Body.Text("name"), added.Body.Text("kind"), added.Location));
        await rest.EventuallyAsync("brokers", b => b.Find("id", "1")?.Text("state") == "up", "the monitor knows the new broker");

        var topic = await rest.TopicAsync("held", new() { ["0"] = [1] });
        (await rest.DeleteAsync("nodes/kafka1")).IsProblem(HttpStatusCode.Conflict, "BROKER_HOLDS_REPLICAS");
        var refused = (await rest.DeleteAsync("nodes/kafka1?dryRun=true")).Body;
        Assert.Equal((false, 1), (refused["canRun"]!.GetValue<bool>(), refused.Int("replicas")));
        Assert.Equal(["held"], refused.Strings("topics"));
        Assert.Contains("move them to other brokers first", refused.Text("whyNot"), StringComparison.Ordinal);
        await topic.DisposeAsync();

        await Eventually.TrueAsync(
            async () => (await rest.DeleteAsync("nodes/kafka1?dryRun=true")).Body["canRun"]!.GetValue<bool>(),
            "it holds nothing any more");
        Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync("nodes/kafka1")).Status);
        await rest.EventuallyAsync("brokers", b => b.Find("id", "1")?.Text("state") is null or "down", "the monitor knows that it is gone");
        (await rest.DeleteAsync("nodes/kafka1")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_NODE");
        (await rest.DeleteAsync("nodes/kafka0")).IsProblem(HttpStatusCode.Conflict, "NODE_STATE");
        (await rest.DeleteAsync("nodes/zk1")).IsProblem(HttpStatusCode.Conflict, "NODE_STATE");
        (await rest.PostAsync("nodes", new { kind = "coordinator" })).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");
        (await rest.PostAsync("nodes", new { })).IsProblem(HttpStatusCode.BadRequest, "INVALID_REQUEST");

        var audit = File.ReadAllLines(Path.Combine(dashboard.DataDirectory, "audit.jsonl"));
        Assert.Equal(
            ["node.add done", "node.remove refused", "node.remove done"],
            audit.Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!)
                .Where(e => e.Text("subject") == "kafka1")
                .Select(e => $"{e.Text("action")} {e.Text("outcome")}"));
    }

    /// <summary>
    /// A broker without its coordinator is not ready before the coordinator is back: an action answers when it has begun.
    /// </summary>
    [Fact]
    public async Task Actions_answer_while_no_coordinator_runs()
    {
        var rest = new Rest(dashboard);
        Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync("nodes/zk1/kill")).Status);
        Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync("nodes/kafka0/kill")).Status);
        var started = await rest.PostAsync("nodes/kafka0/start");
        Assert.Equal(
            (HttpStatusCode.Accepted, "starting", "/api/clusters/local/nodes/kafka0"),
            (started.Status, started.Body.Text("state"), started.Location));
        Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync("nodes/kafka0/kill")).Status);
        await rest.PostAsync("nodes/kafka0/start");
        (await rest.DeleteAsync("nodes/kafka0")).IsProblem(HttpStatusCode.Conflict, "NODE_STATE");
        await rest.PostAsync("nodes/zk1/start");
        await rest.EventuallyAsync("nodes", n => n.AsArray().All(x => x!.Text("state") == "running"), "both run again");
    }

    /// <summary>On a full disk the answer was 500 without a word, though the node had been stopped.</summary>
    [Fact]
    public async Task What_was_done_and_cannot_be_written_down_is_told_as_done()
    {
        var rest = new Rest(dashboard);
        var log = Path.Combine(dashboard.DataDirectory, "audit.jsonl");
        Directory.CreateDirectory(log);

        var stopped = await rest.PostAsync("nodes/kafka0/stop");
        stopped.IsProblem(HttpStatusCode.InternalServerError, "AUDIT_NOT_WRITTEN");
        Assert.Equal("done", stopped.Body.Text("outcome"));
        Assert.StartsWith(
            $"node.stop kafka0 (done) is not in the audit log: {log} cannot be written", stopped.Body.Text("detail"),
            StringComparison.Ordinal);
        await rest.EventuallyAsync("nodes/kafka0", n => n.Text("state") == "stopped", "it has been stopped");

        Directory.Delete(log);
        Assert.True((await rest.PostAsync("nodes/kafka0/start")).Status is HttpStatusCode.OK or HttpStatusCode.Accepted);
    }

    /// <summary>What nobody knows is not done.</summary>
    [Fact]
    public async Task Without_a_fresh_reading_of_the_topics_nothing_is_removed()
    {
        using var directory = new TempDirectory();
        using var audit = new FileAuditLog(directory.Path);
        var cluster = new FakeCluster("local", ClusterKind.Hosted, TimeProvider.System).With(3);
        var host = new FakeNodeHost(cluster, TimeProvider.System);
        await using var monitor = new FakeClusterMonitor(new ClusterSnapshot
        {
            Id = "local",
            Name = "local",
            Kind = ClusterKind.Hosted,
            Topics = new Section<TopicTable>(
                TopicTable.Of([]),
                new SectionError(SectionErrorKind.TimedOut, "Kafka", null, "No answer.", TimeProvider.System.GetUtcNow()),
                TimeProvider.System.GetUtcNow().AddDays(1)),
        });
        var me = Actor.Program("me");
        var refused = await BrokerMembership.RemoveAsync(monitor, host, audit, TimeProvider.System, "kafka2", me, Cancellation);
        Assert.Equal("REPLICAS_UNKNOWN", refused!.Code);
        Assert.Contains("No answer.", refused.WhyNot, StringComparison.Ordinal);
        Assert.Equal(6, host.Nodes.Length);

        monitor.Refreshed = () => monitor.Publish(monitor.Current with
        {
            Topics = monitor.Current.Topics.Read(TopicTable.Of([]), TimeProvider.System.GetUtcNow().AddSeconds(1)),
        });
        Assert.Null(await BrokerMembership.RemoveAsync(monitor, host, audit, TimeProvider.System, "kafka2", me, Cancellation));
        Assert.Equal(5, host.Nodes.Length);
    }
}

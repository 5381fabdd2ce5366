using System.Net;
using Testing;

namespace Dashboard.Tests.Api;

/// <summary>Elections, reassignments and the actions on nodes that give them something to do.</summary>
[Collection(typeof(DashboardCollection))]
public sealed class ReplicaTests(RunningDashboard dashboard)
{
    /// <summary>zookeeper.session.timeout.ms of the hosted brokers: a killed broker is registered until then.</summary>
    static readonly TimeSpan session = TimeSpan.FromSeconds(6);

    readonly Rest rest = new(dashboard);

    [Fact]
    public async Task A_killed_broker_is_down_its_partition_moves_and_an_election_brings_the_leader_back()
    {
        await rest.EventuallyAsync("brokers", b => b.AsArray().All(x => x!.Text("state") == "up"), "all brokers are up");
        var victim = await OtherThanControllerAsync();
        var heir = (victim + 1) % 3;
        await using var topic = await rest.TopicAsync("led", new() { ["0"] = [victim, heir] });

        var plan = await rest.PostAsync($"nodes/kafka{victim}/kill?dryRun=true");
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        Assert.True(plan.Body["canRun"]!.GetValue<bool>());
        Assert.Equal("running", (await rest.ValueAsync("nodes")).Find("name", $"kafka{victim}")!.Text("state"));

        var killed = await rest.PostAsync($"nodes/kafka{victim}/kill");
        Assert.True(killed.Status == HttpStatusCode.OK, killed.Text);
        await rest.EventuallyAsync(
            "nodes", n => n.Find("name", $"kafka{victim}")!.Text("state") == "killed", "the node says so", TimeSpan.FromSeconds(3));
        (await rest.PostAsync($"nodes/kafka{victim}/pause")).IsProblem(HttpStatusCode.Conflict, "NODE_STATE");
        await rest.EventuallyAsync(
            "brokers",
            b => b.Find("id", $"{victim}")!.Text("state") == "down",
            "the broker is down",
            session + TimeSpan.FromSeconds(6));
        await rest.EventuallyAsync(
            "topics/led",
            t => t["partitions"]![0]!.Int("leader") == heir && t["partitions"]![0]!.Ints("isr") is [var only] && only == heir,
            "the other replica leads",
            TimeSpan.FromSeconds(6));
        var refused = await rest.PostAsync("elections", new { type = "preferred", topic = "led" });
        refused.IsProblem(HttpStatusCode.UnprocessableEntity, "PREFERRED_LEADER_NOT_AVAILABLE");

        var started = await rest.PostAsync($"nodes/kafka{victim}/start");
        Assert.True(started.Status is HttpStatusCode.OK or HttpStatusCode.Accepted, started.Text);
        await rest.EventuallyAsync("brokers", b => b.Find("id", $"{victim}")!.Text("state") == "up", "the broker is back");
        await rest.EventuallyAsync("topics/led", t => t["partitions"]![0]!.Ints("isr").Length == 2, "its replica is in sync");
        Assert.Equal(heir, (await rest.ValueAsync("topics/led"))["partitions"]![0]!.Int("leader"));

        var planned = await rest.PostAsync("elections?dryRun=true", new { type = "preferred", topic = "led" });
        Assert.True(planned.Status == HttpStatusCode.OK, planned.Text);
        var election = Assert.Single(planned.Body["elections"]!.AsArray());
        Assert.Equal((heir, victim), (election!.Int("from"), election!.Int("to")));
        Assert.Equal(heir, (await rest.ValueAsync("topics/led"))["partitions"]![0]!.Int("leader"));

        var elected = await rest.PostAsync("elections", new { type = "preferred", topic = "led", partitions = (int[])[0] });
        Assert.True(elected.Status == HttpStatusCode.OK, elected.Text);
        await rest.EventuallyAsync(
            "topics/led",
            t => t["partitions"]![0]!.Int("leader") == victim,
            "the preferred leader leads",
            TimeSpan.FromSeconds(6));

        var all = await rest.PostAsync("elections", new { type = "preferred" });
        Assert.True(all.Status == HttpStatusCode.OK, all.Text);
        await rest.EventuallyAsync("", c => c.Int("notPreferredLeader") == 0 && c.Int("underReplicated") == 0, "the cluster is as it was");
    }

    [Fact]
    public async Task A_replica_moves_to_another_broker()
    {
        await using var topic = await rest.TopicAsync("moving", new() { ["0"] = [0, 1] });
        var target = new { topic = "moving", partitions = new Dictionary<string, int[]> { ["0"] = [1, 2] } };

        var plan = await rest.PostAsync("reassignments?dryRun=true", target);
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        var move = Assert.Single(plan.Body["moves"]!.AsArray())!;
        Assert.Equal([2], move.Ints("adding"));
        Assert.Equal([0], move.Ints("removing"));
        var unchanged = await rest.ValueAsync("topics/moving");
        Assert.Equal([0, 1], unchanged["partitions"]![0]!.Ints("replicas"));

        var started = await rest.PostAsync("reassignments", target);
        Assert.True((int)started.Status is 200 or 202, started.Text);
        await rest.EventuallyAsync(
            "topics/moving",
            t => t["partitions"]![0]!.Ints("replicas") is [1, 2] && t["partitions"]![0]!.Ints("isr").Order().SequenceEqual([1, 2]),
            "the replicas are 1 and 2");
        await rest.EventuallyAsync("reassignments", r => r.AsArray().Count == 0, "nothing moves any more");
        var nothing = await rest.DeleteAsync("reassignments/moving?dryRun=true");
        Assert.Equal("NO_REASSIGNMENT_IN_PROGRESS", Assert.Single(nothing.Body["refusals"]!.AsArray())!.Text("code"));
        (await rest.DeleteAsync("reassignments/moving")).IsProblem(HttpStatusCode.UnprocessableEntity, "NO_REASSIGNMENT_IN_PROGRESS");
    }

    [Fact]
    public async Task A_move_to_a_paused_broker_is_listed_and_can_be_cancelled()
    {
        await rest.EventuallyAsync("brokers", b => b.AsArray().All(x => x!.Text("state") == "up"), "all brokers are up");
        var controller = (await rest.ValueAsync("")).Int("controllerId");
        var (other, paused) = ((controller + 1) % 3, (controller + 2) % 3);
        await using var topic = await rest.TopicAsync("stuck", new() { ["0"] = [controller, other] });
        var answer = await rest.PostAsync($"nodes/kafka{paused}/pause");
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        try
        {
            Assert.Equal("paused", (await rest.ValueAsync("nodes")).Find("name", $"kafka{paused}")!.Text("state"));
            var target = new Dictionary<string, int[]> { ["0"] = [controller, paused] };
            var started = await rest.PostAsync("reassignments", new { topic = "stuck", partitions = target });
            Assert.True((int)started.Status is 200 or 202, started.Text);
            await rest.EventuallyAsync(
                "reassignments",
                r => r.AsArray().Any(m => m!.Text("topic") == "stuck" && m!.Int("partition") == 0),
                "it is listed");
            var planned = await rest.DeleteAsync("reassignments/stuck?dryRun=true");
            Assert.True(planned.Status == HttpStatusCode.OK, planned.Text);
            var back = Assert.Single(planned.Body["cancelled"]!.AsArray())!;
            Assert.Equal([controller, other], back.Ints("to"));
            var cancelled = await rest.DeleteAsync("reassignments/stuck");
            Assert.True(cancelled.Status == HttpStatusCode.NoContent, cancelled.Text);
            await rest.EventuallyAsync(
                "topics/stuck",
                t => t["partitions"]![0]!.Ints("replicas").SequenceEqual([controller, other]),
                "the replicas are as before");
            await rest.EventuallyAsync("reassignments", r => r.AsArray().Count == 0, "nothing moves any more");
        }
        finally
        {
            await rest.PostAsync($"nodes/kafka{paused}/resume");
            await rest.EventuallyAsync("brokers", b => b.AsArray().All(x => x!.Text("state") == "up"), "all brokers are up again");
            await rest.EventuallyAsync("", c => c.Int("underReplicated") == 0, "all replicas are in sync again");
        }
    }

    [Fact]
    public async Task What_cannot_be_moved_or_elected_is_refused()
    {
        Task<Answer> MoveAsync(string topic, int broker) =>
            rest.PostAsync("reassignments", new { topic, partitions = new Dictionary<string, int[]> { ["0"] = [broker] } });

        (await MoveAsync("no-such-topic", 1)).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        await rest.EventuallyAsync("topics", t => t.Has("name", "orders"), "orders is there");
        (await MoveAsync("orders", 7)).IsProblem(HttpStatusCode.UnprocessableEntity, "INVALID_REPLICA_ASSIGNMENT");
        var unknown = await rest.PostAsync("elections", new { type = "preferred", topic = "no-such-topic" });
        unknown.IsProblem(HttpStatusCode.NotFound, "UNKNOWN_TOPIC_OR_PARTITION");
        var answer = await rest.PostAsync("elections", new { type = "sideways" });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("application/problem+json", answer.MediaType);
    }

    [Fact]
    public async Task Unknown_nodes_and_actions_are_not_found()
    {
        (await rest.PostAsync("nodes/kafka9/stop")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_NODE");
        (await rest.PostAsync("nodes/kafka0/explode")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_ACTION");
        (await rest.PostAsync("nodes/kafka0/3")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_ACTION");
        (await rest.PostAsync("/api/clusters/nowhere/nodes/kafka0/stop")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_CLUSTER");
    }

    [Fact]
    public async Task A_coordinator_that_stops_and_starts_is_seen_in_the_ensemble_and_in_the_audit_log()
    {
        await rest.EventuallyAsync("ensemble", e => e.AsArray().Count(s => s!.Text("role") == "follower") == 2, "two follow");
        var follower = (await rest.ValueAsync("ensemble")).AsArray().First(s => s!.Text("role") == "follower")!.Int("serverId");
        HttpStatusCode[] taken = [HttpStatusCode.OK, HttpStatusCode.Accepted];
        Assert.Contains((await rest.PostAsync($"nodes/zk{follower}/stop")).Status, taken);
        await rest.EventuallyAsync(
            "ensemble", e => e.Find("serverId", $"{follower}")!.Text("role") == "down", "it is down", TimeSpan.FromSeconds(8));
        await rest.EventuallyAsync($"nodes/zk{follower}", n => n.Text("state") == "stopped", "the node says so");
        Assert.Contains((await rest.PostAsync($"nodes/zk{follower}/start")).Status, taken);
        await rest.EventuallyAsync("ensemble", e => e.Find("serverId", $"{follower}")!.Text("role") == "follower", "it follows again");
        var audit = File.ReadAllLines(Path.Combine(dashboard.DataDirectory, "audit.jsonl"));
        bool Tells(string line, string action) =>
            line.Contains($"\"{action}\"", StringComparison.Ordinal) && line.Contains($"\"zk{follower}\"", StringComparison.Ordinal);

        Assert.Contains(audit, line => Tells(line, "node.stop"));
        Assert.Contains(audit, line => Tells(line, "node.start"));
    }

    async Task<int> OtherThanControllerAsync() => ((await rest.ValueAsync("")).Int("controllerId") + 1) % 3;
}

using System.Net;
using System.Text.Json.Nodes;
using Testing;

namespace Interop.Tests.Hosted;

/// <summary>The real program with Apache's processes as its nodes.</summary>
[Collection(typeof(Alone))]
public sealed class ApacheProcessesTests
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(90);

    static readonly TimeSpan stopWithin = TimeSpan.FromSeconds(10);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ZooKeeper_mode_is_hosted_its_nodes_come_back_and_go_in_order()
    {
        External.RequireProgram("java");
        var dashboard = New(
            "--kafka-home", External.Require("KAFKA_HOME"), "--zookeeper-home", External.Require("ZOOKEEPER_HOME"),
            "--coordinators", "1", "--brokers", "2");
        await using (dashboard)
        {
            await dashboard.InitializeAsync();
            Assert.Contains(dashboard.Output, line => line.Contains("(Apache Kafka 3.", StringComparison.Ordinal)
                && line.Contains("1 coordinator, 2 brokers", StringComparison.Ordinal));
            var rest = new Rest(dashboard);
            await using (await rest.TopicAsync("hosted", new() { ["0"] = [0, 1] }))
            {
                await ComesBackAsync(rest, "kafka1");
                Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync("nodes/kafka0/pause")).Status);
                Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync("nodes/kafka0/resume")).Status);
                Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync("nodes/kafka0/kill")).Status);
                Assert.Null((await NodeAsync(rest, "kafka0"))["processId"]);
                await rest.PostAsync("nodes/kafka0/start");
                await rest.EventuallyAsync("nodes/kafka0", n => n.Text("state") == "running", "it runs again", patience);
                await rest.EventuallyAsync(
                    "topics/hosted", t => t["partitions"]![0]!.Ints("isr").Length == 2, "both replicas are in sync again", patience);
            }

            // the first minute's note is there when nothing is wrong any longer
            await Eventually.TrueAsync(
                async () => (await dashboard.Http.GetStringAsync("/clusters/local", Cancellation))
                    .Contains("processes of Apache", StringComparison.Ordinal),
                "the overview says what runs here", patience);
            Assert.NotEmpty(Processes(dashboard));
        }

        Assert.Empty(Processes(dashboard));
    }

    [Fact]
    public async Task KRaft_mode_is_hosted_grows_and_shrinks_and_leaves_nothing_when_the_program_is_killed()
    {
        External.RequireProgram("java");
        var dashboard = New(
            "--kafka-home", External.Require("KAFKA_KRAFT_HOME"), "--combined", "--controllers", "1", "--brokers", "1");
        await using (dashboard)
        {
            await dashboard.InitializeAsync();
            Assert.Contains(dashboard.Output, line => line.Contains("in KRaft mode", StringComparison.Ordinal));
            var rest = new Rest(dashboard);
            Assert.Equal(HttpStatusCode.Created, (await rest.PostAsync("nodes", new { kind = "broker" })).Status);
            await rest.EventuallyAsync("brokers", b => b.AsArray().Count(x => x!.Text("state") == "up") == 2, "it joins", patience);
            (await rest.DeleteAsync("nodes/kafka0")).IsProblem(HttpStatusCode.Conflict, "NODE_STATE");
            await ComesBackAsync(rest, "kafka0");
            await rest.EventuallyAsync("brokers", b => b.AsArray().Count(x => x!.Text("state") == "up") == 2, "both are up", patience);
            Assert.Equal(HttpStatusCode.NoContent, (await rest.DeleteAsync("nodes/kafka1")).Status);
            Assert.Equal(["0"], await RegisteredAsync(External.KafkaKRaftHome!, (await NodeAsync(rest, "kafka0")).Int("port")));
            await using (await rest.TopicAsync("hosted", new() { ["0"] = [0] }))
            {
                Assert.Single(Processes(dashboard));
            }

            await dashboard.KillAsync();
            await Eventually.TrueAsync(() => Processes(dashboard).Count == 0, "no process is left");
            await RefusesAsync(dashboard, "holds the data of Apache's processes", "--engine", "embedded");
        }
    }

    [Fact]
    public async Task Killed_while_its_nodes_are_being_started_it_leaves_none()
    {
        External.RequireProgram("java");
        await using var dashboard = New("--kafka-home", External.Require("KAFKA_KRAFT_HOME"), "--brokers", "3");
        var start = dashboard.InitializeAsync().AsTask();
        await Eventually.TrueAsync(() => Processes(dashboard).Count > 1, "the first are there", patience);
        await dashboard.KillAsync();
        await Assert.ThrowsAsync<Xunit.Sdk.XunitException>(() => start);
        await Eventually.TrueAsync(() => Processes(dashboard).Count == 0, "no process is left");
    }

    [Fact]
    public async Task What_cannot_be_hosted_is_told_before_anything_starts()
    {
        await using var dashboard = New();
        await RefusesAsync(
            dashboard, "--kafka-home /nowhere: there is no such directory", "--engine", "apache", "--kafka-home", "/nowhere");
        await RefusesAsync(dashboard, "--engine apache: --kafka-home DIR is missing", "--engine", "apache");
        await RefusesAsync(dashboard, "--kafka-home is for Apache's processes: add --engine apache", "--kafka-home", "/nowhere");
        await RefusesAsync(dashboard, "--engine other: takes embedded or apache", "--engine", "other");
    }

    /// <summary>Ids of the brokers that the cluster remembers, whether they run or not, as Apache's own tool tells them.</summary>
    static async Task<string[]> RegisteredAsync(string kafka, int port)
    {
        var told = await External.KafkaToolAsync(
            kafka,
            "kafka-cluster.sh",
            ["list-endpoints", "--bootstrap-server", $"127.0.0.1:{port}", "--include-fenced-brokers"]);
        Assert.True(told.ExitCode == 0, told.ToString());
        return [.. told.Output.Split('\n').Select(line => line.Split(' ')[0]).Where(id => int.TryParse(id, out _))];
    }

    static RunningDashboard New(params string[] arguments) => new()
    {
        Arguments = ["--urls", "http://127.0.0.1:0", "--no-sample", "--engine", "apache", .. arguments],
        StopDeadline = stopWithin,
    };

    /// <summary>kill -9 from outside: the node says so, and is there again with another process.</summary>
    static async Task ComesBackAsync(Rest rest, string node)
    {
        var process = (await NodeAsync(rest, node)).Int("processId");
        using (var killed = System.Diagnostics.Process.GetProcessById(process))
        {
            killed.Kill();
        }

        await rest.EventuallyAsync(
            $"nodes/{node}",
            n => n.Text("state") == "failed" && n.Text("reason").Contains("SIGKILL", StringComparison.Ordinal), "its end is noticed");
        await rest.EventuallyAsync(
            $"nodes/{node}", n => n.Text("state") == "running" && n.Int("processId") != process, "it is started again", patience);
    }

    static async Task<JsonNode> NodeAsync(Rest rest, string node) => (await rest.GetAsync($"nodes/{node}")).Body["value"]!;

    static async Task RefusesAsync(RunningDashboard dashboard, string words, params string[] arguments)
    {
        var result = await Testing.Castellan.RunAsync(["--urls", "http://127.0.0.1:0", "--data", dashboard.DataDirectory, .. arguments]);
        Assert.InRange(result.ExitCode, 1, 2);
        Assert.Contains(words, result.Error, StringComparison.Ordinal);
    }

    /// <summary>Ids of Java's processes, and of what becomes them, whose command names the program's data: every node's does.</summary>
    static IReadOnlyList<string> Processes(RunningDashboard dashboard)
    {
        return [.. Directory.EnumerateDirectories("/proc").Where(IsNode).Select(process => Path.GetFileName(process)!)];

        bool IsNode(string process)
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
                return command.Any(a => a.StartsWith($"{dashboard.DataDirectory}/", StringComparison.Ordinal));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // no process, or one that is gone
                return false;
            }
        }
    }
}

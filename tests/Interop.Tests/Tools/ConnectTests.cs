using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Tools;

/// <summary>
/// Apache's Connect, distributed mode, on the hosted brokers, with a connector that is compiled here: what REST says of it, and what it
/// does when REST asks.
/// </summary>
public sealed class ConnectTests(SharedCluster shared) : IAsyncLifetime
{
    const string Connectors = "connect/main/connectors";

    static readonly TimeSpan patience = TimeSpan.FromSeconds(120);

    readonly TempDirectory directory = new();
    Process? worker;
    RunningDashboard? dashboard;
    Rest rest = null!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var home = External.Require("KAFKA_HOME");
        var compiler = External.RequireProgram("javac");
        var hosted = await shared.GetAsync();
        var plugin = Directory.CreateDirectory(directory["plugins/ticks"]).FullName;
        var compiled = await External.RunAsync(
            compiler,
            [
                "-nowarn", "-cp", $"{Path.Combine(home, "libs")}/*", "-d", plugin,
                Path.Combine(AppContext.BaseDirectory, "TicksConnector.java"),
                Path.Combine(AppContext.BaseDirectory, "LinesConnector.java"),
            ]);
        Assert.True(compiled.ExitCode == 0, $"{compiled}");
        var port = FreePorts.Take(1)[0];
        await File.WriteAllLinesAsync(directory["connect.properties"], Settings(hosted.Bootstrap, port, directory["plugins"]), Token);
        worker = await StartAsync(home, directory["connect.properties"]);
        await File.WriteAllTextAsync(
            directory["clusters.yaml"],
            $$"""
            clusters:
              - id: remote
                kafka: {{hosted.Bootstrap}}
                connect: { main.url: "http://127.0.0.1:{{port}}", main.request.timeout.ms: "20000" }
            """,
            Token);
        dashboard = new RunningDashboard
        {
            Arguments = ["--urls", "http://127.0.0.1:0", "--no-local", "--clusters", directory["clusters.yaml"]],
        };
        await dashboard.InitializeAsync();
        rest = new Rest(dashboard, "remote");
    }

    public async ValueTask DisposeAsync()
    {
        if (dashboard is not null)
        {
            await dashboard.DisposeAsync();
        }

        if (worker is not null)
        {
            worker.Kill(entireProcessTree: true);
            await worker.WaitForExitAsync(CancellationToken.None);
            worker.Dispose();
        }

        directory.Dispose();
    }

    [Fact]
    public async Task Connectors_are_made_checked_stopped_rewound_and_deleted()
    {
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("connect")).Body[0]!["version"] is not null, "Connect answers", patience);
        var plan = await rest.PostAsync($"{Connectors}/ticks?dryRun=true", Config(("count", "0")));
        Assert.True(plan.Status == HttpStatusCode.OK, plan.Text);
        var refusals = plan.Body["refusals"]!.AsArray().Select(r => r!.Text("message")).Order().ToList();
        Assert.StartsWith("count: Invalid value 0", refusals[0], StringComparison.Ordinal);
        Assert.StartsWith("topic: Missing required configuration", refusals[1], StringComparison.Ordinal);

        await DoneAsync(rest.PostAsync($"{Connectors}/ticks", Config(("topic", "ticks"), ("count", "25"), ("api.password", "planted"))));
        await AtAsync(25);
        var made = (await rest.GetAsync($"{Connectors}/ticks")).Body["value"]!;
        Assert.Equal(("source", "RUNNING", "********"), (made.Text("type"), made.Text("state"), made["config"]!.Text("api.password")));
        Assert.Equal("ticks", (await rest.GetAsync($"{Connectors}/ticks/topics")).Body["topics"]![0]!.ToString());

        (await rest.DeleteAsync($"{Connectors}/ticks/offsets")).IsProblem(HttpStatusCode.Conflict, "CONNECTOR_NOT_STOPPED");
        await DoneAsync(rest.PostAsync($"{Connectors}/ticks/stop"));
        await StateAsync("ticks", "STOPPED");
        var rewound = new { offsets = new[] { new { partition = new { ticks = "all" }, offset = new { at = 20 } } } };
        var preview = await rest.SendAsync(HttpMethod.Patch, $"{Connectors}/ticks/offsets?dryRun=true", rewound);
        Assert.Equal((25, 20), (preview.Body["offsets"]![0]!["before"]!.Int("at"), preview.Body["offsets"]![0]!["after"]!.Int("at")));
        await AtAsync(25);
        await DoneAsync(rest.SendAsync(HttpMethod.Patch, $"{Connectors}/ticks/offsets", rewound));
        await AtAsync(20);
        await DoneAsync(rest.SendAsync(
            HttpMethod.Put, $"{Connectors}/ticks/config", Config(("topic", "ticks"), ("count", "30"), ("api.password", "********"))));
        await DoneAsync(rest.PostAsync($"{Connectors}/ticks/resume"));
        await AtAsync(30);

        await SinkIsPutElsewhereAsync();
        await DoneAsync(rest.PostAsync($"{Connectors}/broken", Config(("topic", "ticks"), ("fail", "true"))));
        await Eventually.TrueAsync(
            async () => Task(await rest.GetAsync($"{Connectors}/broken"))?.Text("state") == "FAILED", "its task has failed", patience);
        Assert.Contains("asked to fail", Task(await rest.GetAsync($"{Connectors}/broken"))!.Text("trace"), StringComparison.Ordinal);
        await DoneAsync(rest.PostAsync($"{Connectors}/broken/restart-failed"));
        await DoneAsync(rest.PostAsync($"{Connectors}/broken/restart?task=0"));
        (await rest.PostAsync($"{Connectors}/nobody/pause")).IsProblem(HttpStatusCode.NotFound, "UNKNOWN_CONNECTOR");

        await DoneAsync(rest.DeleteAsync($"{Connectors}/broken"));
        await DoneAsync(rest.DeleteAsync($"{Connectors}/ticks"));
        await Eventually.TrueAsync(
            async () => (await rest.GetAsync("connect")).Body[0]!["connectors"]!.AsArray().Count == 0, "both are gone", patience);
        var audit = await File.ReadAllTextAsync(Path.Combine(dashboard!.DataDirectory, "audit.jsonl"), Token);
        Assert.Contains("\"connector.offsets\"", audit, StringComparison.Ordinal);
        Assert.DoesNotContain("planted", audit, StringComparison.Ordinal);
    }

    /// <summary>A sink reads again what REST said, and its group is where Apache's tool sees it.</summary>
    async Task SinkIsPutElsewhereAsync()
    {
        Assert.Equal(HttpStatusCode.Created, (await rest.PostAsync("topics", new { name = "lines", partitions = 1 })).Status);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await rest.PostAsync("topics/lines/messages", new { value = $"line {i}" })).Status);
        }

        await DoneAsync(rest.PostAsync($"{Connectors}/lines", Of("LinesConnector", ("topics", "lines"), ("file", directory["lines"]))));
        await SinkAtAsync(10);
        await DoneAsync(rest.PostAsync($"{Connectors}/lines/stop"));
        await StateAsync("lines", "STOPPED");
        var partition = new { kafka_topic = "lines", kafka_partition = 0 };
        var back = new { offsets = new[] { new { partition, offset = new { kafka_offset = 4 } } } };
        var plan = await rest.SendAsync(HttpMethod.Patch, $"{Connectors}/lines/offsets?dryRun=true", back);
        Assert.Equal(("SinkReadsAgain", "6"), (plan.Body["notes"]![0]!.Text("key"), plan.Body["notes"]![0]!["arguments"]![0]!.ToString()));
        await DoneAsync(rest.SendAsync(HttpMethod.Patch, $"{Connectors}/lines/offsets", back));
        await SinkAtAsync(4);
        var told = await JavaTool.RunAsync(await shared.GetAsync(), "kafka-consumer-groups.sh", "--describe", "--group", "connect-lines");
        Assert.Matches(@"connect-lines\s+lines\s+0\s+4\s+10\s+6", told);
        await DoneAsync(rest.PostAsync($"{Connectors}/lines/resume"));
        await SinkAtAsync(10);
        Assert.Equal(16, (await File.ReadAllLinesAsync(directory["lines"], Token)).Length);
        await DoneAsync(rest.DeleteAsync($"{Connectors}/lines"));
    }

    Task SinkAtAsync(int offset) => Eventually.TrueAsync(
        async () => (await rest.GetAsync($"{Connectors}/lines/offsets")).Body["offsets"]?.AsArray().FirstOrDefault()?["offset"]
            ?["kafka_offset"]?.GetValue<int>() == offset,
        $"the sink is at {offset}", patience);

    static object Config(params (string Key, string Value)[] settings) => Of("TicksConnector", settings);

    static object Of(string plugin, params (string Key, string Value)[] settings) => new
    {
        config = settings.Append(("connector.class", plugin)).ToDictionary(s => s.Item1, s => s.Item2),
    };

    static JsonNode? Task(Answer answer) => answer.Body["value"]?["tasks"]?.AsArray().FirstOrDefault();

    static async Task DoneAsync(Task<Answer> asked)
    {
        var answer = await asked;
        Assert.True(answer.Status == HttpStatusCode.NoContent, answer.Text);
    }

    Task StateAsync(string connector, string state) => Eventually.TrueAsync(
        async () => (await rest.GetAsync($"{Connectors}/{connector}")).Body["value"]?.Text("state") == state, $"it is {state}", patience);

    /// <summary>Where it stands, as Connect keeps it.</summary>
    Task AtAsync(int offset) => Eventually.TrueAsync(
        async () => (await rest.GetAsync($"{Connectors}/ticks/offsets")).Body["offsets"]?.AsArray().FirstOrDefault()?["offset"]?["at"]
            ?.GetValue<int>() == offset,
        $"it is at {offset}", patience);

    static string[] Settings(string bootstrap, int port, string plugins) =>
    [
        $"bootstrap.servers={bootstrap}", "group.id=interop-connect", $"listeners=http://127.0.0.1:{port}", $"plugin.path={plugins}",
        "key.converter=org.apache.kafka.connect.storage.StringConverter",
        "value.converter=org.apache.kafka.connect.storage.StringConverter",
        "offset.storage.topic=interop-connect-offsets", "offset.storage.replication.factor=1", "offset.storage.partitions=1",
        "config.storage.topic=interop-connect-configs", "config.storage.replication.factor=1",
        "status.storage.topic=interop-connect-status", "status.storage.replication.factor=1", "status.storage.partitions=1",
        "offset.flush.interval.ms=500", "scheduled.rebalance.max.delay.ms=0",
    ];

    async Task<Process> StartAsync(string home, string settings)
    {
        var start = new ProcessStartInfo(
            Path.Combine(home, "bin", "kafka-run-class.sh"), ["org.apache.kafka.connect.cli.ConnectDistributed", settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in await Jvm.ToolAsync(home))
        {
            start.Environment[variable] = value;
        }

        start.Environment["KAFKA_HEAP_OPTS"] = "-Xmx256M";
        start.Environment["LOG_DIR"] = directory["logs"];
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}

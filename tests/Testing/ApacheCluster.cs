namespace Testing;

/// <summary>Which Apache cluster: ZooKeeper 3.9 with Kafka 3.9, or Kafka 4 in KRaft mode.</summary>
public enum ApacheKind
{
    ZooKeeper,
    KRaft,
}

/// <summary>
/// A real Apache cluster on free loopback ports, started by cluster.sh beside KAFKA_HOME. The running test is skipped where that,
/// or Java, is missing. Disposal kills every process of it and removes its data.
/// </summary>
public sealed class ApacheCluster : IAsyncDisposable
{
    static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(3);

    readonly TempDirectory directory = new();
    readonly string script;
    readonly Dictionary<string, string> environment;

    ApacheCluster(string script, Dictionary<string, string> environment) => (this.script, this.environment) = (script, environment);

    /// <summary>host:port of each broker, with commas.</summary>
    public string Bootstrap { get; private set; } = "";

    /// <summary>host:port of each coordinator, with commas, and the chroot; empty in KRaft mode.</summary>
    public string ZooKeeper { get; private set; } = "";

    /// <summary>The distribution whose tools fit the cluster: bin/kafka-topics.sh and so on.</summary>
    public string KafkaHome { get; private set; } = "";

    /// <summary>Where the data, logs and pids of the nodes are: zk1/, kafka0/ ...</summary>
    public string Path => directory.Path;

    public static async Task<ApacheCluster> StartAsync(ApacheKind kind, int coordinators, int brokers)
    {
        var home = External.Require(kind == ApacheKind.KRaft ? "KAFKA_KRAFT_HOME" : "KAFKA_HOME");
        External.RequireProgram("java");
        var script = System.IO.Path.GetFullPath(System.IO.Path.Combine(home, "..", "cluster.sh"));
        if (!File.Exists(script))
        {
            throw Xunit.Sdk.SkipException.ForSkip("there is no cluster.sh beside Apache's distribution");
        }

        var environment = await Jvm.BrokerAsync(home);
        for (var attempt = 1; ; attempt++)
        {
            var cluster = new ApacheCluster(script, environment);
            var mode = kind == ApacheKind.KRaft ? "kraft" : "zk";
            var result = await cluster.RunAsync("start", mode, $"{coordinators}", $"{brokers}", $"{FreeBase(coordinators, brokers)}");
            if (result.ExitCode == 0)
            {
                cluster.Learn(result.Output);
                return cluster;
            }

            await cluster.DisposeAsync();
            if (attempt == 3)
            {
                throw new InvalidOperationException($"cluster.sh start {mode}: {result}");
            }
        }
    }

    /// <summary>kill -9 of a node: zk1, kafka0 ...</summary>
    public Task KillAsync(string node) => MustAsync("kill", node);

    /// <summary>Starts a node that was killed; it may take seconds until it answers.</summary>
    public Task RestartAsync(string node) => MustAsync("restart", node);

    /// <summary>Runs one of the distribution's own tools, as kafka-topics.sh.</summary>
    public Task<ProgramResult> ToolAsync(string tool, params string[] arguments) =>
        External.KafkaToolAsync(KafkaHome, tool, arguments);

    /// <summary>Killed, not stopped: a broker whose controller is gone tries for a long time to leave in good order.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var node in Directory.GetDirectories(Path).Where(node => File.Exists(System.IO.Path.Combine(node, "pid"))))
        {
            await RunAsync("kill", System.IO.Path.GetFileName(node));
        }

        directory.Dispose();
    }

    async Task MustAsync(string verb, string node)
    {
        var result = await RunAsync(verb, node);
        if (result.ExitCode != 0)
        {
            throw new InvalidOperationException($"cluster.sh {verb} {node}: {result}");
        }
    }

    Task<ProgramResult> RunAsync(string verb, params string[] arguments) =>
        External.RunAsync("/bin/bash", [script, verb, directory.Path, .. arguments], deadline: StartDeadline, environment: environment);

    void Learn(string environment)
    {
        var values = environment.Split('\n').Select(line => line.Split('=', 2)).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => parts[1]);
        Bootstrap = values["BOOTSTRAP"];
        ZooKeeper = values["ZOOKEEPER"];
        KafkaHome = values["KAFKA_HOME"];
    }

    /// <summary>A base whose ports, as cluster.sh counts them, are free now and below those that the system hands out by itself.</summary>
    static int FreeBase(int coordinators, int brokers)
    {
        while (true)
        {
            var start = Random.Shared.Next(10_000, 32_000);
            var wanted = new[] { 0, 20, 40, 60 }.SelectMany(group => Enumerable.Range(start + group + 1, coordinators))
                .Concat(new[] { 100, 140 }.SelectMany(group => Enumerable.Range(start + group, brokers)));
            if (wanted.All(FreePorts.IsFree))
            {
                return start;
            }
        }
    }
}

/// <summary>
/// One Apache cluster for all tests of a class, started by the first test that asks.
/// Derive with a parameterless constructor and use as a class fixture.
/// </summary>
public abstract class ApacheClusterFixture(ApacheKind kind, int coordinators, int brokers) : IAsyncDisposable
{
    readonly Lazy<Task<ApacheCluster>> cluster = new(() => ApacheCluster.StartAsync(kind, coordinators, brokers));

    /// <summary>Skips the running test where the cluster cannot be had.</summary>
    public Task<ApacheCluster> GetAsync() => cluster.Value;

    public virtual async ValueTask DisposeAsync()
    {
        if (cluster.IsValueCreated && cluster.Value.IsCompletedSuccessfully)
        {
            await (await cluster.Value).DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}

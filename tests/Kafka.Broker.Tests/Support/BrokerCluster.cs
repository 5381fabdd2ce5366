using System.Collections.Concurrent;
using System.Globalization;
using Kafka.Broker.Configuration;
using Kafka.Client;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging;
using Testing;

namespace Kafka.Broker.Tests.Support;

/// <summary>Brokers of ours in this process, over real sockets, on one Apache ZooKeeper.</summary>
sealed class BrokerCluster : IAsyncDisposable
{
    readonly TempDirectory directory = new();
    readonly int[] ports;
    readonly string[] settings;
    readonly KafkaBroker?[] brokers;
    readonly BrokerConfig[] configs;

    BrokerCluster(ApacheZooKeeper zooKeeper, int count, string[] settings)
    {
        ZooKeeper = zooKeeper;
        ports = [.. FreePorts.Take(count)];
        brokers = new KafkaBroker?[count];
        configs = new BrokerConfig[count];
        this.settings = settings;
    }

    public ApacheZooKeeper ZooKeeper { get; }

    public ConcurrentQueue<string> Log { get; } = new();

    public string Bootstrap => string.Join(',', ports.Select(port => $"127.0.0.1:{port}"));

    public int Port(int id) => ports[id];

    public KafkaBroker this[int id] => brokers[id]!;

    public string ZooKeeperConnect => $"{ZooKeeper.ConnectString}/kafka";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Settings are lines of server.properties, added to every broker's.</summary>
    public static async Task<BrokerCluster> StartAsync(int count, params string[] settings)
    {
        External.Require("KAFKA_HOME");
        var cluster = new BrokerCluster(await ApacheZooKeeper.StartAsync(1, "tickTime=500", "minSessionTimeout=1000"), count, settings);
        try
        {
            await Task.WhenAll(Enumerable.Range(0, count).Select(cluster.StartAsync));
            await Eventually.TrueAsync(async () => (await cluster.MetadataAsync()).Brokers.Count == count, "all brokers are registered");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task StartAsync(int id)
    {
        string[] lines =
        [
            string.Create(CultureInfo.InvariantCulture, $"broker.id={id}"),
            $"listeners=PLAINTEXT://127.0.0.1:{ports[id]}",
            $"log.dirs={directory[$"kafka{id}"]}",
            $"zookeeper.connect={ZooKeeperConnect}",
            "zookeeper.session.timeout.ms=2000",
            "controlled.shutdown.retry.backoff.ms=200",
            "offsets.topic.num.partitions=3",
            "group.initial.rebalance.delay.ms=0",
            "replica.lag.time.max.ms=3000",
            .. settings,
        ];
        configs[id] = BrokerConfig.Parse(lines, "server.properties");
        var broker = new KafkaBroker(configs[id], new QueueLoggerFactory(Log, $"kafka{id}"), TimeProvider.System);
        brokers[id] = broker;
        await broker.StartAsync(Token);
        await broker.Ready.WaitAsync(TimeSpan.FromSeconds(60), Token);
    }

    public async Task KillAsync(int id)
    {
        this[id].Kill();
        await this[id].DisposeAsync();
    }

    public Task StopAsync(int id) => this[id].StopAsync(Token);

    public KafkaCluster Client() => new([.. ports.Select(port => ("127.0.0.1", port))], new KafkaClientOptions());

    public async Task<MetadataResponse> MetadataAsync()
    {
        await using var client = Client();
        return await client.MetadataAsync(null, Token);
    }

    /// <summary>The partitions of a topic in the order of their numbers.</summary>
    public async Task<IReadOnlyList<MetadataResponse.MetadataResponsePartition>> PartitionsAsync(string topic) =>
        [.. (await MetadataAsync()).Topics.Single(each => each.Name == topic).Partitions.OrderBy(partition => partition.PartitionIndex)];

    /// <summary>
    /// Runs a tool of KAFKA_HOME with --bootstrap-server; its output, or a failed assertion with both outputs and the brokers' logs.
    /// </summary>
    public async Task<string> ToolAsync(string tool, params string[] arguments)
    {
        var result = await TryToolAsync(tool, arguments);
        Assert.True(result.ExitCode == 0, $"{tool} {string.Join(' ', arguments)}: {result}\n{string.Join('\n', Log.TakeLast(60))}");
        return result.Output;
    }

    public Task<ProgramResult> TryToolAsync(string tool, params string[] arguments) =>
        RunAsync(tool, ["--bootstrap-server", Bootstrap, .. arguments]);

    static Task<ProgramResult> RunAsync(string tool, params string[] arguments) =>
        External.KafkaToolAsync(External.KafkaHome!, tool, arguments, deadline: TimeSpan.FromSeconds(120));

    public async Task CreateTopicAsync(string topic, int[][] assignment)
    {
        await using var client = Client();
        var answer = await client.SendToControllerAsync(
            new CreateTopicsRequest
            {
                TimeoutMs = 10_000,
                Topics =
                [
                    new()
                    {
                        Name = topic,
                        NumPartitions = -1,
                        ReplicationFactor = -1,
                        Assignments = [.. assignment.Select((replicas, id) => new CreateTopicsRequest.CreatableReplicaAssignment
                        {
                            PartitionIndex = id,
                            BrokerIds = [.. replicas],
                        })],
                    },
                ],
            },
            Token);
        Assert.True(answer.Topics[0].ErrorCode == 0, answer.Topics[0].ErrorMessage);
    }

    /// <summary>Whether the broker's znode is there (or not).</summary>
    public async Task<bool> RegisteredAsync(int id, bool expected)
    {
        var options = global::ZooKeeper.Client.ZooKeeperClientOptions.Parse(ZooKeeperConnect);
        await using var zooKeeper = new global::ZooKeeper.Client.ZooKeeperClient(options);
        return await zooKeeper.ExistsAsync($"/brokers/ids/{id}", null, Token) is not null == expected;
    }

    /// <summary>A setting of a broker as it holds now.</summary>
    public string? Setting(int id, string key) => configs[id].Values.Find(Configuration.BrokerConfigKeys.All[key]).Value;

    /// <summary>Java's idempotent producer, acks=all.</summary>
    public async Task ProduceAsync(string topic, int records)
    {
        var result = await RunAsync(
            "kafka-producer-perf-test.sh", "--topic", topic, "--num-records", $"{records}", "--record-size", "100",
            "--throughput", "-1", "--producer-props", $"bootstrap.servers={Bootstrap}");
        Assert.True(
            result.ExitCode == 0 && result.Output.Contains($"{records} records sent"),
            $"{result}\n{string.Join('\n', Log.TakeLast(60))}");
    }

    public string File(string name, string content)
    {
        System.IO.File.WriteAllText(directory[name], content);
        return directory[name];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in brokers.OfType<KafkaBroker>())
        {
            await broker.DisposeAsync();
        }

        await ZooKeeper.DisposeAsync();
        directory.Dispose();
    }
}

/// <summary>Keeps what was logged, for the message of a failed assertion.</summary>
sealed class QueueLoggerFactory(ConcurrentQueue<string> lines, string node) : ILoggerFactory
{
    public ILogger CreateLogger(string categoryName) => new QueueLogger(lines, node, categoryName);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    sealed class QueueLogger(ConcurrentQueue<string> lines, string node, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var name = category[(category.LastIndexOf('.') + 1)..];
                lines.Enqueue($"{DateTimeOffset.UtcNow:HH:mm:ss.fff} {node} {logLevel} {name}: {formatter(state, exception)} {exception}");
            }
        }
    }
}

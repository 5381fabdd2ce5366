using System.Collections.Concurrent;
using System.Net;
using Kafka.Broker.Configuration;
using Kafka.Client;
using Testing;
using ZooKeeper.Server;

namespace Kafka.Broker.Tests.Support;

/// <summary>One broker over real sockets with a coordinator in this process: everything a client can ask, within a second.</summary>
public sealed class LoneBroker : IAsyncLifetime
{
    readonly TempDirectory directory = new();
    readonly ConcurrentQueue<string> log = new();
    ZooKeeperServer? zooKeeper;

    internal KafkaBroker Broker { get; private set; } = null!;

    public int Port => Broker.Port;

    /// <summary>What broker and coordinator logged, from Information on.</summary>
    public IEnumerable<string> Log => log;

    public string ZooKeeperConnect => $"127.0.0.1:{zooKeeper!.Port}/kafka";

    /// <summary>More lines of server.properties; set before the start.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    public async ValueTask InitializeAsync()
    {
        var config = new ZooKeeperConfig
        {
            DataDir = directory["zk"],
            ClientPortAddress = IPAddress.Loopback,
            ClientPort = 0,
            TickTime = 500,
            MaxClientConnections = 0,
            AdminServerPort = 0,
        };
        zooKeeper = new ZooKeeperServer(config, new QueueLoggerFactory(log, "zk"), TimeProvider.System);
        await zooKeeper.StartAsync(CancellationToken.None);
        string[] lines =
        [
            "broker.id=0",
            "listeners=PLAINTEXT://127.0.0.1:0",
            $"log.dirs={directory["kafka"]}",
            $"zookeeper.connect={ZooKeeperConnect}",
            "offsets.topic.num.partitions=1",
            "offsets.topic.replication.factor=1",
            "group.initial.rebalance.delay.ms=0",
            .. Settings,
        ];
        Broker = new KafkaBroker(BrokerConfig.Parse(lines, "server.properties"), new QueueLoggerFactory(log, "kafka"), TimeProvider.System);
        await Broker.StartAsync(CancellationToken.None);
        await Broker.Ready.WaitAsync(TimeSpan.FromSeconds(60));
    }

    public Task<KafkaConnection> ConnectAsync() =>
        KafkaConnection.ConnectAsync(
            "127.0.0.1", Port, new KafkaClientOptions { RequestTimeout = TimeSpan.FromSeconds(30) }, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Broker.DisposeAsync();
        await zooKeeper!.DisposeAsync();
        directory.Dispose();
    }
}

using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using Dashboard.Messages.Decoding;
using Dashboard.Messages.Producing;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Audit;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Model;
using Kafka.Broker;
using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using ZooKeeper.Server;

namespace Dashboard.Messages.Tests.Producing;

/// <summary>One broker that is reached through a line that loses what belongs to Produce, and what sends records to it.</summary>
sealed class SendingWorld : IAsyncDisposable
{
    /// <summary>More than a busy machine takes for what is answered.</summary>
    static readonly TimeSpan patience = TimeSpan.FromSeconds(6), looked = TimeSpan.FromSeconds(2), deadline = TimeSpan.FromSeconds(60);

    readonly TempDirectory directory = new();
    readonly ZooKeeperServer zooKeeper;
    readonly KafkaBroker broker;
    readonly FileAuditLog audit;
    readonly ClusterRegistry clusters;
    readonly MessageScanner scanner = new(new PlainDecoder());
    readonly BodyDecoders decoders;

    SendingWorld()
    {
        var port = FreePorts.Take(1)[0];
        Line = new SwallowingProxy(port, (short)ApiKey.Produce);
        zooKeeper = new ZooKeeperServer(
            new ZooKeeperConfig
            {
                DataDir = directory["zk"],
                ClientPortAddress = IPAddress.Loopback,
                ClientPort = 0,
                TickTime = 500,
                MaxClientConnections = 0,
                AdminServerPort = 0,
            },
            NullLoggerFactory.Instance, TimeProvider.System);
        zooKeeper.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        string[] settings =
        [
            "broker.id=0", $"listeners=PLAINTEXT://127.0.0.1:{port}", $"advertised.listeners=PLAINTEXT://127.0.0.1:{Line.Port}",
            $"log.dirs={directory["kafka"]}", $"zookeeper.connect=127.0.0.1:{zooKeeper.Port}/kafka",
        ];
        broker = new KafkaBroker(BrokerConfig.Parse(settings, "server.properties"), NullLoggerFactory.Instance, TimeProvider.System);
        audit = new FileAuditLog(directory["audit"]);
        clusters = new ClusterRegistry(audit, NullLoggerFactory.Instance, TimeProvider.System);
        decoders = new BodyDecoders(clusters, TimeProvider.System);
        Sender = new RecordSender(
            new BodyEncoder(decoders), new RecordProducers(patience), scanner, TimeProvider.System, looked);
    }

    public SwallowingProxy Line { get; }

    public RecordSender Sender { get; }

    public IClusterMonitor Cluster => clusters.Find("one")!;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    static Actor Me => Actor.Program("test");

    public static async Task<SendingWorld> StartAsync()
    {
        var world = new SendingWorld();
        await world.broker.StartAsync(CancellationToken.None);
        await world.broker.Ready.WaitAsync(deadline, Token);
        world.clusters.Set([new() { Id = "one", Name = "one", Kind = ClusterKind.Remote, Kafka = $"127.0.0.1:{world.Line.Port}" }]);
        world.clusters.Start();
        await world.Cluster.WaitForAsync(s => s.Brokers.Value is { Brokers.Length: > 0 } && s.Topics.Value is not null, deadline, Token);
        return world;
    }

    public async Task<string> TopicAsync(int partitions = 1, params (string Key, string Value)[] configs)
    {
        var name = $"sent-{Guid.NewGuid():N}"[..16];
        var command = new CreateTopic(name, partitions, 1, null, configs.ToImmutableDictionary(c => c.Key, c => c.Value));
        var result = await Cluster.Commands.RunAsync(command, Me, null, Token);
        Assert.True(result.Succeeded, string.Join("; ", result.Faults.Select(f => f.Message)));
        return name;
    }

    public async Task RecreateAsync(string topic)
    {
        var result = await Cluster.Commands.RunAsync(new RecreateTopic(topic), Me, null, Token);
        Assert.True(result.Succeeded, string.Join("; ", result.Faults.Select(f => f.Message)));
    }

    public async Task<(CommandResult Result, SentRecord? Sent)> SendAsync(string topic, string? value, string acks = "all")
    {
        var record = new RecordToSend(topic, Part("k"), Part(value))
        {
            Partition = 0,
            Headers = [new("h", [.. "v"u8])],
            Options = new() { Acks = acks },
        };
        return await Sender.SendAsync(Cluster, await Sender.EncodeAsync("one", record, Token), Me, Token);
    }

    /// <summary>Values of partition 0 by offset; null: a tombstone.</summary>
    public async Task<ImmutableArray<string?>> ValuesAsync(string topic)
    {
        var found = new List<MessageView>();
        var query = new ScanQuery(topic) { From = ScanBound.Oldest, Limit = int.MaxValue };
        await foreach (var step in scanner.ScanAsync(Cluster, query, Me, CancellationToken.None, Token))
        {
            found.AddRange(step.Found.Select(f => f.Message));
        }

        return [.. found.OrderBy(m => m.Offset).Select(m => m.Value is { } value ? Encoding.UTF8.GetString(value.AsSpan()) : null)];
    }

    public async Task<AuditEntry> LastEntryAsync() => (await audit.ReadLastAsync(1, Token)).Single();

    static RecordPart Part(string? text) => new(JsonSerializer.SerializeToElement(text));

    public async ValueTask DisposeAsync()
    {
        decoders.Dispose();
        await clusters.DisposeAsync();
        await Line.DisposeAsync();
        await broker.DisposeAsync();
        await zooKeeper.DisposeAsync();
        audit.Dispose();
        directory.Dispose();
    }
}

using Kafka.Broker.Controller;
using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Broker.ZooKeeper;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Tests.Support;

/// <summary>Controllers over ZooKeeper and brokers in memory. Broker 0's controller runs from the start; brokers are only znodes.</summary>
sealed class ControllerWorld : IAsyncDisposable
{
    readonly Dictionary<int, FakeSession> brokers = [];
    readonly List<KafkaController> controllers = [];
    readonly FakeSession admin;

    ControllerWorld() => admin = Ensemble.Connect();

    public FakeEnsemble Ensemble { get; } = new();

    public FakeChannels Channels { get; } = new();

    /// <summary>Of all controllers.</summary>
    public PauseGate Gate { get; } = new();

    public KafkaController Controller => controllers[0];

    public HashSet<string> UncleanTopics { get; } = [];

    /// <summary>Set before <see cref="StartController"/>: how soon and how often leaders are balanced; null is never.</summary>
    public TimeSpan? Balance { get; set; }

    public IZooKeeper ZooKeeper => admin;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ControllerWorld> StartAsync(params int[] brokerIds)
    {
        var world = new ControllerWorld();
        await Registrar.EnsurePathsAsync(world.admin, Token);
        foreach (var id in brokerIds)
        {
            await world.StartBrokerAsync(id);
        }

        world.StartController(brokerIds[0]);
        await Eventually.TrueAsync(() => world.Controller.IsActive, "the first controller is elected");
        return world;
    }

    public KafkaController StartController(int id)
    {
        var session = brokers[id];
        var options = new ControllerOptions
        {
            BrokerId = id,
            InterBrokerListener = "PLAINTEXT",
            AutoLeaderRebalance = () => Balance is not null,
            FirstImbalanceCheck = Balance ?? TimeSpan.FromHours(1),
            ImbalanceCheckInterval = () => Balance ?? TimeSpan.FromHours(1),
            UncleanElection = (topic, _) => Task.FromResult(UncleanTopics.Contains(topic)),
        };
        var controller = new KafkaController(options, () => session, _ => Channels, TimeProvider.System, Gate, NullLoggerFactory.Instance);
        controllers.Add(controller);
        controller.Start();
        return controller;
    }

    public async Task<FakeSession> StartBrokerAsync(int id)
    {
        var session = Ensemble.Connect();
        var node = new BrokerZNode(id, [new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 9092 + id)], null, 0);
        await session.CreateAsync(ZkPaths.Broker(id), node.Encode(), CreateMode.Ephemeral, Token);
        return brokers[id] = session;
    }

    public void ExpireBroker(int id) => brokers[id].Expire();

    public long BrokerEpoch(int id) => Ensemble.Read(nodes => nodes[ZkPaths.Broker(id)].Czxid);

    /// <summary>As CreateTopics does; waits for its leaders unless asked not to.</summary>
    public async Task CreateTopicAsync(string topic, int[][] assignment, bool wait = true)
    {
        var partitions = assignment
            .Select((replicas, id) => (replicas, id))
            .ToDictionary(item => item.id, item => new ReplicaAssignment(item.replicas));
        var node = new TopicZNode(KafkaUuid.Random(), partitions);
        await admin.CreateAsync(ZkPaths.Topic(topic), node.Encode(), CreateMode.Persistent, Token);
        if (wait)
        {
            await StateAsync(topic, 0, state => state.Leader >= 0, "a new topic has a leader");
        }
    }

    public PartitionStateZNode? State(string topic, int partition) => Ensemble.Read(nodes =>
        nodes.TryGetValue(ZkPaths.State(new TopicPartition(topic, partition)), out var node)
            ? PartitionStateZNode.Decode(node.Data, node.Version)
            : null);

    public TopicZNode Topic(string topic) => Ensemble.Read(nodes => TopicZNode.Decode(nodes[ZkPaths.Topic(topic)].Data)!);

    /// <summary>Waits for a state and returns it.</summary>
    public async Task<PartitionStateZNode> StateAsync(string topic, int partition, Func<PartitionStateZNode, bool> condition, string what)
    {
        await Eventually.TrueAsync(() => State(topic, partition) is { } state && condition(state), what, TimeSpan.FromSeconds(10));
        return State(topic, partition)!;
    }

    /// <summary>What a broker would answer Metadata with, from all UpdateMetadata it was sent.</summary>
    public MetadataImage Image(int broker) =>
        Channels.Requests<UpdateMetadataRequest>(broker).Aggregate(MetadataImage.Empty, (image, request) => image.Apply(request));

    /// <summary>A leader asks for another ISR, as after fetches of its followers.</summary>
    public async Task<IsrChangeResult> ChangeIsrAsync(string topic, int partition, params int[] isr)
    {
        var state = State(topic, partition)!;
        var (error, results) = await Controller.AlterPartitionsAsync(
            state.Leader,
            BrokerEpoch(state.Leader),
            [new IsrChange(topic, Guid.Empty, partition, state.LeaderEpoch, isr, state.Version, 0)],
            Kafka.Protocol.ErrorCode.IneligibleReplica);
        Assert.Equal(Kafka.Protocol.ErrorCode.None, error);
        return results[0];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var controller in controllers)
        {
            await controller.DisposeAsync();
        }
    }
}

using System.Collections.Concurrent;
using System.Text;
using Kafka.Broker.Configuration;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Log;
using Kafka.Broker.Metadata;
using Kafka.Broker.Replication;
using Kafka.Broker.Replication.Following;
using Kafka.Broker.Replication.Maintenance;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;
using Wire.Files;

namespace Kafka.Broker.Tests.Support;

/// <summary>
/// Brokers without ZooKeeper and sockets: the test is the controller. Followers fetch from leaders through their handlers; a broker can be
/// cut off.
/// </summary>
sealed class ReplicaWorld(TimeProvider time) : IAsyncDisposable
{
    public static readonly TopicPartition Orders = new("orders", 0);
    public static readonly Guid OrdersId = new("11111111-2222-3333-4444-555555555555");

    readonly TempDirectory directory = new();
    int partitionEpoch;

    public ConcurrentDictionary<int, TestBroker> Brokers { get; } = [];

    public Dictionary<string, string> TopicConfig { get; } = [];

    /// <summary>What the controller answers to a wish for another ISR; agrees unless set.</summary>
    public Func<IsrUpdate, IsrUpdateResult>? DecideIsr { get; set; }

    public ConcurrentQueue<IsrUpdate> IsrUpdates { get; } = [];

    public TestBroker Start(int id, FailingDisk? disk = null, params string[] settings)
    {
        var broker = new TestBroker(this, id, directory[$"broker{id}"], time, disk, settings);
        Brokers[id] = broker;
        return broker;
    }

    /// <summary>LeaderAndIsr to every broker that runs.</summary>
    public async Task LeadAsync(int leader, int epoch, int[] replicas, int[]? isr = null, int[]? to = null)
    {
        foreach (var broker in Brokers.Values.Where(broker => replicas.Contains(broker.Id) && to?.Contains(broker.Id) != false))
        {
            var response = await broker.Replicas.ApplyAsync(
                Request(leader, epoch, replicas, isr ?? replicas), LeaderAndIsrRequest.MaxVersion);
            Assert.Equal(0, response.ErrorCode);
            Assert.All(response.Topics.SelectMany(topic => topic.PartitionErrors), error => Assert.Equal(0, error.ErrorCode));
        }
    }

    public static LeaderAndIsrRequest Request(int leader, int epoch, int[] replicas, int[] isr, int controllerEpoch = 1) => new()
    {
        ControllerId = 0,
        ControllerEpoch = controllerEpoch,
        TopicStates =
        [
            new()
            {
                TopicName = Orders.Topic,
                TopicId = OrdersId,
                PartitionStates =
                [
                    new()
                    {
                        PartitionIndex = 0,
                        ControllerEpoch = controllerEpoch,
                        Leader = leader,
                        LeaderEpoch = epoch,
                        Replicas = [.. replicas],
                        Isr = [.. isr],
                        PartitionEpoch = epoch,
                    },
                ],
            },
        ],
        LiveLeaders =
            [.. replicas.Select(id => new LeaderAndIsrRequest.LeaderAndIsrLiveLeader { BrokerId = id, HostName = "memory", Port = id })],
    };

    public IsrUpdateResult Decide(IsrUpdate update)
    {
        IsrUpdates.Enqueue(update);
        return DecideIsr?.Invoke(update)
            ?? new IsrUpdateResult(ErrorCode.None, -1, update.LeaderEpoch, update.Isr, Interlocked.Increment(ref partitionEpoch) + 1000);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var broker in Brokers.Values)
        {
            await broker.StopAsync();
        }

        directory.Dispose();
    }
}

/// <summary>One broker of a <see cref="ReplicaWorld"/>.</summary>
sealed class TestBroker : ITopicConfigSource, IIsrUpdater, IBrokerIdentity
{
    readonly ReplicaWorld world;
    readonly LogManager logs;
    readonly FetchHandler fetch;
    readonly ListOffsetsHandler listOffsets;

    public TestBroker(ReplicaWorld world, int id, string directory, TimeProvider time, FailingDisk? disk, string[] settings)
    {
        this.world = world;
        Id = id;
        Directory = directory;
        string[] lines = [$"broker.id={id}", "zookeeper.connect=none", $"log.dirs={directory}", .. settings];
        Config = BrokerConfig.Parse(lines, "test");
        logs = new LogManager(Config, disk ?? (IDisk)Disk.Instance, time, NullLogger<LogManager>.Instance);
        logs.Open();
        logs.LoadAsync(CancellationToken.None).GetAwaiter().GetResult();
        var others = new ReplicaCollaborators(this, this, this, _ => true)
        {
            IsAlive = world.Brokers.ContainsKey,
            Connect = (_, port, _) => Task.FromResult<ILeaderLink>(new Link(this, port)),
        };
        Replicas = new ReplicaManager(Config, id, logs, others, time, Gate, NullLoggerFactory.Instance);
        Replicas.Start(new LogMaintenance(Replicas, NullLogger<LogMaintenance>.Instance).RunAsync);
        fetch = new FetchHandler(Config, Replicas, new MetadataCache(), time);
        listOffsets = new ListOffsetsHandler(Replicas);
    }

    public int Id { get; }

    public string Directory { get; }

    public BrokerConfig Config { get; }

    public PauseGate Gate { get; } = new();

    public ReplicaManager Replicas { get; }

    public PartitionState State => Replicas.Find(ReplicaWorld.Orders)!;

    /// <summary>No one reaches it, and it reaches no one.</summary>
    public bool IsCutOff { get; set; }

    public List<string> FailedDirectories { get; } = [];

    long IBrokerIdentity.BrokerEpoch => 1;

    public Task<AppendResult> ProduceAsync(short acks, params string[] values) =>
        Replicas.AppendAsync(
            ReplicaWorld.Orders, TestLog.Batch(1, values), acks, TimeSpan.FromSeconds(10), AppendOrigin.Client,
            TestContext.Current.CancellationToken);

    public IReadOnlyList<string> Values(ReadLimit limit = ReadLimit.LogEnd)
    {
        var values = new List<string>();
        var offset = State.LogStartOffset;
        while (Replicas.Read(ReplicaWorld.Orders, offset, 1 << 20, limit) is { Error: ErrorCode.None, Records.Length: > 0 } read)
        {
            foreach (var batch in RecordBatches.Enumerate(read.Records))
            {
                values.AddRange(RecordReader.Read(batch).Select(record => Encoding.UTF8.GetString(record.Value!.Value.Span)));
                offset = batch.NextOffset;
            }
        }

        return values;
    }

    public async Task<FetchResponse.PartitionData> FetchAsync(
        long offset, int replica = -1, int epoch = -1, int maxWait = 0, int minBytes = 1, int lastEpoch = -1)
    {
        var partition = new FetchRequest.FetchPartition
        {
            Partition = 0,
            FetchOffset = offset,
            PartitionMaxBytes = 1 << 20,
            CurrentLeaderEpoch = epoch,
            LastFetchedEpoch = lastEpoch,
        };
        var request = new FetchRequest
        {
            ReplicaState = new() { ReplicaId = replica },
            MaxWaitMs = maxWait,
            MinBytes = minBytes,
            Topics = [new() { TopicId = ReplicaWorld.OrdersId, Partitions = [partition] }],
        };
        return (await FetchAsync(request, TestContext.Current.CancellationToken)).Responses[0].Partitions[0];
    }

    /// <summary>ListOffsets of the end, as <paramref name="replica"/> asks for it.</summary>
    public async Task<(ErrorCode Error, long Offset)> EndAsync(int replica)
    {
        var request = new ListOffsetsRequest
        {
            ReplicaId = replica,
            Topics = [new() { Name = ReplicaWorld.Orders.Topic, Partitions = [new() { PartitionIndex = 0, Timestamp = -1 }] }],
        };
        var context = Context(ListOffsetsRequest.MaxVersion);
        var response = (ListOffsetsResponse)(await listOffsets.HandleAsync(request, context, TestContext.Current.CancellationToken))!;
        var answer = response.Topics[0].Partitions[0];
        return ((ErrorCode)answer.ErrorCode, answer.Offset);
    }

    /// <summary>kill -9 of this broker: nothing is flushed or marked clean.</summary>
    public async Task KillAsync()
    {
        Replicas.Kill();
        logs.Dispose();
        world.Brokers.TryRemove(Id, out _);
        await Replicas.StopAsync();
    }

    public async Task StopAsync()
    {
        await Replicas.StopAsync();
        logs.Close();
        logs.Dispose();
        world.Brokers.TryRemove(Id, out _);
    }

    ValueTask<IReadOnlyDictionary<string, string>> ITopicConfigSource.GetTopicOverridesAsync(
        string topic, CancellationToken cancellationToken) =>
        new(world.TopicConfig);

    Task<IsrUpdateResult> IIsrUpdater.SubmitAsync(IsrUpdate update, CancellationToken cancellationToken) =>
        Task.FromResult(world.Decide(update));

    Task IBrokerIdentity.LogDirectoryFailedAsync(string directory, CancellationToken cancellationToken)
    {
        FailedDirectories.Add(directory);
        return Task.CompletedTask;
    }

    public async Task<FetchResponse> FetchAsync(FetchRequest request, CancellationToken cancellationToken) =>
        (FetchResponse)(await fetch.HandleAsync(request, Context(FetchRequest.MaxVersion), cancellationToken))!;

    static RequestContext Context(short version) => new(version, 1, "test", "PLAINTEXT", null);

    /// <summary>From one broker to another, in memory; records are copied as a socket would.</summary>
    sealed class Link(TestBroker self, int leader) : ILeaderLink
    {
        public async Task<FetchResponse> FetchAsync(FetchRequest request, CancellationToken cancellationToken)
        {
            var response = await Leader().FetchAsync(request, cancellationToken);
            _ = Leader();
            foreach (var partition in response.Responses.SelectMany(topic => topic.Partitions))
            {
                partition.Records = partition.Records?.ToArray();
            }

            return response;
        }

        public async Task<ListOffsetsResponse> ListOffsetsAsync(ListOffsetsRequest request, CancellationToken cancellationToken)
        {
            var context = Context(ListOffsetsRequest.MaxVersion);
            return (ListOffsetsResponse)(await Leader().listOffsets.HandleAsync(request, context, cancellationToken))!;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        TestBroker Leader() => !self.IsCutOff && self.world.Brokers.TryGetValue(leader, out var broker) && !broker.IsCutOff
            ? broker
            : throw new IOException("unreachable");
    }
}

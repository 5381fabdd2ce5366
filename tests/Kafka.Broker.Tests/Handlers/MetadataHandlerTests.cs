using Kafka.Broker.Configuration;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Admin;
using Kafka.Broker.Metadata;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Broker.Tests.Handlers;

public sealed class MetadataHandlerTests
{
    static readonly Guid id = Guid.NewGuid();
    readonly BrokerConfig config;
    readonly MetadataCache metadata = new();
    readonly ControlPlane control;

    public MetadataHandlerTests()
    {
        string[] lines =
        [
            "broker.id=0",
            "listeners=PLAINTEXT://127.0.0.1:0",
            "zookeeper.connect=127.0.0.1:1/kafka",
            "log.dirs=/tmp/none",
            "default.replication.factor=3",
        ];
        config = BrokerConfig.Parse(lines, "server.properties");
        control = new ControlPlane(config, metadata, TimeProvider.System, new PauseGate(), NullLoggerFactory.Instance);
        metadata.Apply(new UpdateMetadataRequest
        {
            ControllerId = 1,
            ControllerEpoch = 1,
            LiveBrokers = [Node(0), Node(1)],
            TopicStates =
            [
                new()
                {
                    TopicName = "orders",
                    TopicId = id,
                    PartitionStates =
                    [
                        new() { PartitionIndex = 0, Leader = 1, LeaderEpoch = 4, Replicas = [1, 2], Isr = [1, 2], OfflineReplicas = [2] },
                        new() { PartitionIndex = 1, Leader = -1, Replicas = [2], Isr = [2], OfflineReplicas = [2] },
                    ],
                },
            ],
        });
    }

    [Fact]
    public async Task All_topics_are_an_empty_list_in_v0_and_null_from_v1_on()
    {
        Assert.Single((await AskAsync(0, new MetadataRequest { Topics = [] })).Topics);
        Assert.Empty((await AskAsync(1, new MetadataRequest { Topics = [] })).Topics);
        Assert.Single((await AskAsync(12, new MetadataRequest { Topics = null })).Topics);
    }

    [Fact]
    public async Task Partitions_tell_their_leader_or_that_they_have_none()
    {
        var partitions = (await AskAsync(12, new MetadataRequest { Topics = null })).Topics[0].Partitions;
        Assert.Equal((0, 1, 4), (partitions[0].ErrorCode, partitions[0].LeaderId, partitions[0].LeaderEpoch));
        Assert.Equal([2], partitions[0].OfflineReplicas);
        Assert.Equal(((short)ErrorCode.LeaderNotAvailable, -1), (partitions[1].ErrorCode, partitions[1].LeaderId));
        var old = (await AskAsync(0, new MetadataRequest { Topics = [] })).Topics[0].Partitions[0];
        Assert.Equal((short)ErrorCode.ReplicaNotAvailable, old.ErrorCode);
        Assert.Equal([1], old.ReplicaNodes);
    }

    [Fact]
    public async Task Topics_are_found_by_id_from_v12_on()
    {
        var byId = new MetadataRequest { Topics = [new() { TopicId = id, Name = null }] };
        Assert.Equal("orders", (await AskAsync(12, byId)).Topics[0].Name);
        Assert.Equal((short)ErrorCode.InvalidRequest, (await AskAsync(11, byId)).Topics[0].ErrorCode);
        var unknown = (await AskAsync(12, new MetadataRequest { Topics = [new() { TopicId = Guid.NewGuid(), Name = null }] })).Topics[0];
        Assert.Equal(((short)ErrorCode.UnknownTopicId, null), (unknown.ErrorCode, unknown.Name));
    }

    [Fact]
    public async Task Unknown_topics_are_created_where_the_client_allows_it()
    {
        MetadataRequest Asking(bool create) => new() { Topics = [new() { Name = "none" }], AllowAutoTopicCreation = create };
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, (await AskAsync(4, Asking(false))).Topics[0].ErrorCode);

        // three replicas are the default and two brokers are up
        Assert.Equal((short)ErrorCode.InvalidReplicationFactor, (await AskAsync(4, Asking(true))).Topics[0].ErrorCode);
        Assert.Equal((short)ErrorCode.InvalidReplicationFactor, (await AskAsync(1, Asking(false))).Topics[0].ErrorCode);
        Assert.Equal(
            (short)ErrorCode.InvalidTopic,
            (await AskAsync(4, new MetadataRequest { Topics = [new() { Name = "a/b" }] })).Topics[0].ErrorCode);
    }

    [Fact]
    public async Task A_topic_that_no_controller_has_announced_yet_is_not_denied()
    {
        metadata.Await(["orders", "payments"]);
        foreach (var create in (bool[])[false, true])
        {
            var asked = await AskAsync(
                12,
                new MetadataRequest { Topics = [new() { Name = "payments" }, new() { Name = "orders" }], AllowAutoTopicCreation = create });
            Assert.Equal([(short)ErrorCode.LeaderNotAvailable, 0], asked.Topics.Select(topic => topic.ErrorCode));
        }

        var all = await AskAsync(12, new MetadataRequest { Topics = null });
        Assert.Equal(
            [("orders", (short)0), ("payments", (short)ErrorCode.LeaderNotAvailable)],
            all.Topics.Select(topic => (topic.Name, topic.ErrorCode)));
        var byId = await AskAsync(12, new MetadataRequest { Topics = [new() { TopicId = Guid.NewGuid(), Name = null }] });
        Assert.Equal((short)ErrorCode.LeaderNotAvailable, byId.Topics[0].ErrorCode);

        // deleted before a controller announced it: it is denied from the next look into ZooKeeper on
        metadata.Await(["orders"]);
        var gone = await AskAsync(12, new MetadataRequest { Topics = [new() { Name = "payments" }], AllowAutoTopicCreation = false });
        Assert.Equal((short)ErrorCode.UnknownTopicOrPartition, gone.Topics[0].ErrorCode);
    }

    [Fact]
    public void What_a_controller_announces_is_awaited_no_longer()
    {
        metadata.Await(["orders", "payments", "returns"]);
        metadata.Apply(new UpdateMetadataRequest
        {
            ControllerId = 1,
            ControllerEpoch = 1,
            TopicStates =
            [
                new()
                {
                    TopicName = "payments",
                    TopicId = Guid.NewGuid(),
                    PartitionStates = [new() { Leader = 1, Replicas = [1], Isr = [1] }],
                },
                new()
                {
                    TopicName = "returns",
                    TopicId = Guid.NewGuid(),
                    PartitionStates = [new() { Leader = -2, Replicas = [1], Isr = [1] }],
                },
            ],
        });
        Assert.Empty(metadata.Current.Awaited);
        Assert.Equal(
            (true, true, false),
            (metadata.Current.Exists("orders"), metadata.Current.Exists("payments"), metadata.Current.Exists("returns")));
    }

    [Fact]
    public async Task Authorized_operations_are_sent_when_asked_for()
    {
        var asked = new MetadataRequest
        {
            Topics = null,
            IncludeClusterAuthorizedOperations = true,
            IncludeTopicAuthorizedOperations = true,
        };
        var answer = await AskAsync(10, asked);
        Assert.Equal(
            (0b1_1111_1010_0000, 0b1101_1111_1000), (answer.ClusterAuthorizedOperations, answer.Topics[0].TopicAuthorizedOperations));
        Assert.Equal(int.MinValue, (await AskAsync(10, new MetadataRequest { Topics = null })).ClusterAuthorizedOperations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(12)]
    public async Task Every_version_can_be_written(short version)
    {
        var answer = await AskAsync(
            version, new MetadataRequest { Topics = version == 0 ? [] : null, IncludeTopicAuthorizedOperations = version >= 8 });
        using var writer = new WireWriter();
        answer.Write(writer, version);
        var reader = new WireReader(writer.WrittenMemory);
        Assert.Equal(2, MetadataResponse.Read(ref reader, version).Brokers.Count);
        Assert.Equal(version >= 1 ? 1 : -1, ReadBack(writer, version).ControllerId);
    }

    static MetadataResponse ReadBack(WireWriter writer, short version)
    {
        var reader = new WireReader(writer.WrittenMemory);
        return MetadataResponse.Read(ref reader, version);
    }

    static UpdateMetadataRequest.UpdateMetadataBroker Node(int id) =>
        new() { Id = id, Endpoints = [new() { Listener = "PLAINTEXT", Host = "127.0.0.1", Port = 9092 + id }] };

    async Task<MetadataResponse> AskAsync(short version, MetadataRequest request)
    {
        IRequestHandler handler = new MetadataHandler(config, metadata, control.Session, control.AutoCreation, control.Awaited);
        var context = new RequestContext(version, 1, "test", "PLAINTEXT", null);
        return (MetadataResponse)(await handler.HandleAsync(request, context, TestContext.Current.CancellationToken))!;
    }
}

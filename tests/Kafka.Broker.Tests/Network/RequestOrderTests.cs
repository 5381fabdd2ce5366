using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Tests.Network;

/// <summary>
/// What a pipelining client is promised: two requests in one write take effect in their order. Each pair is asked many times; run side by
/// side, the second of them sees the state before the first nearly always.
/// </summary>
public sealed class RequestOrderTests(LoneBroker broker) : IClassFixture<LoneBroker>
{
    const int Rounds = 30;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Configs_are_described_as_the_request_before_altered_them()
    {
        using var client = await ConnectAsync("configs");
        for (var i = 0; i < Rounds; i++)
        {
            var value = $"{3_600_000 + i}";
            client.Add(new IncrementalAlterConfigsRequest
            {
                Resources =
                [
                    new()
                    {
                        ResourceType = 2,
                        ResourceName = "configs",
                        Configs = [new() { Name = "retention.ms", ConfigOperation = 0, Value = value }],
                    },
                ],
            }).Add(new DescribeConfigsRequest
            {
                Resources = [new() { ResourceType = 2, ResourceName = "configs", ConfigurationKeys = ["retention.ms"] }],
            });

            var answers = await client.AskAsync();

            Assert.Equal(0, ((IncrementalAlterConfigsResponse)answers[0]).Responses[0].ErrorCode);
            Assert.Equal(value, ((DescribeConfigsResponse)answers[1]).Results[0].Configs[0].Value);
        }
    }

    [Fact]
    public async Task Offsets_are_fetched_as_the_request_before_committed_them()
    {
        using var client = await ConnectAsync("offsets");
        await FindCoordinatorAsync("readers");
        for (var i = 1; i <= Rounds; i++)
        {
            client.Add(new OffsetCommitRequest
            {
                GroupId = "readers",
                GenerationIdOrMemberEpoch = -1,
                Topics = [new() { Name = "offsets", Partitions = [new() { PartitionIndex = 0, CommittedOffset = i }] }],
            }).Add(new OffsetFetchRequest
            {
                Groups = [new() { GroupId = "readers", Topics = [new() { Name = "offsets", PartitionIndexes = [0] }] }],
            });

            var answers = await client.AskAsync();

            Assert.Equal(0, ((OffsetCommitResponse)answers[0]).Topics[0].Partitions[0].ErrorCode);
            Assert.Equal(i, ((OffsetFetchResponse)answers[1]).Groups[0].Topics[0].Partitions[0].CommittedOffset);
        }
    }

    [Fact]
    public async Task A_topic_is_known_once_the_request_before_created_it()
    {
        using var client = await RawKafka.ConnectAsync(broker.Port);
        for (var i = 0; i < 10; i++)
        {
            var name = $"created-{i}";
            client.Add(
                new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = name, NumPartitions = 2, ReplicationFactor = 1 }] })
                .Add(new MetadataRequest { Topics = [new() { Name = name }], AllowAutoTopicCreation = false });

            var answers = await client.AskAsync();

            Assert.Equal(0, ((CreateTopicsResponse)answers[0]).Topics[0].ErrorCode);
            var topic = ((MetadataResponse)answers[1]).Topics[0];
            Assert.Equal((0, 2), (topic.ErrorCode, topic.Partitions.Count));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(0)]
    public async Task The_end_of_a_log_counts_the_records_that_the_request_before_produced(short acks)
    {
        var topic = $"ends{acks}";
        using var client = await ConnectAsync(topic);
        for (var i = 1; i <= Rounds; i++)
        {
            client.Add(Produce(topic, acks, "a"), hasAnswer: acks != 0).Add(End(topic));

            var answers = await client.AskAsync();

            Assert.Equal(i, ((ListOffsetsResponse)answers[^1]).Topics[0].Partitions[0].Offset);
        }
    }

    [Fact]
    public async Task Produces_in_one_write_are_appended_in_their_order()
    {
        using var client = await ConnectAsync("ordered");
        for (var i = 0; i < 200; i++)
        {
            client.Add(Produce("ordered", (short)(i % 3 == 0 ? 1 : -1), $"{i}"));
        }

        var answers = await client.AskAsync();

        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => (long)i),
            answers.Select(answer => ((ProduceResponse)answer).Responses[0].PartitionResponses[0].BaseOffset));
    }

    [Fact]
    public async Task A_produce_behind_a_fetch_that_waits_is_appended_when_the_fetch_is_answered()
    {
        using var client = await ConnectAsync("waited");
        client.Add(new FetchRequest
        {
            MaxWaitMs = 300,
            MinBytes = 1,
            Topics = [new() { Topic = "waited", Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
        }, version: 12).Add(Produce("waited", 1, "a")).Add(End("waited"));

        var answers = await client.AskAsync();

        Assert.Equal(0, ((FetchResponse)answers[0]).Responses[0].Partitions[0].Records!.Value.Length);
        Assert.Equal(0, ((ProduceResponse)answers[1]).Responses[0].PartitionResponses[0].BaseOffset);
        Assert.Equal(1, ((ListOffsetsResponse)answers[2]).Topics[0].Partitions[0].Offset);
    }

    [Fact]
    public async Task A_heartbeat_behind_a_join_is_answered_with_the_new_member_known()
    {
        await FindCoordinatorAsync("joined");
        using var client = await RawKafka.ConnectAsync(broker.Port);
        var join = new JoinGroupRequest
        {
            GroupId = "joined",
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 10_000,
            ProtocolType = "consumer",
            Protocols = [new() { Name = "range" }],
        };
        join.MemberId = ((JoinGroupResponse)(await client.Add(join).AskAsync())[0]).MemberId;

        client.Add(join).Add(new HeartbeatRequest { GroupId = "joined", MemberId = join.MemberId, GenerationId = 1 });
        var answers = await client.AskAsync();

        Assert.Equal(0, ((JoinGroupResponse)answers[0]).ErrorCode);
        Assert.Contains((ErrorCode)((HeartbeatResponse)answers[1]).ErrorCode, new[] { ErrorCode.None, ErrorCode.RebalanceInProgress });
    }

    [Fact]
    public async Task What_was_sent_before_the_end_of_the_stream_takes_effect_and_is_answered()
    {
        using var client = await ConnectAsync("last");
        client.Add(new FetchRequest
        {
            MaxWaitMs = 600_000,
            MinBytes = 1,
            Topics = [new() { Topic = "last", Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
        }, version: 12, hasAnswer: false).Add(Produce("last", 0, "a"), hasAnswer: false).Add(End("last"));
        await client.WriteAsync();
        client.EndWriting();

        Assert.Equal(1, ((ListOffsetsResponse)await client.ReadAsync()).Topics[0].Partitions[0].Offset); // no one waits for the fetch
    }

    [Fact]
    public async Task What_stands_before_garbage_is_answered()
    {
        using var client = await ConnectAsync("before");
        client.Add(Produce("before", -1, "a")).Add(End("before")).AddBytes([0, 0, 0, 4, 0, 3, 0, 99]);

        var answers = await client.AskAsync();

        Assert.Equal(1, ((ListOffsetsResponse)answers[1]).Topics[0].Partitions[0].Offset);
        Assert.Null(await client.ReadFrameAsync());
    }

    [Fact]
    public async Task A_client_cannot_write_to_the_topic_of_the_groups()
    {
        await FindCoordinatorAsync("any");
        using var client = await RawKafka.ConnectAsync(broker.Port);

        var answers = await client.Add(Produce("__consumer_offsets", -1, "a")).AskAsync();

        Assert.Equal((short)ErrorCode.InvalidTopic, ((ProduceResponse)answers[0]).Responses[0].PartitionResponses[0].ErrorCode);
    }

    static ProduceRequest Produce(string topic, short acks, string value) => new()
    {
        Acks = acks,
        TimeoutMs = 10_000,
        TopicData = [new() { Name = topic, PartitionData = [new() { Index = 0, Records = TestLog.Batch(TimeProvider.System, value) }] }],
    };

    static ListOffsetsRequest End(string topic) => new()
    {
        ReplicaId = -1,
        Topics = [new() { Name = topic, Partitions = [new() { PartitionIndex = 0, Timestamp = -1 }] }],
    };

    /// <summary>A client, and a topic of one partition.</summary>
    async Task<RawKafka> ConnectAsync(string topic)
    {
        await using var admin = await broker.ConnectAsync();
        var created = await admin.SendAsync(
            new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }] },
            Token);
        Assert.Equal(0, created.Topics[0].ErrorCode);
        return await RawKafka.ConnectAsync(broker.Port);
    }

    /// <summary>Until this broker coordinates the group.</summary>
    async Task FindCoordinatorAsync(string group)
    {
        await using var client = await broker.ConnectAsync();
        var find = new FindCoordinatorRequest { CoordinatorKeys = [group] };
        var fetch = new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = null }] };
        await Testing.Eventually.TrueAsync(
            async () => (await client.SendAsync(find, Token)).Coordinators[0].ErrorCode == 0
                && (await client.SendAsync(fetch, Token)).Groups[0].ErrorCode == 0,
            "the group has a coordinator");
    }
}

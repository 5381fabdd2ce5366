using System.Text;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Handlers.Groups;
using Kafka.Broker.Metadata;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Broker.Tests.Handlers;

/// <summary>What is advertised is true: the oldest and the newest versions do what they say.</summary>
public sealed class VersionTests
{
    /// <summary>One message of format 0, key null, value "a".</summary>
    static readonly byte[] format0 = Convert.FromHexString("00000000000000000000000f51df3a320000ffffffff0000000161");

    /// <summary>The schemas have the versions of Kafka 3.9, and some newer ones; no API has less than its schema.</summary>
    [Fact]
    public void Every_api_is_advertised_in_all_versions_of_its_schema()
    {
        foreach (var handler in AllHandlers.Create().All)
        {
            var schema = typeof(ProduceRequest).Assembly.GetType($"Kafka.Protocol.Messages.{handler.Key}Request", throwOnError: true)!;
            var (min, max) = (schema.GetField(nameof(ProduceRequest.MinVersion))!, schema.GetField(nameof(ProduceRequest.MaxVersion))!);
            Assert.Equal(
                (handler.Key, min.GetValue(null), max.GetValue(null)),
                (handler.Key, (object)handler.MinVersion, (object)handler.MaxVersion));
        }
    }

    [Fact]
    public async Task Old_clients_produce_and_fetch_messages_of_their_own_formats()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        for (short version = 0; version < 3; version++)
        {
            var answer = await ProduceAsync(broker, version, format0);
            Assert.Equal((0, (long)version), ((int)answer.ErrorCode, answer.BaseOffset));
        }

        await broker.ProduceAsync(1, "b");
        Assert.Equal(["a", "a", "a", "b"], broker.Values());
        for (short version = 0; version < 4; version++)
        {
            var messages = (await FetchAsync(broker, version, offset: 2)).Records!.Value;
            Assert.Equal(version < 2 ? 0 : 1, messages.Span[16]);
            var records = RecordReader.Read(new RecordBatch(MessageSet.ToBatch(messages)));
            Assert.Equal(["a", "b"], records.Select(record => Encoding.UTF8.GetString(record.Value!.Value.Span)));
        }

        Assert.Equal(2, (await FetchAsync(broker, 4, offset: 2)).Records!.Value.Span[16]);
    }

    [Fact]
    public async Task Nothing_is_converted_for_readers_where_the_topic_forbids_it()
    {
        await using var world = new ReplicaWorld(TimeProvider.System) { TopicConfig = { ["message.downconversion.enable"] = "false" } };
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        await broker.ProduceAsync(1, "a");
        Assert.Equal((short)ErrorCode.UnsupportedVersion, (await FetchAsync(broker, 3, offset: 0)).ErrorCode);
        Assert.Equal(0, (await FetchAsync(broker, 4, offset: 0)).ErrorCode);
    }

    [Fact]
    public async Task Old_formats_are_refused_where_they_are_broken_or_do_not_belong()
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        var broken = (byte[])format0.Clone();
        broken[^1] ^= 1;
        Assert.Equal((short)ErrorCode.CorruptMessage, (await ProduceAsync(broker, 2, broken)).ErrorCode);
        Assert.Equal((short)ErrorCode.UnsupportedForMessageFormat, (await ProduceAsync(broker, 3, format0)).ErrorCode);
        Assert.Equal(0, broker.State.LogEndOffset);
    }

    [Fact]
    public async Task The_records_at_fault_are_in_the_answer()
    {
        await using var world = new ReplicaWorld(TimeProvider.System) { TopicConfig = { ["cleanup.policy"] = "compact" } };
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        using var builder = new RecordBatchBuilder();
        builder.Add("k"u8.ToArray(), null, 1).Add(null, null, 1).Add("k"u8.ToArray(), null, 1);

        var answer = await ProduceAsync(broker, ProduceRequest.MaxVersion, builder.Build());

        Assert.Equal((short)ErrorCode.InvalidRecord, answer.ErrorCode);
        Assert.Equal(1, Assert.Single(answer.RecordErrors).BatchIndex);
        Assert.Contains("without key", answer.RecordErrors[0].BatchIndexErrorMessage);
        Assert.Contains("1 record errors in total", answer.ErrorMessage);
    }

    [Theory]
    [InlineData(-3, 6, ErrorCode.UnsupportedVersion)]
    [InlineData(-3, 7, ErrorCode.None)]
    [InlineData(-4, 7, ErrorCode.UnsupportedVersion)]
    [InlineData(-4, 8, ErrorCode.None)]
    [InlineData(-5, 8, ErrorCode.UnsupportedVersion)]
    [InlineData(-5, 9, ErrorCode.None)]
    [InlineData(-6, 10, ErrorCode.UnsupportedVersion)]
    [InlineData(-6, 11, ErrorCode.None)]
    [InlineData(-7, 11, ErrorCode.UnsupportedVersion)]
    public async Task Places_are_known_from_their_version_on(long place, short version, ErrorCode expected)
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var broker = world.Start(0);
        await world.LeadAsync(0, 1, [0]);
        await broker.ProduceAsync(1, "a");
        var request = new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics = [new() { Name = "orders", Partitions = [new() { Timestamp = place }] }],
        };

        var answer = await AskAsync<ListOffsetsResponse>(new ListOffsetsHandler(broker.Replicas), request, version);

        Assert.Equal((short)expected, answer.Topics[0].Partitions[0].ErrorCode);
        Assert.Equal(expected != ErrorCode.None || place <= -5 ? -1 : 0, answer.Topics[0].Partitions[0].Offset);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(FindCoordinatorRequest.MaxVersion)]
    public async Task A_transactional_client_is_refused_at_once(short version)
    {
        await using var world = new ReplicaWorld(TimeProvider.System);
        var request = new FindCoordinatorRequest
        {
            Key = version < 4 ? "tx" : "",
            KeyType = 1,
            CoordinatorKeys = version < 4 ? [] : ["tx"],
        };

        var handler = new FindCoordinatorHandler(world.Start(0).Config, new MetadataCache(), null!);
        var answer = await AskAsync<FindCoordinatorResponse>(handler, request, version);

        var (error, message) = version < 4
            ? (answer.ErrorCode, answer.ErrorMessage)
            : (answer.Coordinators[0].ErrorCode, answer.Coordinators[0].ErrorMessage);
        Assert.Equal((short)ErrorCode.TransactionalIdAuthorizationFailed, error);
        Assert.Contains("transactional.id", message);
    }

    static async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(TestBroker broker, short version, byte[] records)
    {
        var request = new ProduceRequest
        {
            Acks = 1,
            TimeoutMs = 1000,
            TopicData = [new() { Name = "orders", PartitionData = [new() { Records = records }] }],
        };
        return (await AskAsync<ProduceResponse>(new ProduceHandler(broker.Replicas), request, version)).Responses[0].PartitionResponses[0];
    }

    static async Task<FetchResponse.PartitionData> FetchAsync(TestBroker broker, short version, long offset)
    {
        var request = new FetchRequest
        {
            Topics = [new() { Topic = "orders", Partitions = [new() { FetchOffset = offset, PartitionMaxBytes = 1 << 20 }] }],
        };
        var handler = new FetchHandler(broker.Config, broker.Replicas, new MetadataCache(), TimeProvider.System);
        return (await AskAsync<FetchResponse>(handler, request, version)).Responses[0].Partitions[0];
    }

    /// <summary>Through the codecs of the version, both ways.</summary>
    static async Task<TResponse> AskAsync<TResponse>(IRequestHandler handler, IKafkaRequest request, short version)
        where TResponse : class, IKafkaResponse
    {
        Assert.InRange(version, handler.MinVersion, handler.MaxVersion);
        using var sent = new WireWriter();
        request.Write(sent, version);
        var reader = new WireReader(sent.WrittenMemory);
        var context = new RequestContext(version, 1, "test", "PLAINTEXT", null);
        var response = (await handler.HandleAsync(handler.Read(ref reader, version), context, TestContext.Current.CancellationToken))!;
        using var answered = new WireWriter();
        response.Write(answered, version);
        var back = new WireReader(answered.WrittenSpan.ToArray());
        return (TResponse)KafkaMessages.ReadResponse((short)handler.Key, ref back, version);
    }
}

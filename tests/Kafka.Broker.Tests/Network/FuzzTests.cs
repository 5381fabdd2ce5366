using System.Buffers.Binary;
using System.Globalization;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Tests.Network;

/// <summary>
/// Valid requests of every API with numbers from the edges, pipelined, mixed, cut off and with bytes changed, on many connections. Whatever
/// it is, it costs its own connection at most: afterwards every loop of the broker still answers, and records are written and read.
/// </summary>
public sealed class FuzzTests(LoneBroker broker) : IClassFixture<LoneBroker>
{
    const int Connections = 250;

    /// <summary>
    /// Those with which a controller orders its brokers about: a broker that obeys a stranger's serves no one, as with Kafka.
    /// </summary>
    static readonly ApiKey[] orders =
        [ApiKey.LeaderAndIsr, ApiKey.StopReplica, ApiKey.UpdateMetadata, ApiKey.ControlledShutdown, ApiKey.AlterPartition];

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whatever_clients_send_the_broker_goes_on()
    {
        var seed = int.Parse(Environment.GetEnvironmentVariable("FUZZ_SEED") ?? "1", CultureInfo.InvariantCulture);
        await using var client = await broker.ConnectAsync();
        await client.SendAsync(
            new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = "sample", NumPartitions = 4, ReplicationFactor = 1 }] },
            Token);
        var versions = await client.SendAsync(new ApiVersionsRequest { ClientSoftwareName = "fuzz", ClientSoftwareVersion = "1" }, Token);
        var apis = versions.ApiKeys.ConvertAll(api => ((ApiKey)api.ApiKey, api.MinVersion, api.MaxVersion));

        await SendAsync(new Random(seed), apis.FindAll(api => !orders.Contains(api.Item1)));
        await AssertServesAsync($"seed {seed}");

        await SendAsync(new Random(seed + 1), apis);
        await AssertLoopsAnswerAsync($"seed {seed}, with a controller's orders");
        var surprises = broker.Log
            .Where(line => line.Contains(" Error ", StringComparison.Ordinal) && line.Contains("Exception", StringComparison.Ordinal))
            .ToList();
        Assert.True(
            surprises.Count == 0,
            $"seed {seed}: {surprises.Count} requests were answered with UNKNOWN_SERVER_ERROR or worse\n"
            + string.Join('\n', surprises.Take(20)));
    }

    async Task SendAsync(Random random, IReadOnlyList<(ApiKey Key, short Min, short Max)> apis)
    {
        for (var i = 0; i < Connections; i++)
        {
            using var client = await RawKafka.ConnectAsync(broker.Port);
            for (var requests = random.Next(1, 8); requests > 0; requests--)
            {
                var (key, min, max) = apis[random.Next(apis.Count)];
                var version = (short)random.Next(min, max + 1);
                client.AddBytes(Mutated(RawKafka.Frame(SampleRequests.Full(key, version, random), version, i), random));
            }

            try
            {
                await client.WriteAsync();
                if (random.Next(2) == 0)
                {
                    client.EndWriting();
                }
            }
            catch (System.Net.Sockets.SocketException)
            {
                // closed already
            }
        }
    }

    /// <summary>
    /// Half of them as they are; of the others some bytes after the length changed, or the end cut off, with the length of the rest or
    /// the old one.
    /// </summary>
    static byte[] Mutated(byte[] frame, Random random)
    {
        switch (random.Next(6))
        {
            case 0 or 1:
                for (var changes = random.Next(1, 4); changes > 0; changes--)
                {
                    frame[random.Next(4, frame.Length)] = (byte)random.Next(256);
                }

                return frame;
            case 2:
                frame = frame[..random.Next(5, frame.Length)];
                if (random.Next(4) > 0)
                {
                    BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - 4);
                }

                return frame;
            default:
                return frame;
        }
    }

    async Task AssertServesAsync(string why)
    {
        await AssertLoopsAnswerAsync(why);
        await using var client = await broker.ConnectAsync();
        var topic = $"after-{Guid.NewGuid():N}";
        var created = await client.SendAsync(
            new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }] },
            Token);
        Assert.True(created.Topics[0].ErrorCode == 0, $"{why}: {created.Topics[0].ErrorMessage}");
        var produced = await client.SendAsync(
            new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 10_000,
                TopicData =
                    [new() { Name = topic, PartitionData = [new() { Index = 0, Records = TestLog.Batch(TimeProvider.System, "a") }] }],
            },
            Token);
        Assert.True(produced.Responses[0].PartitionResponses[0].ErrorCode == 0, why);
        var fetched = await client.SendAsync(
            new FetchRequest
            {
                MaxWaitMs = 10_000,
                MinBytes = 1,
                Topics = [new() { Topic = topic, Partitions = [new() { Partition = 0, PartitionMaxBytes = 1000 }] }],
            },
            Token,
            version: 12);
        Assert.True(fetched.Responses[0].Partitions[0].Records!.Value.Length > 0, why);
    }

    /// <summary>Each of them is asked by an API that it alone answers; an error is an answer, too.</summary>
    async Task AssertLoopsAnswerAsync(string why)
    {
        Assert.False(broker.Broker.Completion.IsCompleted, why);
        await using var client = await broker.ConnectAsync();
        var latest = new ListOffsetsRequest
        {
            ReplicaId = -1,
            Topics = [new() { Name = "sample", Partitions = [new() { Timestamp = -1 }] }],
        };
        IEnumerable<(string Loop, Task Answer)> asked =
        [
            ("replicas", client.SendAsync(latest, Token)),
            ("groups", client.SendAsync(new HeartbeatRequest { GroupId = "sample", MemberId = "m" }, Token)),
            ("controller", client.SendAsync(new ListPartitionReassignmentsRequest(), Token)),
            ("metadata", client.SendAsync(new MetadataRequest(), Token)),
        ];
        foreach (var (loop, answer) in asked)
        {
            var failure = await Record.ExceptionAsync(() => answer);
            Assert.True(failure is null, $"{loop}: {failure?.Message}, {why}\n{string.Join('\n', broker.Log.TakeLast(40))}");
        }
    }
}

using System.Buffers.Binary;
using System.Net.Sockets;
using Kafka.Broker.Network;
using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using Wire;

namespace Kafka.Broker.Tests.Network;

/// <summary>queued.max.request.bytes, over all connections: 2 MB in requests of at most 1 MB.</summary>
public sealed class RequestBytesTests : IAsyncDisposable
{
    const int Length = 1_000_000;
    const int Most = 2_000_000;
    const int Connections = 12;

    readonly ServedBroker served = new(_ => [], $"socket.request.max.bytes={Length}", $"queued.max.request.bytes={Most}");
    readonly List<Socket> halves = [];

    ReplicaWorld World => served.World;

    RequestServer Server => served.Server;

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        halves.ForEach(socket => socket.Dispose());
        await served.DisposeAsync();
    }

    [Fact]
    public async Task Half_requests_of_many_connections_hold_no_more_than_the_limit_and_others_are_served()
    {
        var sending = new List<Task>();
        for (var i = 0; i < Connections; i++)
        {
            var half = new byte[Length];
            BinaryPrimitives.WriteInt32BigEndian(half, Length);
            var socket = await served.ConnectAsync();
            halves.Add(socket);
            sending.Add(socket.SendAsync(half, Token).AsTask());
        }

        // one may go on past the limit, and each that waits has had one look at its socket
        await Eventually.TrueAsync(() => Server.RequestBytes >= Most, "the limit is reached");
        Assert.True(Server.RequestBytes < Most + Length + (Connections * FrameBudget.Small), $"{Server.RequestBytes} bytes");
        await using var client = await served.ClientAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.SendAsync(new ApiVersionsRequest(), Token)));
        Assert.Equal(ErrorCode.None, await ProduceAsync(client, acks: 1, bytes: 20_000));

        // those who hold it go: a large one, which waited, is read
        var large = ProduceAsync(client, acks: 1, bytes: 500_000);
        halves.ForEach(socket => socket.Dispose());
        Assert.Equal(ErrorCode.None, await large);
        await Eventually.TrueAsync(() => Server.RequestBytes == 0, "nothing is held any more");
    }

    /// <summary>Requests that wait for replicas held what the log has: a follower's large fetch would have had to wait.</summary>
    [Fact]
    public async Task A_produce_that_waits_for_its_replicas_holds_no_bytes()
    {
        await World.LeadAsync(0, 1, [0, 1]);
        await using var client = await served.ClientAsync();
        var waiting = ProduceAsync(client, acks: -1, bytes: 500_000, lead: false);
        await Eventually.TrueAsync(() => served.Broker.State.LogEndOffset == 1, "it was appended");
        await Eventually.TrueAsync(() => Server.RequestBytes == 0, "its bytes are gone");
        Assert.False(waiting.IsCompleted);
        await World.LeadAsync(0, 2, [0]);
        Assert.Equal(ErrorCode.None, await waiting);
    }

    async Task<ErrorCode> ProduceAsync(KafkaConnection client, short acks, int bytes, bool lead = true)
    {
        if (lead)
        {
            await World.LeadAsync(0, 1, [0]);
        }

        var request = new ProduceRequest
        {
            Acks = acks,
            TimeoutMs = 30_000,
            TopicData =
            [
                new() { Name = "orders", PartitionData = [new() { Index = 0, Records = TestLog.Batch(1, new string('a', bytes)) }] },
            ],
        };
        var answer = await client.SendAsync(request, Token, TimeSpan.FromSeconds(30));
        return (ErrorCode)answer.Responses[0].PartitionResponses[0].ErrorCode;
    }
}

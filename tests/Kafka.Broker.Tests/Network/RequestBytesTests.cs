using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Network;
using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire;

namespace Kafka.Broker.Tests.Network;

/// <summary>queued.max.request.bytes, over all connections: 2 MB in requests of at most 1 MB.</summary>
public sealed class RequestBytesTests : IAsyncDisposable
{
    const int Length = 1_000_000;
    const int Most = 2_000_000;
    const int Connections = 12;

    readonly ReplicaWorld world = new(TimeProvider.System);
    readonly TestBroker broker;
    readonly RequestServer server;
    readonly Acceptor acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    readonly List<Socket> halves = [];

    public RequestBytesTests()
    {
        broker = world.Start(0, null, $"socket.request.max.bytes={Length}", $"queued.max.request.bytes={Most}");
        HandlerRegistry? registry = null;
        registry = new HandlerRegistry(
            [new ApiVersionsHandler(() => registry!), new ProduceHandler(broker.Replicas), new LeaderAndIsrHandler(broker.Replicas)]);
        server = new RequestServer(registry, broker.Config, broker.Gate, TimeProvider.System, NullLogger<RequestServer>.Instance);
        _ = acceptor.RunAsync((socket, stopping) => server.ServeAsync(socket, "PLAINTEXT", stopping));
    }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        halves.ForEach(socket => socket.Dispose());
        await acceptor.DisposeAsync();
        await world.DisposeAsync();
    }

    [Fact]
    public async Task Half_requests_of_many_connections_hold_no_more_than_the_limit_and_others_are_served()
    {
        var sending = new List<Task>();
        for (var i = 0; i < Connections; i++)
        {
            var half = new byte[Length];
            BinaryPrimitives.WriteInt32BigEndian(half, Length);
            var socket = await ConnectAsync();
            halves.Add(socket);
            sending.Add(socket.SendAsync(half, Token).AsTask());
        }

        // one may go on past the limit, and each that waits has had one look at its socket
        await Eventually.TrueAsync(() => server.RequestBytes >= Most, "the limit is reached");
        Assert.True(server.RequestBytes < Most + Length + (Connections * FrameBudget.Small), $"{server.RequestBytes} bytes");
        await using var client = await ClientAsync();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.SendAsync(new ApiVersionsRequest(), Token)));
        Assert.Equal(ErrorCode.None, await ProduceAsync(client, acks: 1, bytes: 20_000));

        // those who hold it go: a large one, which waited, is read
        var large = ProduceAsync(client, acks: 1, bytes: 500_000);
        halves.ForEach(socket => socket.Dispose());
        Assert.Equal(ErrorCode.None, await large);
        await Eventually.TrueAsync(() => server.RequestBytes == 0, "nothing is held any more");
    }

    /// <summary>Requests that wait for replicas held what the log has: a follower's large fetch would have had to wait.</summary>
    [Fact]
    public async Task A_produce_that_waits_for_its_replicas_holds_no_bytes()
    {
        await world.LeadAsync(0, 1, [0, 1]);
        await using var client = await ClientAsync();
        var waiting = ProduceAsync(client, acks: -1, bytes: 500_000, lead: false);
        await Eventually.TrueAsync(() => broker.State.LogEndOffset == 1, "it was appended");
        await Eventually.TrueAsync(() => server.RequestBytes == 0, "its bytes are gone");
        Assert.False(waiting.IsCompleted);
        await world.LeadAsync(0, 2, [0]);
        Assert.Equal(ErrorCode.None, await waiting);
    }

    async Task<ErrorCode> ProduceAsync(KafkaConnection client, short acks, int bytes, bool lead = true)
    {
        if (lead)
        {
            await world.LeadAsync(0, 1, [0]);
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

    Task<KafkaConnection> ClientAsync() =>
        KafkaConnection.ConnectAsync("127.0.0.1", acceptor.LocalEndPoint.Port, new KafkaClientOptions(), Token);

    async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(acceptor.LocalEndPoint, Token);
        return socket;
    }
}

using System.Net;
using System.Net.Sockets;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Broker.Network;
using Kafka.Client;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;

namespace Kafka.Broker.Tests.Support;

/// <summary>Broker 0 of a world, served on a port of this machine.</summary>
sealed class ServedBroker : IAsyncDisposable
{
    readonly Acceptor acceptor = Acceptor.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    /// <param name="others">Handlers beside those of ApiVersions, Produce and LeaderAndIsr.</param>
    public ServedBroker(Func<TestBroker, IEnumerable<IRequestHandler>> others, params string[] settings)
    {
        Broker = World.Start(0, null, settings);
        HandlerRegistry? registry = null;
        registry = new HandlerRegistry(
        [
            new ApiVersionsHandler(() => registry!),
            new ProduceHandler(Broker.Replicas),
            new LeaderAndIsrHandler(Broker.Replicas),
            .. others(Broker),
        ]);
        Server = new RequestServer(registry, Broker.Config, Broker.Gate, TimeProvider.System, NullLogger<RequestServer>.Instance);
        _ = acceptor.RunAsync((socket, stopping) => Server.ServeAsync(socket, "PLAINTEXT", stopping));
    }

    public ReplicaWorld World { get; } = new(TimeProvider.System);

    public TestBroker Broker { get; }

    public RequestServer Server { get; }

    static CancellationToken Token => TestContext.Current.CancellationToken;

    public Task<KafkaConnection> ClientAsync() =>
        KafkaConnection.ConnectAsync("127.0.0.1", acceptor.LocalEndPoint.Port, new KafkaClientOptions(), Token);

    public async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(acceptor.LocalEndPoint, Token);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        await acceptor.DisposeAsync();
        await World.DisposeAsync();
    }
}

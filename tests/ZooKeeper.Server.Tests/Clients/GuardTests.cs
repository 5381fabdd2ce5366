using System.Net;
using System.Net.Sockets;
using Wire;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Tests.Storage;
using ZooKeeper.Server.Tests.Support;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Clients;

/// <summary>The two kinds of failure: of one connection's input, and of the node.</summary>
public sealed class GuardTests
{
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_no_one_foresaw_costs_the_connection_that_caused_it_and_is_logged_once()
    {
        await using var harness = new StoreHarness();
        await harness.OpenAsync();
        var (core, failed, log) = await ServeAsync(harness, new InvalidOperationException("a fault of ours"));
        var (socket, client) = await ConnectAsync(core, log);
        using (socket)
        {
            Assert.Equal(0, await socket.GetStream().ReadAsync(new byte[1], Token).AsTask().WaitAsync(Soon, Token));
            await core.Loop.PostAsync(() => core.Clients.Request(client, new RequestHeader { Xid = 1, Type = 3 }, default, 0), Token);
            Assert.Equal(0, await core.Loop.RunAsync(() => core.Clients.Connections.Count, Token));
        }

        Assert.False(failed.IsCompleted);
        Assert.Single(
            log.Lines,
            l => l.Contains("could not be handled", StringComparison.Ordinal) && l.Contains("a fault of ours", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_failure_of_the_node_ends_it_whoever_was_served()
    {
        await using var harness = new StoreHarness();
        await harness.OpenAsync();
        var (core, failed, log) = await ServeAsync(
            harness, new NodeFailedException("an epoch could not be stored", new IOException("disk full")));
        var (socket, _) = await ConnectAsync(core, log);
        using (socket)
        {
            Assert.Equal("an epoch could not be stored: disk full", (await failed.WaitAsync(Soon, Token)).Message);
        }
    }

    static async Task<(ServerCore Core, Task<Exception> Failed, LogLines Log)> ServeAsync(StoreHarness harness, Exception thrown)
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new LogLines();
        var loop = new ServerLoop(new PauseGate(), failed.SetResult);
        var core = new ServerCore(
            loop, new ZooKeeperConfig { DataDir = "not used" }, harness.Store, TimeProvider.System, log, (_, _) => { });
        loop.Start();
        await loop.RunAsync(() => core.StartServing(new Broken(thrown), ServerState.Standalone));
        return (core, failed.Task, log);
    }

    static async Task<(TcpClient Socket, ClientConnection Client)> ConnectAsync(ServerCore core, LogLines log)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var socket = new TcpClient();
        await socket.ConnectAsync((IPEndPoint)listener.LocalEndpoint, Token);
        var connection = new Connection(await listener.AcceptSocketAsync(Token), new ConnectionOptions());
        var client = new ClientConnection(connection, 0, log);
        await core.Loop.PostAsync(() => core.Clients.Add(client), Token);
        var hello = new ConnectRequest { TimeOut = 5000 };
        await core.Loop.PostAsync(() => core.Clients.Connect(client, hello, new byte[16], true, 0), Token);
        return (socket, client);
    }

    sealed class Broken(Exception thrown) : IReplicator
    {
        public int Outstanding => 0;

        public void Submit(Request request) => throw thrown;

        public void Revalidate(long sessionId, int timeout, Action<bool> answer) => throw thrown;

        public void Durable(long zxid)
        {
        }

        public IEnumerable<KeyValuePair<string, object>> Monitor() => [];
    }
}

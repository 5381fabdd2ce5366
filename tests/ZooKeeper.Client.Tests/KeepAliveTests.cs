using Microsoft.Extensions.Time.Testing;
using Testing;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Tests;

/// <summary>Time is moved by hand: pings, silence, deadlines, and a paused node. The session timeout granted is 9 s.</summary>
public sealed class KeepAliveTests
{
    readonly FakeTimeProvider time = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ping_is_sent_after_a_third_of_the_session_timeout_and_not_before()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options(time));
        var started = client.StartAsync(Cancel);
        using var peer = await server.WelcomeAsync();
        await started;
        time.Advance(TimeSpan.FromSeconds(2.9));
        _ = client.AddAuthAsync("digest", "a:b"u8.ToArray(), Cancel);
        Assert.Equal(OpCode.Auth, (await peer.ReadAsync(pings: true)).Code);
        time.Advance(TimeSpan.FromSeconds(0.2));
        var ping = await peer.ReadAsync(pings: true);
        Assert.Equal((ReservedXid.Ping, OpCode.Ping, 0), (ping.Xid, ping.Code, ping.Body.Length));
    }

    [Fact]
    public async Task A_server_that_is_silent_for_two_thirds_of_the_session_timeout_is_given_up_and_the_session_goes_on_elsewhere()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options(time));
        var started = client.StartAsync(Cancel);
        using var silent = await server.WelcomeAsync(session: 77);
        await started;
        var call = client.ExistsAsync("/a", cancellationToken: Cancel);
        silent.Answer((await silent.ReadAsync()).Xid, new Stat(), zxid: 42);
        await call;
        var lost = client.ExistsAsync("/b", cancellationToken: Cancel);
        await silent.ReadAsync();
        time.Advance(TimeSpan.FromSeconds(6.1));
        var refused = await Assert.ThrowsAsync<ZooKeeperException>(() => lost);
        Assert.Equal((ZooKeeperError.ConnectionLoss, "/b"), (refused.Code, refused.Path));
        Assert.Contains(server.Address, refused.Message);
        Assert.Contains("nothing heard for 6.1 s", refused.Message);

        using var next = await server.AcceptAsync(time);
        var hello = await next.ReadHelloAsync();
        Assert.Equal((77, 42, 9000), (hello.SessionId, hello.LastZxidSeen, hello.TimeOut));
        Assert.Equal(FakePeer.Password, hello.Passwd!.Value.Span);
        next.Welcome(77);
        await Eventually.TrueAsync(() => client.State == SessionState.Connected, "the client is connected again");
        Assert.Equal(77, client.SessionId);
    }

    [Fact]
    public async Task A_call_without_an_answer_ends_at_its_deadline_and_names_the_server()
    {
        using var server = new FakeServer();
        var events = 0;
        await using var client = new ZooKeeperClient(server.Options(time) with { RequestTimeout = TimeSpan.FromSeconds(2) });
        var late = client.GetDataAsync("/late", _ => events++, Cancel);
        using var peer = await server.WelcomeAsync(time: time);
        var request = await peer.ReadAsync();
        var second = client.ExistsAsync("/second", cancellationToken: Cancel);
        time.Advance(TimeSpan.FromSeconds(2.1));
        var refused = await Assert.ThrowsAsync<ZooKeeperException>(() => late);
        Assert.Equal((ZooKeeperError.OperationTimeout, "/late"), (refused.Code, refused.Path));
        Assert.Contains($"no answer from {server.Address} within 2 s", refused.Message);
        await Assert.ThrowsAsync<ZooKeeperException>(() => second);

        // its answer comes after all: the next call still gets its own, and the watch nobody knows of is not told
        var next = client.ExistsAsync("/next", cancellationToken: Cancel);
        peer.Answer(request.Xid, new GetDataResponse { Data = new byte[1] });
        peer.Answer((await peer.ReadAsync()).Xid, new Stat());
        peer.Event(WatchEventType.NodeDeleted, "/late");
        peer.Answer((await peer.ReadAsync()).Xid, new Stat { Version = 9 });
        Assert.Equal(9, (await next)!.Version);
        Assert.Equal(0, events);
    }

    [Fact]
    public async Task A_call_that_finds_no_server_ends_at_its_deadline_and_says_why()
    {
        var port = FreePorts.Take(1)[0];
        await using var client = new ZooKeeperClient(
            new ZooKeeperClientOptions { Servers = [("127.0.0.1", port)], Time = time, RequestTimeout = TimeSpan.FromSeconds(1) });
        var call = client.ExistsAsync("/a", cancellationToken: Cancel);
        await Eventually.TrueAsync(() => client.LastError is not null, "the attempt fails");
        time.Advance(TimeSpan.FromSeconds(1.1));
        var refused = await Assert.ThrowsAsync<ZooKeeperException>(() => call);
        Assert.Equal(ZooKeeperError.OperationTimeout, refused.Code);
        Assert.Contains($"not connected to 127.0.0.1:{port} within 1 s", refused.Message);
        Assert.Contains("refused", refused.Message);
        Assert.Equal(SessionState.Connecting, client.State);
    }

    [Fact]
    public async Task A_server_that_takes_the_connection_and_says_nothing_is_left_for_the_next()
    {
        using var silent = new FakeServer();
        using var good = new FakeServer();
        await using var client = new ZooKeeperClient(
            silent.Options(time) with { Servers = [("127.0.0.1", silent.Port), ("127.0.0.1", good.Port)] });
        var started = client.StartAsync(Cancel);
        using var peer = await good.WelcomeAsync(time: time);
        await started;
        Assert.Equal(good.Address, client.ConnectedServer);
    }

    [Fact]
    public async Task While_its_node_is_paused_a_session_sends_nothing_and_reads_nothing()
    {
        using var server = new FakeServer();
        var gate = new PauseGate();
        await using var client = new ZooKeeperClient(server.Options(time) with { PauseGate = gate });
        var started = client.StartAsync(Cancel);
        using var peer = await server.WelcomeAsync();
        await started;
        gate.Pause();
        var call = client.ExistsAsync("/a", cancellationToken: Cancel);
        time.Advance(TimeSpan.FromSeconds(5));
        var read = peer.ReadAsync(pings: true);
        Assert.False(read.IsCompleted);
        Assert.False(call.IsCompleted);
        gate.Resume();
        Assert.Equal(OpCode.Exists, (await read).Code);
    }

    [Fact]
    public async Task A_paused_session_can_be_killed()
    {
        using var server = new FakeServer();
        var gate = new PauseGate();
        var client = new ZooKeeperClient(server.Options(time) with { PauseGate = gate });
        var started = client.StartAsync(Cancel);
        using var peer = await server.WelcomeAsync();
        await started;
        gate.Pause();
        client.Kill();
        Assert.True(await peer.IsClosedAsync());
        await client.DisposeAsync();
        Assert.Equal(SessionState.Closed, client.State);
    }

    [Fact]
    public async Task A_client_whose_mailbox_is_full_can_be_disposed()
    {
        using var server = new FakeServer();
        var gate = new PauseGate();
        var client = new ZooKeeperClient(server.Options() with { PauseGate = gate });
        var started = client.StartAsync(Cancel);
        using var peer = await server.WelcomeAsync();
        await started;
        gate.Pause();
        var calls = Enumerable.Range(0, 2000).Select(_ => client.ExistsAsync("/a", cancellationToken: Cancel)).ToList();
        var disposed = client.DisposeAsync().AsTask();
        gate.Resume();
        await disposed.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        Assert.Equal(SessionState.Closed, client.State);
        await Assert.ThrowsAsync<ZooKeeperException>(() => Task.WhenAll(calls).WaitAsync(TimeSpan.FromSeconds(30), Cancel));
    }
}

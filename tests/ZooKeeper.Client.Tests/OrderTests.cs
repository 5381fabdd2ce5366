using System.Collections.Concurrent;
using Testing;
using ZooKeeper.Client.Session;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Tests;

/// <summary>Which thing a caller sees before which.</summary>
public sealed class OrderTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_waits_for_the_callback_of_the_event_that_came_before_it_and_pings_do_not()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        using var held = new ManualResetEventSlim();
        var told = new ConcurrentQueue<string>();
        var watched = client.GetDataAsync("/a", e => { held.Wait(Cancel); told.Enqueue(e.Path); }, Cancel);
        using var peer = await server.WelcomeAsync();
        peer.Answer((await peer.ReadAsync()).Xid, new GetDataResponse());
        await watched;
        var call = client.ExistsAsync("/b", cancellationToken: Cancel);
        var request = await peer.ReadAsync();
        peer.Event(WatchEventType.NodeDataChanged, "/a");
        peer.Answer(request.Xid, new Stat());
        // the server's timeout is 9 s: a ping within it, while the callback is still held
        Assert.Equal(OpCode.Ping, (await peer.ReadAsync(pings: true)).Code);
        Assert.False(call.IsCompleted);
        Assert.Empty(told);
        held.Set();
        await call;
        Assert.Equal(["/a"], told);
    }

    [Fact]
    public async Task A_callback_that_throws_does_not_end_the_events()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        var told = 0;
        var first = client.GetDataAsync("/a", _ => throw new InvalidOperationException("the owner's mistake"), Cancel);
        var second = client.GetDataAsync("/b", _ => told++, Cancel);
        using var peer = await server.WelcomeAsync();
        peer.Answer((await peer.ReadAsync()).Xid, new GetDataResponse());
        peer.Answer((await peer.ReadAsync()).Xid, new GetDataResponse());
        await Task.WhenAll(first, second);
        peer.Event(WatchEventType.NodeDeleted, "/a");
        peer.Event(WatchEventType.NodeDeleted, "/b");
        await Eventually.TrueAsync(() => told == 1, "the second callback is called");
    }

    [Fact]
    public async Task A_session_whose_events_are_not_taken_ends_and_its_owner_hears_of_it_in_the_end()
    {
        using var server = new FakeServer();
        var told = new ConcurrentQueue<SessionState>();
        await using var client = new ZooKeeperClient(server.Options());
        client.StateChanged += told.Enqueue;
        using var held = new ManualResetEventSlim();
        var last = new TaskCompletionSource<WatchEvent>();
        var watching = client.AddWatchAsync(
            "/a",
            AddWatchMode.Persistent,
            e =>
            {
                held.Wait(Cancel);
                if (e.Type == WatchEventType.None)
                {
                    last.TrySetResult(e);
                }
            },
            Cancel);
        using var peer = await server.WelcomeAsync();
        peer.Answer((await peer.ReadAsync()).Xid);
        await watching;

        var sending = Task.Run(() =>
        {
            for (var i = 0; i <= CallbackLoop.MostWaiting; i++)
            {
                peer.Event(WatchEventType.NodeDataChanged, "/a");
            }
        }, Cancel);
        await Eventually.TrueAsync(() => client.State == SessionState.Expired, "the session ends");
        held.Set();
        Assert.Equal(KeeperState.Expired, (await last.Task.WaitAsync(Cancel)).State);
        Assert.Equal(SessionState.Expired, told.Last());
        // the connection was closed on it
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task A_cancelled_call_ends_at_once_and_leaves_the_others_alone()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        using var stop = new CancellationTokenSource();
        var cancelled = client.ExistsAsync("/a", cancellationToken: stop.Token);
        var other = client.ExistsAsync("/b", cancellationToken: Cancel);
        using var peer = await server.WelcomeAsync();
        var first = await peer.ReadAsync();
        var second = await peer.ReadAsync();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        peer.Answer(first.Xid, new Stat { Version = 1 });
        peer.Answer(second.Xid, new Stat { Version = 2 });
        Assert.Equal(2, (await other)!.Version);
    }

    [Fact]
    public async Task What_an_old_server_does_not_know_is_said()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        var call = client.AddWatchAsync("/a", AddWatchMode.Persistent, _ => { }, Cancel);
        using var peer = await server.WelcomeAsync();
        peer.Answer((await peer.ReadAsync()).Xid, code: ZooKeeperError.Unimplemented);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.Unimplemented, () => call);
    }

    [Fact]
    public async Task Requests_are_written_in_the_order_of_the_calls_before_any_is_answered()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        var calls = Enumerable.Range(0, 100).Select(i => client.CreateAsync($"/{i}", default, cancellationToken: Cancel)).ToList();
        using var peer = await server.WelcomeAsync();
        var requests = new List<FakeRequest>();
        while (requests.Count < calls.Count)
        {
            requests.Add(await peer.ReadAsync());
        }

        Assert.Equal(Enumerable.Range(1, 100), requests.Select(request => request.Xid));
        foreach (var request in requests)
        {
            peer.Answer(request.Xid, new CreateResponse { Path = $"/{request.Xid - 1}" });
        }

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"/{i}"), await Task.WhenAll(calls));
    }
}

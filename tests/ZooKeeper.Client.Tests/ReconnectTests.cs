using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Testing;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Tests;

/// <summary>What a client does when its connection or its session is gone.</summary>
public sealed class ReconnectTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watches_are_set_again_in_requests_below_128_KiB_with_the_last_zxid_seen()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        var missing = Enumerable.Range(0, 3000).Select(i => $"/missing/{i:D90}").ToList();
        var calls = missing.Select(path => client.ExistsAsync(path, _ => { }, Cancel)).ToList<Task>();
        calls.Add(client.GetDataAsync("/data", _ => { }, Cancel));
        calls.Add(client.GetChildrenAsync("/children", _ => { }, Cancel));
        using (var first = await server.WelcomeAsync())
        {
            foreach (var _ in missing)
            {
                first.Answer((await first.ReadAsync()).Xid, code: ZooKeeperError.NoNode, zxid: 10);
            }

            first.Answer((await first.ReadAsync()).Xid, new GetDataResponse(), zxid: 11);
            first.Answer((await first.ReadAsync()).Xid, new GetChildren2Response(), zxid: 12);
            await Task.WhenAll(calls);
        }

        using var second = await server.WelcomeAsync();
        var restored = new List<SetWatches>();
        while (restored.Sum(one => one.ExistWatches.Count + one.DataWatches.Count + one.ChildWatches.Count) < missing.Count + 2)
        {
            var request = await second.ReadAsync();
            Assert.Equal((ReservedXid.SetWatches, OpCode.SetWatches), (request.Xid, request.Code));
            Assert.InRange(request.Body.Length, 1, Limits.SetWatchesLength);
            var reader = new WireReader(request.Body);
            restored.Add(SetWatches.Read(ref reader));
            second.Answer(ReservedXid.SetWatches);
        }

        Assert.Equal(3, restored.Count);
        Assert.All(restored, one => Assert.Equal(12, one.RelativeZxid));
        Assert.Equal(missing, restored.SelectMany(one => one.ExistWatches).Order(StringComparer.Ordinal));
        Assert.Equal(["/data"], restored.SelectMany(one => one.DataWatches));
        Assert.Equal(["/children"], restored.SelectMany(one => one.ChildWatches));
    }

    /// <summary>Servers that lost their data close each connection of a client that has seen more than they have.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_no_server_takes_back_is_given_up_after_its_timeout_where_that_is_asked_for(bool keeps)
    {
        var time = new FakeTimeProvider();
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options(time) with { KeepsLostSession = keeps });
        _ = client.StartAsync(Cancel);
        (await server.WelcomeAsync(time: time)).Dispose();
        await Eventually.TrueAsync(() => client.State == SessionState.Disconnected, "the connection is lost");
        var lost = time.GetUtcNow();
        while (client.State == SessionState.Disconnected && time.GetUtcNow() - lost < TimeSpan.FromSeconds(12))
        {
            await Eventually.TrueAsync(
                () =>
                {
                    time.Advance(TimeSpan.FromMilliseconds(500));
                    return client.State != SessionState.Disconnected || server.HasPending;
                },
                "it connects again, or gives up");
            if (server.HasPending)
            {
                using var peer = await server.AcceptAsync();
                await peer.ReadHelloAsync();
            }
        }

        Assert.Equal(keeps ? SessionState.Disconnected : SessionState.Expired, client.State);
        Assert.True(time.GetUtcNow() - lost >= TimeSpan.FromSeconds(9), "not before its timeout");
    }

    [Fact]
    public async Task An_answer_that_is_too_long_fails_its_own_call_with_both_lengths_and_the_session_goes_on()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options() with { MaxResponseLength = 1000 });
        var large = client.GetChildrenAsync("/large", null, Cancel);
        var other = client.ExistsAsync("/other", null, Cancel);
        using (var first = await server.WelcomeAsync())
        {
            await first.ReadAsync();
            await first.ReadAsync();
            first.SendRaw(0, 0, 4, 0);
            var failure = await Assert.ThrowsAsync<ZooKeeperException>(() => large);
            Assert.Equal((ZooKeeperError.MarshallingError, "/large"), (failure.Code, failure.Path));
            Assert.Contains("1024 bytes announced; at most 1000", failure.Message, StringComparison.Ordinal);
            Assert.Equal(ZooKeeperError.ConnectionLoss, (await Assert.ThrowsAsync<ZooKeeperException>(() => other)).Code);
        }

        using var second = await server.WelcomeAsync();
        var again = client.ExistsAsync("/other", null, Cancel);
        second.Answer((await second.ReadAsync()).Xid, code: ZooKeeperError.NoNode);
        Assert.Null(await again);
    }

    [Fact]
    public async Task Credentials_come_before_watches_and_persistent_watches_come_in_setWatches2()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options() with { Chroot = "/root" });
        var events = new ConcurrentQueue<string>();
        var auth = client.AddAuthAsync("digest", "a:b"u8.ToArray(), Cancel);
        var watch = client.AddWatchAsync("/p", AddWatchMode.PersistentRecursive, e => events.Enqueue(e.Path), Cancel);
        using (var first = await server.WelcomeAsync())
        {
            first.Answer((await first.ReadAsync()).Xid);
            first.Answer((await first.ReadAsync()).Xid);
            await auth;
            await watch;
        }

        await Eventually.TrueAsync(() => client.State == SessionState.Disconnected, "the client notices");
        var waiting = client.ExistsAsync("/q", cancellationToken: Cancel);
        using var second = await server.WelcomeAsync();
        var credentials = await second.ReadAsync();
        var watches = await second.ReadAsync();
        var next = await second.ReadAsync();
        Assert.Equal([OpCode.Auth, OpCode.SetWatches2, OpCode.Exists], new[] { credentials.Code, watches.Code, next.Code });
        var reader = new WireReader(watches.Body);
        Assert.Equal(["/root/p"], SetWatches2.Read(ref reader).PersistentRecursiveWatches);
        second.Answer(ReservedXid.Auth);
        second.Answer(ReservedXid.SetWatches);
        second.Event(WatchEventType.NodeCreated, "/root/p/x");
        second.Answer(next.Xid, code: ZooKeeperError.NoNode);
        Assert.Null(await waiting);
        Assert.Equal(["/p/x"], events);
    }

    [Fact]
    public async Task What_was_sent_fails_with_ConnectionLoss_and_what_waits_is_sent_to_the_next_server()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        var states = new ConcurrentQueue<SessionState>();
        client.StateChanged += states.Enqueue;
        var sent = client.CreateAsync("/sent", default, cancellationToken: Cancel);
        using (var first = await server.WelcomeAsync())
        {
            await first.ReadAsync();
        }

        await ZooKeeperAssert.FailsAsync(ZooKeeperError.ConnectionLoss, () => sent);
        var waiting = client.CreateAsync("/waiting", default, cancellationToken: Cancel);
        using var second = await server.WelcomeAsync();
        second.Answer((await second.ReadAsync()).Xid, new CreateResponse { Path = "/waiting" });
        Assert.Equal("/waiting", await waiting);
        await Eventually.TrueAsync(() => states.Count == 3, "three changes");
        Assert.Equal([SessionState.Connected, SessionState.Disconnected, SessionState.Connected], states);
    }

    [Fact]
    public async Task An_expired_session_tells_every_watch_once_and_takes_no_more_calls()
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options() with { Chroot = "/root" });
        var told = new ConcurrentQueue<WatchEvent>();
        var states = new ConcurrentQueue<SessionState>();
        client.StateChanged += states.Enqueue;
        Task[] calls =
        [
            client.ExistsAsync("/a", told.Enqueue, Cancel),
            client.GetDataAsync("/a", told.Enqueue, Cancel),
            client.GetChildrenAsync("/b", told.Enqueue, Cancel),
        ];
        using (var first = await server.WelcomeAsync())
        {
            first.Answer((await first.ReadAsync()).Xid, new Stat());
            first.Answer((await first.ReadAsync()).Xid, new GetDataResponse());
            first.Answer((await first.ReadAsync()).Xid, new GetChildren2Response());
            await Task.WhenAll(calls);
        }

        await Eventually.TrueAsync(() => client.State == SessionState.Disconnected, "the client notices");
        var waiting = client.ExistsAsync("/c", cancellationToken: Cancel);
        using var second = await server.AcceptAsync();
        await second.ReadHelloAsync();
        second.Welcome(session: 0, timeout: 0);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.SessionExpired, () => waiting);
        await Eventually.TrueAsync(() => states.LastOrDefault() == SessionState.Expired, "the owner is told");
        await Eventually.TrueAsync(() => told.Count >= 2, "the watches are told");
        Assert.Equal(["/a", "/b"], told.Select(e => e.Path).Order());
        Assert.All(told, e => Assert.Equal((WatchEventType.None, KeeperState.Expired), (e.Type, e.State)));
        Assert.Equal(SessionState.Expired, client.State);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.SessionExpired, () => client.SyncAsync("/", Cancel));
        var authenticated = client.StartAsync(Cancel).ContinueWith(_ => client.AddAuthAsync("digest", default, Cancel), Cancel).Unwrap();
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.SessionExpired, () => authenticated);
        Assert.True(await second.IsClosedAsync());
    }

    [Theory]
    [InlineData(ZooKeeperError.MarshallingError, 0x7f, 0xff, 0xff, 0xff)] // a length that could be an answer's
    [InlineData(ZooKeeperError.ConnectionLoss, 0xff, 0xff, 0xff, 0xff)]
    [InlineData(ZooKeeperError.ConnectionLoss, 0, 0, 0, 2, 1, 2)]
    [InlineData(ZooKeeperError.ConnectionLoss, 0, 0, 0, 16, 0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)]
    public async Task A_server_that_talks_nonsense_is_left_for_the_next(ZooKeeperError code, params int[] nonsense)
    {
        using var server = new FakeServer();
        await using var client = new ZooKeeperClient(server.Options());
        var call = client.ExistsAsync("/a", cancellationToken: Cancel);
        using var first = await server.WelcomeAsync();
        await first.ReadAsync();
        first.SendRaw([.. nonsense.Select(b => (byte)b)]);
        await ZooKeeperAssert.FailsAsync(code, () => call);
        using var second = await server.WelcomeAsync();
        await Eventually.TrueAsync(() => client.State == SessionState.Connected, "the client is connected again");
    }

    [Fact]
    public async Task A_server_that_does_not_answer_the_goodbye_holds_nobody_up()
    {
        using var server = new FakeServer();
        var client = new ZooKeeperClient(server.Options());
        var started = client.StartAsync(Cancel);
        using var peer = await server.WelcomeAsync();
        await started;
        var disposed = client.DisposeAsync().AsTask();
        Assert.Equal(OpCode.CloseSession, (await peer.ReadAsync()).Code);
        await disposed.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(SessionState.Closed, client.State);
    }

    [Fact]
    public async Task A_client_that_was_never_used_connects_to_nothing_when_disposed()
    {
        using var server = new FakeServer();
        var client = new ZooKeeperClient(server.Options());
        await client.DisposeAsync();
        await client.DisposeAsync();
        Assert.Equal(SessionState.Closed, client.State);
        Assert.False(server.HasPending);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.SessionExpired, () => client.ExistsAsync("/", cancellationToken: Cancel));
    }
}

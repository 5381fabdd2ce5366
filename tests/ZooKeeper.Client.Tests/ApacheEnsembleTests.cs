using System.Collections.Concurrent;
using System.Text;
using Testing;
using ZooKeeper.Client.FourLetterWords;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Tests;

/// <summary>Three Apache servers, and what happens to a session when the one it is on dies, hangs or comes back.</summary>
public sealed class ApacheEnsembleTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_session_survives_the_death_of_the_server_it_is_on_with_its_ephemerals_and_watches()
    {
        await using var apache = await ApacheZooKeeper.StartAsync(3);
        await using var witness = new ZooKeeperClient(ZooKeeperClientOptions.Parse(apache.ConnectString));
        await using var client = new ZooKeeperClient(ZooKeeperClientOptions.Parse(apache.ConnectString));
        var events = new ConcurrentQueue<(WatchEventType, string)>();
        await client.CreateAsync("/ephemeral", default, CreateMode.Ephemeral, cancellationToken: Cancel);
        await client.CreateAsync("/data", default, cancellationToken: Cancel);
        var session = client.SessionId;
        await client.GetDataAsync("/data", e => events.Enqueue((e.Type, e.Path)), Cancel);
        await client.ExistsAsync("/later", e => events.Enqueue((e.Type, e.Path)), Cancel);
        await client.AddWatchAsync("/tree", AddWatchMode.PersistentRecursive, e => events.Enqueue((e.Type, e.Path)), Cancel);

        // twice: the second time the watches were set by setWatches alone;
        // no more than one server is down at a time, so that there is a quorum
        for (var round = 0; round < 2; round++)
        {
            var on = apache.ServerAt(client.ConnectedServer!);
            apache.Kill(on);
            await Eventually.TrueAsync(
                () => client.State == SessionState.Connected && apache.ServerAt(client.ConnectedServer ?? "") != on,
                "the client is on another server");
            Assert.Equal(session, client.SessionId);
            Assert.Empty(events);
            await apache.RestartAsync(on);
        }

        await UntilDone(
            async () => Assert.Equal(session, (await witness.ExistsAsync("/ephemeral", cancellationToken: Cancel))!.EphemeralOwner));
        await UntilDone(() => witness.SetDataAsync("/data", "1"u8.ToArray(), cancellationToken: Cancel));
        await UntilDone(
            () => witness.MultiAsync([Op.Create("/later", default), Op.Create("/tree", default), Op.Create("/tree/x", default)], Cancel));
        await Eventually.TrueAsync(() => events.Count >= 4, "every watch is told");
        Assert.Equal(
            [
                (WatchEventType.NodeCreated, "/later"),
                (WatchEventType.NodeCreated, "/tree"),
                (WatchEventType.NodeCreated, "/tree/x"),
                (WatchEventType.NodeDataChanged, "/data"),
            ],
            events.OrderBy(e => e.Item1).ThenBy(e => e.Item2, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_happened_while_the_client_was_away_is_told_when_it_is_back()
    {
        await using var apache = await ApacheZooKeeper.StartAsync(3);
        await using var witness = new ZooKeeperClient(ZooKeeperClientOptions.Parse(apache.ConnectString));
        await witness.CreateAsync("/data", default, cancellationToken: Cancel);
        await witness.CreateAsync("/gone", default, cancellationToken: Cancel);
        var only = apache.ServerAt(witness.ConnectedServer!) % 3 + 1;
        await using var client = new ZooKeeperClient(
            ZooKeeperClientOptions.Parse($"127.0.0.1:{apache.ClientPort(only)}") with { SessionTimeout = TimeSpan.FromSeconds(10) });
        var events = new ConcurrentQueue<(WatchEventType, string)>();
        await client.SyncAsync("/", Cancel);
        await client.GetDataAsync("/data", e => events.Enqueue((e.Type, e.Path)), Cancel);
        await client.GetChildrenAsync("/gone", e => events.Enqueue((e.Type, e.Path)), Cancel);
        await client.ExistsAsync("/new", e => events.Enqueue((e.Type, e.Path)), Cancel);
        apache.Kill(only);
        await UntilDone(() => witness.SetDataAsync("/data", "1"u8.ToArray(), cancellationToken: Cancel));
        await UntilDone(() => witness.DeleteAsync("/gone", cancellationToken: Cancel));
        await UntilDone(() => witness.CreateAsync("/new", default, cancellationToken: Cancel));
        Assert.Empty(events);
        await apache.RestartAsync(only);
        await Eventually.TrueAsync(() => events.Count == 3, $"three events, {events.Count} came");
        Assert.Equal(
            [(WatchEventType.NodeCreated, "/new"), (WatchEventType.NodeDeleted, "/gone"), (WatchEventType.NodeDataChanged, "/data")],
            events.OrderBy(e => e.Item1));
    }

    [Fact]
    public async Task A_paused_server_holds_up_no_caller_and_the_client_moves_on()
    {
        await using var apache = await ApacheZooKeeper.StartAsync(3);
        await using var client = new ZooKeeperClient(
            ZooKeeperClientOptions.Parse(apache.ConnectString) with
            {
                SessionTimeout = TimeSpan.FromSeconds(6),
                RequestTimeout = TimeSpan.FromSeconds(1),
            });
        await client.StartAsync(Cancel);
        var session = client.SessionId;
        var server = client.ConnectedServer!;
        apache.Pause(apache.ServerAt(server));
        var refused = await Assert.ThrowsAsync<ZooKeeperException>(() => client.ExistsAsync("/", cancellationToken: Cancel));
        Assert.Equal(ZooKeeperError.OperationTimeout, refused.Code);
        Assert.Contains($"no answer from {server}", refused.Message);
        await Eventually.TrueAsync(
            async () => await client.ExistsAsync("/", cancellationToken: Cancel) is not null, "another server answers");
        Assert.NotEqual(server, client.ConnectedServer);
        Assert.Equal(session, client.SessionId);
    }

    [Fact]
    public async Task A_session_that_no_server_heard_of_for_too_long_is_expired()
    {
        await using var apache = await ApacheZooKeeper.StartAsync(1);
        await using var client = new ZooKeeperClient(
            ZooKeeperClientOptions.Parse(apache.ConnectString) with { SessionTimeout = TimeSpan.FromSeconds(2) });
        var gate = new Wire.PauseGate();
        await using var paused = new ZooKeeperClient(
            ZooKeeperClientOptions.Parse(apache.ConnectString) with { SessionTimeout = TimeSpan.FromSeconds(2), PauseGate = gate });
        var told = new ConcurrentQueue<WatchEvent>();
        await paused.CreateAsync("/mine", default, CreateMode.Ephemeral, cancellationToken: Cancel);
        await paused.GetDataAsync("/", told.Enqueue, Cancel);
        gate.Pause();
        await Eventually.TrueAsync(async () => await client.ExistsAsync("/mine", cancellationToken: Cancel) is null, "the session expires");
        gate.Resume();
        await Eventually.TrueAsync(() => paused.State == SessionState.Expired, "the client is told");
        await Eventually.TrueAsync(() => told.Any(e => e.State == KeeperState.Expired), "the watch is told");
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.SessionExpired, () => paused.ExistsAsync("/", cancellationToken: Cancel));
    }

    [Fact]
    public async Task Without_a_quorum_calls_wait_and_go_on_when_it_is_back()
    {
        await using var apache = await ApacheZooKeeper.StartAsync(3);
        await using var client = new ZooKeeperClient(
            ZooKeeperClientOptions.Parse(apache.ConnectString) with
            {
                SessionTimeout = TimeSpan.FromSeconds(10),
                RequestTimeout = TimeSpan.FromSeconds(30),
            });
        await client.CreateAsync("/a", default, CreateMode.Ephemeral, cancellationToken: Cancel);
        apache.Kill(1);
        apache.Kill(2);
        await Eventually.TrueAsync(() => client.State == SessionState.Disconnected, "the client loses its server");
        await Eventually.TrueAsync(
            async () => await FailureAsync(apache.ClientPort(3)) == FourLetterWordFailure.NotServing,
            "the last server says that it does not serve");
        var waiting = client.ExistsAsync("/a", cancellationToken: Cancel);
        await apache.RestartAsync(1);
        Assert.Equal(client.SessionId, (await waiting)!.EphemeralOwner);
    }

    [Fact]
    public async Task Debians_server_is_spoken_to_as_well()
    {
        await using var debian = await ApacheZooKeeper.StartDebianAsync();
        await using var client = new ZooKeeperClient(ZooKeeperClientOptions.Parse(debian.ConnectString));
        var events = new ConcurrentQueue<WatchEventType>();
        await client.AddAuthAsync("digest", "ada:secret"u8.ToArray(), Cancel);
        await client.AddWatchAsync("/a", AddWatchMode.Persistent, e => events.Enqueue(e.Type), Cancel);
        await client.CreateAsync("/a", "1"u8.ToArray(), acl: Acls.CreatorAll, cancellationToken: Cancel);
        await client.MultiAsync([Op.SetData("/a", "2"u8.ToArray()), Op.Create("/a/b-", default, CreateMode.EphemeralSequential)], Cancel);
        Assert.Equal("2", Encoding.UTF8.GetString((await client.GetDataAsync("/a", cancellationToken: Cancel)).Data));
        Assert.Equal(["b-0000000000"], (await client.GetChildrenAsync("/a", cancellationToken: Cancel)).Children);
        Assert.Equal([WatchEventType.NodeCreated, WatchEventType.NodeDataChanged, WatchEventType.NodeChildrenChanged], events);
        Assert.StartsWith("3.8", Srvr.Parse(await debian.WordAsync(1, "srvr")).Version);
        Assert.Equal("standalone", Mntr.Parse(await debian.WordAsync(1, "mntr")).ServerState);
    }

    static async Task<FourLetterWordFailure?> FailureAsync(int port)
    {
        try
        {
            await FourLetterWord.SendAsync("127.0.0.1", port, "srvr", TimeSpan.FromSeconds(10), cancellationToken: Cancel);
            return null;
        }
        catch (FourLetterWordException e)
        {
            return e.Failure;
        }
    }

    /// <summary>A write may be lost with a connection; here each of them may be done twice, or have been done.</summary>
    static Task UntilDone(Func<Task> write) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                await write();
            }
            catch (ZooKeeperException e) when (e.Code is ZooKeeperError.NodeExists or ZooKeeperError.NoNode)
            {
            }

            return true;
        },
        "the write is taken");
}

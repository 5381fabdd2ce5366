using System.Collections.Concurrent;
using System.Text;
using Testing;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Tests;

/// <summary>The whole surface against Apache ZooKeeper, one server for all; each test has a chroot of its own.</summary>
public sealed class ApacheTests(ApacheServer server) : IClassFixture<ApacheServer>, IAsyncLifetime
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;
    static int roots;
    ZooKeeperClientOptions options = null!;
    ZooKeeperClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var apache = await server.GetAsync();
        var root = $"/test{Interlocked.Increment(ref roots)}";
        await using (var maker = new ZooKeeperClient(ZooKeeperClientOptions.Parse(apache.ConnectString)))
        {
            await maker.CreateAsync(root, default, cancellationToken: Cancel);
        }

        options = ZooKeeperClientOptions.Parse(apache.ConnectString + root);
        client = new ZooKeeperClient(options);
        await client.StartAsync(Cancel);
    }

    public ValueTask DisposeAsync() => client?.DisposeAsync() ?? default;

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    [Fact]
    public async Task Nodes_are_created_read_changed_and_deleted()
    {
        Assert.Equal("/a", await client.CreateAsync("/a", Bytes("one"), cancellationToken: Cancel));
        var (path, created) = await client.Create2Async("/a/b", Bytes("two"), cancellationToken: Cancel);
        Assert.Equal(("/a/b", 3), (path, created.DataLength));
        var (data, stat) = await client.GetDataAsync("/a", cancellationToken: Cancel);
        Assert.Equal("one", Encoding.UTF8.GetString(data));
        Assert.Equal((0, 1, 1), (stat.Version, stat.NumChildren, stat.Cversion));
        Assert.Equal(1, (await client.SetDataAsync("/a", Bytes("three"), 0, Cancel)).Version);
        var (children, _) = await client.GetChildrenAsync("/a", cancellationToken: Cancel);
        Assert.Equal(["b"], children);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.BadVersion, () => client.SetDataAsync("/a", Bytes("x"), 0, Cancel));
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.NotEmpty, () => client.DeleteAsync("/a", cancellationToken: Cancel));
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.NodeExists, () => client.CreateAsync("/a", default, cancellationToken: Cancel));
        await client.DeleteAsync("/a/b", cancellationToken: Cancel);
        await client.DeleteAsync("/a", 1, Cancel);
        Assert.Null(await client.ExistsAsync("/a", cancellationToken: Cancel));
        await client.SyncAsync("/", Cancel);
    }

    [Fact]
    public async Task Sequential_container_and_ttl_nodes_are_created()
    {
        Assert.Equal("/s-0000000000", await client.CreateAsync("/s-", default, CreateMode.PersistentSequential, cancellationToken: Cancel));
        Assert.Equal("/s-0000000001", await client.CreateAsync("/s-", default, CreateMode.EphemeralSequential, cancellationToken: Cancel));
        Assert.Equal("/c", (await client.Create2Async("/c", default, CreateMode.Container, cancellationToken: Cancel)).Path);
        Assert.Equal("/d", await client.CreateAsync("/d", default, CreateMode.Container, cancellationToken: Cancel));
        Assert.Equal("/t", (await client.CreateWithTtlAsync("/t", default, TimeSpan.FromMinutes(1), cancellationToken: Cancel)).Path);
        Assert.Equal(5, await client.GetAllChildrenNumberAsync("/", Cancel));
    }

    [Fact]
    public async Task Acls_hold_and_credentials_open_them()
    {
        await using var owner = new ZooKeeperClient(options);
        await owner.AddAuthAsync("digest", Bytes("ada:secret"), Cancel);
        await owner.CreateAsync("/private", Bytes("x"), acl: Acls.CreatorAll, cancellationToken: Cancel);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.NoAuth, () => client.GetDataAsync("/private", cancellationToken: Cancel));
        var (acl, stat) = await owner.GetAclAsync("/private", Cancel);
        Assert.Equal(("digest", "ada:", (int)Perms.All), (acl[0].Id.Scheme, acl[0].Id.Value[..4], acl[0].Perms));
        Assert.Equal(1, (await owner.SetAclAsync("/private", Acls.ReadOnly, stat.Aversion, Cancel)).Aversion);
        Assert.Equal("x", Encoding.UTF8.GetString((await client.GetDataAsync("/private", cancellationToken: Cancel)).Data));
    }

    [Fact]
    public async Task Refused_credentials_end_the_session()
    {
        var states = new ConcurrentQueue<SessionState>();
        await using var refused = new ZooKeeperClient(options);
        refused.StateChanged += states.Enqueue;
        await refused.StartAsync(Cancel);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.AuthFailed, () => refused.AddAuthAsync("nosuch", Bytes("x"), Cancel));
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.AuthFailed, () => refused.ExistsAsync("/", cancellationToken: Cancel));
        await Eventually.TrueAsync(() => states.LastOrDefault() == SessionState.AuthFailed, "the owner is told");
    }

    [Fact]
    public async Task Watches_fire_once_and_before_the_answer_that_shows_their_effect()
    {
        var events = new ConcurrentQueue<WatchEvent>();
        Assert.Null(await client.ExistsAsync("/w", events.Enqueue, Cancel));
        await Assert.ThrowsAsync<ZooKeeperException>(() => client.GetDataAsync("/w", events.Enqueue, Cancel));
        await Assert.ThrowsAsync<ZooKeeperException>(() => client.GetChildrenAsync("/w", events.Enqueue, Cancel));
        await client.CreateAsync("/w", default, cancellationToken: Cancel);
        Assert.Equal([(WatchEventType.NodeCreated, "/w")], events.Select(e => (e.Type, e.Path)));
        await client.SetDataAsync("/w", Bytes("1"), cancellationToken: Cancel);
        Assert.Single(events);

        events.Clear();
        await client.GetDataAsync("/w", events.Enqueue, Cancel);
        await client.GetChildrenAsync("/w", events.Enqueue, Cancel);
        await client.SetDataAsync("/w", Bytes("2"), cancellationToken: Cancel);
        await client.SetDataAsync("/w", Bytes("3"), cancellationToken: Cancel);
        await client.CreateAsync("/w/x", default, cancellationToken: Cancel);
        await client.CreateAsync("/w/y", default, cancellationToken: Cancel);
        Assert.Equal([WatchEventType.NodeDataChanged, WatchEventType.NodeChildrenChanged], events.Select(e => e.Type));
    }

    [Fact]
    public async Task Persistent_watches_stay_until_they_are_removed()
    {
        var events = new ConcurrentQueue<(WatchEventType, string)>();
        await client.AddWatchAsync("/p", AddWatchMode.PersistentRecursive, e => events.Enqueue((e.Type, e.Path)), Cancel);
        await client.CreateAsync("/p", default, cancellationToken: Cancel);
        await client.CreateAsync("/p/q", default, cancellationToken: Cancel);
        await client.SetDataAsync("/p/q", Bytes("1"), cancellationToken: Cancel);
        await client.SetDataAsync("/p/q", Bytes("2"), cancellationToken: Cancel);
        await client.DeleteAsync("/p/q", cancellationToken: Cancel);
        Assert.Equal(
            [
                (WatchEventType.NodeCreated, "/p"), (WatchEventType.NodeCreated, "/p/q"), (WatchEventType.NodeDataChanged, "/p/q"),
                (WatchEventType.NodeDataChanged, "/p/q"), (WatchEventType.NodeDeleted, "/p/q"),
            ],
            events);
        await client.RemoveWatchesAsync("/p", cancellationToken: Cancel);
        events.Clear();
        await client.SetDataAsync("/p", Bytes("2"), cancellationToken: Cancel);
        Assert.Empty(events);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.NoWatcher, () => client.RemoveWatchesAsync("/p", cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_watch_is_taken_off_at_the_server_when_the_last_callback_goes()
    {
        var told = new ConcurrentQueue<string>();
        Action<WatchEvent> first = _ => told.Enqueue("first");
        Action<WatchEvent> second = _ => told.Enqueue("second");
        await client.CreateAsync("/w", default, cancellationToken: Cancel);
        await client.GetDataAsync("/w", first, Cancel);
        await client.GetChildrenAsync("/w", first, Cancel);

        var joining = client.GetDataAsync("/w", second, Cancel); // its answer is not here yet when the first one goes
        await client.RemoveWatchAsync("/w", first, Cancel);
        await joining;
        await client.SetDataAsync("/w", Bytes("1"), cancellationToken: Cancel);
        Assert.Equal(["second"], told);

        await client.GetDataAsync("/w", second, Cancel);
        await client.RemoveWatchAsync("/w", second, Cancel);
        await client.RemoveWatchAsync("/w", second, Cancel);
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.NoWatcher, () => client.RemoveWatchesAsync("/w", cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_multi_is_all_or_nothing_and_names_what_failed()
    {
        var results = await client.MultiAsync(
            [
                Op.Create("/m", Bytes("1")), Op.Create("/m/s-", default, CreateMode.PersistentSequential), Op.SetData("/m", Bytes("2"), 0),
                Op.Check("/m", 1), Op.Delete("/m/s-0000000000"), Op.Create("/m/c", default, CreateMode.Container),
            ],
            Cancel);
        Assert.Equal(["/m", "/m/s-0000000000", null, null, null, "/m/c"], results.Select(r => r.Path));
        Assert.Equal(1, results[2].Stat!.Version);

        var refused = await Assert.ThrowsAsync<ZooKeeperException>(
            () => client.MultiAsync([Op.Create("/n", default), Op.Check("/m", 7), Op.Delete("/m")], Cancel));
        Assert.Equal((ZooKeeperError.BadVersion, 1, "/m"), (refused.Code, refused.OpIndex, refused.Path));
        Assert.Equal([ZooKeeperError.Ok, ZooKeeperError.BadVersion, ZooKeeperError.RuntimeInconsistency], refused.OpCodes!);
        Assert.Null(await client.ExistsAsync("/n", cancellationToken: Cancel));
        Assert.Empty(await client.MultiAsync([], Cancel));
    }

    [Fact]
    public async Task A_chroot_stands_before_every_path_and_is_seen_in_none()
    {
        await client.CreateAsync("/root", default, cancellationToken: Cancel);
        await using var inside = new ZooKeeperClient(options with { Chroot = options.Chroot + "/root" });
        var events = new ConcurrentQueue<string>();
        Assert.NotNull(await inside.ExistsAsync("/", cancellationToken: Cancel));
        await inside.GetChildrenAsync("/", e => events.Enqueue(e.Path), Cancel);
        await inside.ExistsAsync("/x", e => events.Enqueue(e.Path), Cancel);
        Assert.Equal("/x", await inside.CreateAsync("/x", default, cancellationToken: Cancel));
        await Eventually.TrueAsync(() => events.Count == 2, "both watches fired");
        Assert.Equal(["/", "/x"], events.Order());
        Assert.Equal("/y", (await inside.MultiAsync([Op.Create("/y", default)], Cancel))[0].Path);
        Assert.Equal("/z", (await Assert.ThrowsAsync<ZooKeeperException>(() => inside.DeleteAsync("/z", cancellationToken: Cancel))).Path);
        Assert.NotNull(await client.ExistsAsync("/root/y", cancellationToken: Cancel));
    }

    [Fact]
    public async Task Ephemerals_go_at_once_when_the_client_is_disposed_and_stay_when_it_is_killed()
    {
        var polite = new ZooKeeperClient(options);
        await polite.CreateAsync("/polite", default, CreateMode.Ephemeral, cancellationToken: Cancel);
        var killed = new ZooKeeperClient(options with { SessionTimeout = TimeSpan.FromSeconds(2) });
        await killed.CreateAsync("/killed", default, CreateMode.Ephemeral, cancellationToken: Cancel);
        Assert.Equal(killed.SessionId, (await client.ExistsAsync("/killed", cancellationToken: Cancel))!.EphemeralOwner);
        await polite.DisposeAsync();
        killed.Kill();
        await killed.DisposeAsync();
        Assert.Null(await client.ExistsAsync("/polite", cancellationToken: Cancel));
        Assert.NotNull(await client.ExistsAsync("/killed", cancellationToken: Cancel));
        await Eventually.TrueAsync(
            async () => await client.ExistsAsync("/killed", cancellationToken: Cancel) is null, "the session expires");
        await ZooKeeperAssert.FailsAsync(ZooKeeperError.SessionExpired, () => killed.ExistsAsync("/", cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_thousand_calls_at_once_are_pipelined()
    {
        await client.CreateAsync("/many", default, cancellationToken: Cancel);
        var paths = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(i => client.CreateAsync($"/many/{i}", Bytes($"{i}"), cancellationToken: Cancel)));
        var read = await Task.WhenAll(paths.Select(path => client.GetDataAsync(path, cancellationToken: Cancel)));
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), read.Select(r => Encoding.UTF8.GetString(r.Data)));
        Assert.Equal(1000, (await client.GetChildrenAsync("/many", cancellationToken: Cancel)).Children.Count);
    }

    [Fact]
    public async Task A_request_longer_than_a_server_takes_is_refused_here()
    {
        await ZooKeeperAssert.FailsAsync(
            ZooKeeperError.BadArguments, () => client.CreateAsync("/long", new byte[1 << 20], cancellationToken: Cancel));
        await client.CreateAsync("/long", new byte[(1 << 20) - 200], cancellationToken: Cancel);
        Assert.Equal((1 << 20) - 200, (await client.GetDataAsync("/long", cancellationToken: Cancel)).Data.Length);
    }
}

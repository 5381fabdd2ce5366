using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Clients;

/// <summary>kazoo 2.8 (Debian) and 2.11 on an ensemble of ours.</summary>
public sealed class KazooTests(SharedCluster shared)
{
    /// <summary>Two clients, each on a server of its own.</summary>
    const string Recipes = """
        import sys, threading
        from kazoo.client import KazooClient
        from kazoo.exceptions import *
        from kazoo.security import make_digest_acl
        servers, root = sys.argv[1].split(','), sys.argv[2]
        c = KazooClient(hosts=servers[0]); c.start()
        d = KazooClient(hosts=servers[1]); d.start()

        assert c.create(root + '/deep/er', b'1', makepath=True) == root + '/deep/er'
        d.sync(root)
        seen, all_seen = [], threading.Event()
        def watch(event):
            seen.append((event.type, event.path))
            if len(seen) == 4: all_seen.set()
        d.get(root + '/deep/er', watch=watch); d.get_children(root, watch=watch)
        d.exists(root + '/new', watch=watch); d.exists(root + '/deep', watch=watch)
        c.set(root + '/deep/er', b'2'); c.create(root + '/new', b''); c.set(root + '/deep', b'x')
        assert all_seen.wait(10)
        assert sorted(seen) == sorted([
            ('CHANGED', root + '/deep/er'), ('CHILD', root), ('CREATED', root + '/new'), ('CHANGED', root + '/deep')]), seen

        path, stat = c.create(root + '/q-', b'x', sequence=True, ephemeral=True, include_data=True)
        assert path == root + '/q-0000000002' and stat.ephemeralOwner == c.client_id[0], (path, stat)

        t = c.transaction()
        t.create(root + '/t', b''); t.check(root + '/deep/er', 1); t.set_data(root, b'z'); t.delete(root + '/new')
        r = t.commit(); assert r[0] == root + '/t' and r[1] is True and r[2].version == 1 and r[3] is True, r
        t = c.transaction(); t.create(root + '/u', b''); t.create(root + '/t', b''); t.delete(root)
        r = [type(x).__name__ for x in t.commit()]; assert r == ['RolledBackError', 'NodeExistsError', 'RuntimeInconsistency'], r
        assert c.exists(root + '/u') is None
        try: c.set(root + '/t', b'', version=7); assert False
        except BadVersionError: pass

        c.create(root + '/secret', b's', acl=[make_digest_acl('bob', 'pw', all=True)])
        d.sync(root)
        try: d.get(root + '/secret'); assert False
        except NoAuthError: pass
        d.add_auth('digest', 'bob:pw'); assert d.get(root + '/secret')[0] == b's'

        lock, other = c.Lock(root + '/lock', 'c'), d.Lock(root + '/lock', 'd')
        lock.acquire()
        assert not other.acquire(blocking=False)
        waiting = threading.Thread(target=lambda: other.acquire(timeout=20)); waiting.start()
        lock.release(); waiting.join(20); assert other.is_acquired
        assert lock.contenders() == ['d'], lock.contenders()
        other.release()
        counter = c.Counter(root + '/counter'); counter += 3; d.sync(root); assert d.Counter(root + '/counter').value == 3
        many = [c.create_async(root + '/many/s-', b'd' * 50, sequence=True, makepath=True) for _ in range(300)]
        assert len({x.get(20) for x in many}) == 300
        counts, complete = [], threading.Event()
        @d.ChildrenWatch(root + '/many')
        def children(names):
            counts.append(len(names))
            if len(names) == 301: complete.set()
        c.create(root + '/many/last'); assert complete.wait(10), counts

        gone = threading.Event()
        d.sync(root); assert d.exists(path, watch=lambda e: gone.set()) is not None
        c.stop(); c.close()
        assert gone.wait(10), 'the ephemeral did not go with its session'
        d.delete(root, recursive=True)
        d.stop(); d.close(); print('content')
        """;

    const string Survivor = """
        import sys, threading
        from kazoo.client import KazooClient
        c = KazooClient(
            hosts=sys.argv[1], timeout=20,
            connection_retry=dict(max_tries=-1, delay=0.05, max_delay=0.2),
            command_retry=dict(max_tries=-1, delay=0.05, max_delay=0.2))
        c.start()
        session = c.client_id[0]
        c.create('/mine', b'', ephemeral=True)
        changed, connected = threading.Event(), threading.Event()
        c.create('/watched', b'')
        c.get('/watched', watch=lambda e: changed.set())
        c.add_listener(lambda state: connected.set() if state == 'CONNECTED' else connected.clear())
        print(c._connection._socket.getpeername()[1], flush=True)
        sys.stdin.readline()
        c.retry(c.exists, '/mine')
        assert connected.wait(20)
        assert c.client_id[0] == session, 'another session'
        assert c.get('/mine')[1].ephemeralOwner == session
        print(c._connection._socket.getpeername()[1], flush=True)
        sys.stdin.readline()
        c.retry(c.set, '/watched', b'2')
        assert changed.wait(10), 'the watch was lost'
        c.stop(); print('content')
        """;

    [Theory]
    [InlineData(Generation.Debian)]
    [InlineData(Generation.Today)]
    public async Task Kazoo_is_content(Generation generation)
    {
        await Python.RequireAsync(generation, "kazoo");
        var cluster = await shared.GetAsync();
        Assert.Contains("content", await Python.RunAsync(generation, "kazoo", Recipes, cluster.Ensemble, $"/kazoo-{generation}"));
    }

    [Theory]
    [InlineData(Generation.Debian)]
    [InlineData(Generation.Today)]
    public async Task A_session_with_its_ephemeral_and_its_watch_outlives_its_server(Generation generation)
    {
        await Python.RequireAsync(generation, "kazoo");
        await using var cluster = await HostedCluster.StartAsync(brokers: 0);
        await using var client = await Python.StartAsync(generation, "kazoo", Survivor, cluster.Ensemble);
        var first = await client.HearAsync();
        await cluster.KillAsync(cluster.NodeAt(int.Parse(first)));
        await client.TellAsync("it was killed");
        Assert.NotEqual(first, await client.HearAsync());
        await client.TellAsync("go on");
        Assert.Equal("content", await client.HearAsync());
    }
}

using Testing;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Interop;

/// <summary>Clients that others wrote.</summary>
public sealed class OtherClientsTests
{
    const string Kazoo = """
        import sys, time, threading
        from kazoo.client import KazooClient
        from kazoo.exceptions import *
        from kazoo.security import make_digest_acl
        hosts = sys.argv[1]
        c = KazooClient(hosts=hosts); c.start()
        d = KazooClient(hosts=hosts); d.start()
        events = []
        assert c.create('/k/deep/er', b'1', makepath=True) == '/k/deep/er'
        d.get('/k/deep/er', watch=lambda e: events.append((e.type, e.path)))
        d.get_children('/k', watch=lambda e: events.append((e.type, e.path)))
        d.exists('/k/new', watch=lambda e: events.append((e.type, e.path)))
        c.set('/k/deep/er', b'2'); c.create('/k/new', b'')
        d.sync('/k')
        assert sorted(events) == [('CHANGED', '/k/deep/er'), ('CHILD', '/k'), ('CREATED', '/k/new')], events
        path, stat = c.create('/k/q-', b'x', sequence=True, ephemeral=True, include_data=True)
        assert path == '/k/q-0000000002' and stat.ephemeralOwner == c.client_id[0], (path, stat)
        t = c.transaction(); t.create('/k/t', b''); t.check('/k/deep/er', 1); t.set_data('/k', b'z'); t.delete('/k/new')
        r = t.commit(); assert r[0] == '/k/t' and r[1] is True and r[2].version == 1 and r[3] is True, r
        t = c.transaction(); t.create('/k/u', b''); t.create('/k/t', b''); t.delete('/k')
        r = [type(x).__name__ for x in t.commit()]; assert r == ['RolledBackError', 'NodeExistsError', 'RuntimeInconsistency'], r
        assert d.exists('/k/u') is None
        c.create('/k/secret', b's', acl=[make_digest_acl('bob', 'pw', all=True)])
        try: d.get('/k/secret'); assert False
        except NoAuthError: pass
        d.add_auth('digest', 'bob:pw'); assert d.get('/k/secret')[0] == b's'
        lock = c.Lock('/k/lock', 'c'); lock.acquire(); other = d.Lock('/k/lock', 'd')
        assert not other.acquire(blocking=False); lock.release(); assert other.acquire(timeout=5); other.release()
        counter = c.Counter('/k/counter'); counter += 3; assert d.Counter('/k/counter').value == 3
        n = [c.create_async('/k/many/s-', b'd' * 50, sequence=True, makepath=True) for _ in range(500)]
        assert len({x.get(10) for x in n}) == 500
        got = []
        @d.ChildrenWatch('/k/many')
        def watch(children): got.append(len(children))
        assert got == [500]
        c.stop(); c.close(); d.sync('/k')
        assert d.exists(path) is None
        d.delete('/k', recursive=True)
        assert d.command(b'ruok') == 'imok'
        assert d.server_version()[:2] == (3, 9), d.server_version()
        d.stop(); print('kazoo is content')
        """;

    [Fact]
    public async Task Debians_kazoo_is_content() => await RunKazooAsync("/usr/bin/python3");

    [Fact]
    public async Task Todays_kazoo_is_content()
    {
        var wheel = Directory.GetFiles(External.Require("PYTHON_CLIENTS"), "kazoo-*.whl").Single();
        await RunKazooAsync("/usr/bin/python3", $"import sys; sys.path.insert(0, '{wheel}')\n");
    }

    [Fact]
    public async Task Apaches_zkCli_is_content()
    {
        var home = External.Require("ZOOKEEPER_HOME");
        External.RequireProgram("java");
        await using var test = await TestServer.StartAsync();
        var script = """
            create /cli data
            create -e /cli/e x
            create -s /cli/s- y
            create -c /cli/container
            get -s /cli
            set -s /cli changed
            ls -R /cli
            stat /cli/e
            addauth digest bob:pw
            setAcl /cli/e auth:bob:cdrwa
            getAcl /cli/e
            getEphemerals /
            getAllChildrenNumber /cli
            config
            sync /cli
            whoami
            deleteall /cli
            ls /
            quit
            """;
        var result = await External.RunAsync(Path.Combine(home, "bin/zkCli.sh"), ["-server", $"127.0.0.1:{test.Port}"], script);
        foreach (var expected in new[]
        {
            "Created /cli", "Created /cli/s-0000000001", "dataVersion = 1", "/cli/container", "ephemeralOwner = 0x", "'digest,'bob:",
            ": cdrwa", "digest: bob", "[zookeeper]", "Sync is OK",
        })
        {
            Assert.True(result.ToString().Contains(expected, StringComparison.Ordinal), $"no \"{expected}\" in {result}");
        }

        Assert.DoesNotContain("KeeperErrorCode", result.ToString(), StringComparison.Ordinal);
    }

    static async Task RunKazooAsync(string python, string prelude = "")
    {
        Assert.SkipUnless(File.Exists(python), $"{python} is not there");
        var probe = await External.RunAsync(python, ["-c", prelude + "import kazoo.client"]);
        Assert.SkipUnless(probe.ExitCode == 0, $"kazoo is not installed: {probe.Error}");
        await using var test = await TestServer.StartAsync();
        var result = await External.RunAsync(python, ["-c", prelude + Kazoo, $"127.0.0.1:{test.Port}"]);
        Assert.True(result.ExitCode == 0 && result.Output.Contains("kazoo is content", StringComparison.Ordinal), result.ToString());
    }
}

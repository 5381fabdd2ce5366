using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Interop;

/// <summary>A script that asks a fresh server for everything and reports what it answered.</summary>
sealed class ComparedScript(int port) : ComparedReport
{
    public static async Task<List<string>> RunAsync(int port)
    {
        var script = new ComparedScript(port);
        await using var one = await RawClient.ConnectAsync(port);
        await using var two = await RawClient.ConnectAsync(port);
        script.Sessions[one.Session.SessionId] = 1;
        script.Sessions[two.Session.SessionId] = 2;
        script.Say("connect", $"timeout {one.Session.TimeOut}, {one.ConnectResponseLength} bytes");
        await script.TreeAsync(one);
        await script.ErrorsAsync(one);
        await script.SequentialAsync(one);
        await script.MultiAsync(one);
        await script.AclAsync(one, two);
        await script.WatchesAsync(one, two);
        await script.MoreWatchesAsync(one, two);
        await script.OthersAsync(one, two);
        return script.Lines;
    }

    async Task TreeAsync(RawClient c)
    {
        foreach (var path in new[] { "/", "/zookeeper", "/zookeeper/config", "/zookeeper/quota" })
        {
            await Stat(c, path);
            Say($"acl {path}", await c.CallAsync(OpCode.GetAcl, new GetACLRequest { Path = path }), GetACLResponse.Read, r => Acl(r.Acl));
        }

        Say("create /a", await c.CreateAsync("/a", "x"), CreateResponse.Read, r => r.Path);
        await Stat(c, "/a");
        Say("create2 /a/b", await c.CreateAsync("/a/b", "yy", type: OpCode.Create2), Create2Response.Read, Created);
        Say("ephemeral", await c.CreateAsync("/a/e", "", CreateMode.Ephemeral, type: OpCode.Create2), Create2Response.Read, Created);
        var container = await c.CreateAsync("/a/c", "", CreateMode.Container, type: OpCode.CreateContainer);
        Say("container", container, Create2Response.Read, Created);
        Say(
            "null data",
            await c.CallAsync(OpCode.Create, new CreateRequest { Path = "/null", Data = null, Acl = [.. Acls.Open], Flags = 0 }));
        Say("get null", await c.GetAsync("/null"), GetDataResponse.Read, r => $"{(r.Data is null ? "null" : "bytes")} {Text(r.Stat)}");
        await Stat(c, "/a");
        Say("set", await c.SetAsync("/a", "new", 0), SetDataResponse.Read, r => Text(r.Stat));
        Say("set any", await c.SetAsync("/a", "newer"), SetDataResponse.Read, r => Text(r.Stat));
        Say("children", await c.ChildrenAsync("/a"), GetChildren2Response.Read, Children);
        Say("delete /a/b", await c.DeleteAsync("/a/b", 0));
        await Stat(c, "/a");
        Say("setACL", await c.CallAsync(OpCode.SetAcl, OpenAcl("/a", 0)), SetACLResponse.Read, r => Text(r.Stat));
    }

    async Task ErrorsAsync(RawClient c)
    {
        string[] paths =
            ["/a", "/missing/x", "/a/e/x", "", "x", "x/y", "/a/", "//a", "/a/../b", "/a/.", "/a\u0001", "/", "/zookeeper/x"];
        foreach (var path in paths)
        {
            Say($"create \"{path}\"", await c.CreateAsync(path));
        }

        foreach (var path in new[] { "/a", "/missing", "/", "/zookeeper", "/zookeeper/config", "", "x", "//", "/zookeeper/x" })
        {
            Say($"delete \"{path}\"", await c.DeleteAsync(path));
        }

        foreach (var path in new[] { "/missing", "", "x", "/a/", "//a" })
        {
            Say($"set \"{path}\"", await c.SetAsync(path, ""));
            Say($"get \"{path}x\"", await c.GetAsync(path + "x"));
            Say($"exists \"{path}x\"", await c.ExistsAsync(path + "x"));
            Say($"children \"{path}x\"", await c.ChildrenAsync(path + "x"));
        }

        Say("set bad version", await c.SetAsync("/a", "", 77));
        Say("delete bad version", await c.DeleteAsync("/a/e", 77));
        Say("setACL bad version", await c.CallAsync(OpCode.SetAcl, OpenAcl("/a", 77)));
        Say("no acl", await c.CreateAsync("/noacl", acl: []));
        Say("null acl", await c.CallAsync(OpCode.Create, new CreateRequest { Path = "/noacl", Acl = null, Flags = 0 }));
        Say("bad flags", await c.CallAsync(OpCode.Create, new CreateRequest { Path = "/flags", Acl = [.. Acls.Open], Flags = 9 }));
        Say(
            "ttl",
            await c.CallAsync(OpCode.CreateTtl, new CreateTTLRequest { Path = "/ttl", Acl = [.. Acls.Open], Flags = 5, Ttl = 1000 }));
        Say("reconfig", await c.CallAsync(OpCode.Reconfig, new ReconfigRequest { CurConfigId = -1 }));
        Say("zxid after refusals", $"{(await c.PingAsync()).Zxid}");
    }

    async Task SequentialAsync(RawClient c)
    {
        await c.CreateAsync("/q");
        foreach (var path in new[] { "/q/n-", "/q/n-", "/q/" })
        {
            Say($"sequential {path}", await c.CreateAsync(path, mode: CreateMode.PersistentSequential), CreateResponse.Read, r => r.Path);
        }

        await c.DeleteAsync("/q/n-0000000000");
        await c.DeleteAsync("/q/n-0000000001");
        Say("after deletions", await c.CreateAsync("/q/n-", mode: CreateMode.EphemeralSequential), CreateResponse.Read, r => r.Path);
        await c.MultiAsync((OpCode.Create, New("/q/m-", CreateMode.PersistentSequential)), (OpCode.Create, New("/a")));
        Say("after a failed multi", await c.CreateAsync("/q/n-", mode: CreateMode.PersistentSequential), CreateResponse.Read, r => r.Path);
        await Stat(c, "/q");
    }

    async Task MultiAsync(RawClient c)
    {
        async Task Run(string what, params (OpCode Type, IRecord Record)[] operations)
        {
            var reply = await c.MultiAsync(operations);
            var results = reply.Error == ZooKeeperError.Ok ? string.Join(", ", reply.Results().Select(r => $"{r.Type}={r.Error}")) : "";
            Say($"multi {what}", $"{reply.Error} {results} zxid {reply.Zxid}");
        }

        await Run("of nothing");
        await Run(
            "good",
            (OpCode.Create, New("/m")),
            (OpCode.Create2, New("/m/x")),
            (OpCode.SetData, Set("/m", 0)),
            (OpCode.Check, Check("/m", 1)),
            (OpCode.Delete, Delete("/m/x", 0)));
        await Stat(c, "/m");
        await Run("check alone", (OpCode.Check, Check("/m", 1)));
        await Run("check alone fails", (OpCode.Check, Check("/m", 9)));
        await Run("fails in the middle", (OpCode.Create, New("/m/1")), (OpCode.Create, New("/m")), (OpCode.Create, New("/m/2")));
        await Run("fails first", (OpCode.Delete, Delete("/nothing")), (OpCode.Create, New("/m/2")));
        await Run("fails last", (OpCode.Create, New("/m/2")), (OpCode.SetData, Set("/m", 9)));
        await Run(
            "child of a node of the same multi",
            (OpCode.Create, New("/m/p")),
            (OpCode.Create, New("/m/p/q")),
            (OpCode.Delete, Delete("/m/p")));
        await Run("unknown operation", (OpCode.Exists, new ExistsRequest { Path = "/m" }));
        await Stat(c, "/m");
        var read = await c.MultiOfAsync(
            OpCode.MultiRead,
            (OpCode.GetData, new GetDataRequest { Path = "/m" }),
            (OpCode.GetChildren, new GetChildrenRequest { Path = "/nothing" }),
            (OpCode.GetChildren, new GetChildrenRequest { Path = "/q" }));
        Say("multiRead", string.Join(", ", read.Results().Select(r => $"{r.Type}={r.Error}")));
    }

    async Task AclAsync(RawClient one, RawClient two)
    {
        Say("auth acl without identity", await one.CreateAsync("/acl", acl: Acls.CreatorAll));
        Say("unknown scheme", await one.CreateAsync("/acl", acl: [new ACL { Perms = 31, Id = new Id { Scheme = "sasl?", Value = "x" } }]));
        Say("bad digest", await one.CreateAsync("/acl", acl: [new ACL { Perms = 31, Id = new Id { Scheme = "digest", Value = "x" } }]));
        foreach (var range in new[] { "127.0.0.0/8", "10.0.0.0/33", "nonsense", "::1", "127.0.0.1" })
        {
            var path = $"/ip-{range.Replace('/', '_')}";
            var acl = new ACL { Perms = 31, Id = new Id { Scheme = "ip", Value = range } };
            Say($"ip acl {range}", await one.CreateAsync(path, acl: [acl]));
            Say($"read of {range}", await one.GetAsync(path));
        }

        Say("auth", (await one.AddAuthAsync("digest", "bob:secret")).Error.ToString());
        Say("creator all", await one.CreateAsync("/acl", acl: Acls.CreatorAll));
        Say("digest acl", await one.CallAsync(OpCode.GetAcl, new GetACLRequest { Path = "/acl" }), GetACLResponse.Read, r => Acl(r.Acl));
        Say("other reads", await two.GetAsync("/acl"));
        Say("other writes", await two.SetAsync("/acl", "x"));
        Say("other reads the acl", await two.CallAsync(OpCode.GetAcl, new GetACLRequest { Path = "/acl" }));
        Say("other creates", await two.CreateAsync("/acl/x"));
        Say("other deletes", await two.DeleteAsync("/acl"));
        Say("made again", await one.CreateAsync("/acl", acl: Acls.CreatorAll));
        Say("other sets the acl", await two.CallAsync(OpCode.SetAcl, OpenAcl("/acl", -1)));
        Say("other checks", (await two.MultiAsync((OpCode.Check, Check("/acl", 0)))).Results()[0].Error.ToString());
        Say("other exists", await two.ExistsAsync("/acl", watch: true));
        var readOnly = new SetACLRequest
        {
            Path = "/acl",
            Acl = [new ACL { Perms = 1, Id = Acls.Anyone }, new ACL { Perms = 31, Id = Acls.Creator }],
            Version = 0,
        };
        Say("read and no more", await one.CallAsync(OpCode.SetAcl, readOnly), SetACLResponse.Read, r => Text(r.Stat));
        Say("masked", await two.CallAsync(OpCode.GetAcl, new GetACLRequest { Path = "/acl" }), GetACLResponse.Read, r => Acl(r.Acl));
        Say("other authenticates", (await two.AddAuthAsync("digest", "bob:secret")).Error.ToString());
        Say("other writes now", (await two.SetAsync("/acl", "x")).Error.ToString());
        Say(
            "whoami",
            await two.CallAsync(OpCode.WhoAmI),
            WhoAmIResponse.Read,
            r => string.Join(' ', r.ClientInfo.Select(i => $"{i.AuthScheme}:{i.User}").Order()));
        await using var third = await RawClient.ConnectAsync(port);
        Say("unknown auth", (await third.AddAuthAsync("nonsense", "x")).Error.ToString());
        Say("and closed", (await third.IsClosedByServerAsync(TimeSpan.FromSeconds(5))).ToString());
    }

    async Task WatchesAsync(RawClient one, RawClient two)
    {
        await one.CreateAsync("/w");
        await one.GetAsync("/w", watch: true);
        await one.ExistsAsync("/w/c", watch: true);
        await one.ChildrenAsync("/w", watch: true);
        await one.GetAsync("/w/none", watch: true);
        await one.ChildrenAsync("/w/none", watch: true);
        await two.SetAsync("/w", "1");
        await two.SetAsync("/w", "2");
        await two.CreateAsync("/w/c");
        await two.CreateAsync("/w/none");
        await Events(one, "set, create child");
        await one.GetAsync("/w/c", watch: true);
        await one.ChildrenAsync("/w/c", watch: true);
        await one.ChildrenAsync("/w", watch: true);
        await two.DeleteAsync("/w/c");
        await Events(one, "delete child");
        await one.GetAsync("/w/none", watch: true);
        await two.MultiAsync((OpCode.SetData, Set("/w/none", -1)), (OpCode.Create, New("/w/none")));
        await Events(one, "failed multi");
        await two.MultiAsync((OpCode.SetData, Set("/w/none", -1)), (OpCode.Delete, Delete("/w/none")));
        await Events(one, "multi");
        await one.GetAsync("/w", watch: true);
        await one.SetAsync("/w", "mine");
        await Events(one, "own write");
    }

    async Task MoreWatchesAsync(RawClient one, RawClient two)
    {
        var before = (await one.PingAsync()).Zxid;
        await two.CreateAsync("/w/old");
        await two.SetAsync("/w", "missed");
        var watches = new SetWatches
        {
            RelativeZxid = before,
            DataWatches = ["/w", "/a", "/w/gone"],
            ExistWatches = ["/w/old", "/w/later"],
            ChildWatches = ["/w", "/a", "/w/gone"],
        };
        Say("setWatches", await one.CallAsync(OpCode.SetWatches, watches, ReservedXid.SetWatches));
        await Events(one, "missed");
        await two.SetAsync("/a", "x");
        await two.CreateAsync("/w/later");
        await two.CreateAsync("/a/child");
        await Events(one, "set again");
        var persistent = new AddWatchRequest { Path = "/w", Mode = 0 };
        Say("addWatch", await one.CallAsync(OpCode.AddWatch, persistent), ErrorResponse.Read, r => $"{r.Err}");
        Say("addWatch recursive", await one.CallAsync(OpCode.AddWatch, new AddWatchRequest { Path = "/q", Mode = 1 }));
        await two.SetAsync("/w", "1");
        await two.SetAsync("/w", "2");
        await two.CreateAsync("/w/k");
        await two.CreateAsync("/w/k/deep");
        await two.CreateAsync("/q/k");
        await two.CreateAsync("/q/k/deep");
        await two.SetAsync("/q/k/deep", "x");
        await two.DeleteAsync("/q/k/deep");
        await two.DeleteAsync("/w/k/deep");
        await two.DeleteAsync("/w/k");
        await Events(one, "persistent");
        var check = new CheckWatchesRequest { Path = "/q", Type = (int)WatcherType.Any };
        var remove = new RemoveWatchesRequest { Path = "/q", Type = (int)WatcherType.Any };
        Say("checkWatches", (await one.CallAsync(OpCode.CheckWatches, check)).Error.ToString());
        Say("removeWatches", (await one.CallAsync(OpCode.RemoveWatches, remove)).Error.ToString());
        Say("removeWatches again", (await one.CallAsync(OpCode.RemoveWatches, remove)).Error.ToString());
        var more = new SetWatches2 { RelativeZxid = before, PersistentRecursiveWatches = ["/m"], DataWatches = ["/q"] };
        Say("setWatches2", await one.CallAsync(OpCode.SetWatches2, more, ReservedXid.SetWatches));
        await two.CreateAsync("/m/new");
        await two.CreateAsync("/q/x");
        await two.SetAsync("/q", "x");
        await Events(one, "setWatches2");
        await two.CreateAsync("/secret", acl: Acls.CreatorAll);
        await using var third = await RawClient.ConnectAsync(port);
        await third.ExistsAsync("/secret", watch: true);
        await third.ExistsAsync("/w", watch: true);
        await two.SetAsync("/secret", "x");
        await two.SetAsync("/w", "x");
        await Events(third, "of a node that it may not read");
    }

    async Task OthersAsync(RawClient one, RawClient two)
    {
        Say("sync", await one.CallAsync(OpCode.Sync, new SyncRequest { Path = "/w" }), SyncResponse.Read, r => r.Path);
        var count = await one.CallAsync(OpCode.GetAllChildrenNumber, new GetAllChildrenNumberRequest { Path = "/" });
        Say("count", count, GetAllChildrenNumberResponse.Read, r => $"{r.TotalNumber}");
        var ephemerals = await one.CallAsync(OpCode.GetEphemerals, new GetEphemeralsRequest { PrefixPath = "/a" });
        Say("ephemerals", ephemerals, GetEphemeralsResponse.Read, r => string.Join(' ', r.Ephemerals));
        await using (var curious = await RawClient.ConnectAsync(port))
        {
            Say("unknown operation", await curious.CallAsync((OpCode)77));
            Say("after it", $"closed {await curious.IsClosedByServerAsync(TimeSpan.FromSeconds(5))}");
        }

        Say("short body", await one.CallAsync(OpCode.GetData, new SyncResponse { Path = "/" }));
        await two.ExistsAsync("/a/e", watch: true);
        await using var third = await RawClient.ConnectAsync(port);
        Say("close", await third.CallAsync(OpCode.CloseSession));
        Say("closed", (await third.IsClosedByServerAsync(TimeSpan.FromSeconds(5))).ToString());
        await using var again = await RawClient.ConnectAsync(port, before: third.Session);
        var closed = await again.IsClosedByServerAsync(TimeSpan.FromSeconds(5));
        Say("reconnect to a closed session", $"id {again.Session.SessionId}, timeout {again.Session.TimeOut}, closed {closed}");
        await using var wrong = await RawClient.OpenAsync(port);
        await wrong.HandshakeAsync(10_000, one.Session.SessionId, new byte[16], 0);
        Say("wrong password", $"id {wrong.Session.SessionId}, timeout {wrong.Session.TimeOut}, password {wrong.Session.Passwd.Length}");
        await using var old = await RawClient.OpenAsync(port);
        await old.HandshakeAsync(1, 0, new byte[16], 0, withReadOnly: false);
        Say("old client", $"{old.ConnectResponseLength} bytes, timeout {old.Session.TimeOut}");
        await using var patient = await RawClient.ConnectAsync(port, 10_000_000);
        Say("long timeout", $"{patient.Session.TimeOut}");
        await using var moved = await RawClient.ConnectAsync(port, before: one.Session);
        var sameId = moved.Session.SessionId == one.Session.SessionId;
        var samePassword = moved.Session.Passwd.Span.SequenceEqual(one.Session.Passwd.Span);
        var left = await one.IsClosedByServerAsync(TimeSpan.FromSeconds(5));
        Say("reconnect", $"same id {sameId}, same password {samePassword}, old connection closed {left}");
        Say("ephemeral still there", (await moved.ExistsAsync("/a/e")).Error.ToString());
        Say("close session", await moved.CallAsync(OpCode.CloseSession));
        await Events(two, "ephemerals of a closed session");
        Say("final", await two.ChildrenAsync("/a"), GetChildren2Response.Read, Children);
        await using var ahead = await RawClient.OpenAsync(port);
        var refused = await Record.ExceptionAsync(() => ahead.HandshakeAsync(10_000, 0, new byte[16], long.MaxValue));
        Say("client that has seen more", (refused is IOException).ToString());
    }

    static CreateRequest New(string path, CreateMode mode = CreateMode.Persistent) =>
        new() { Path = path, Data = Array.Empty<byte>(), Acl = [.. Acls.Open], Flags = (int)mode };

    static SetDataRequest Set(string path, int version) => new() { Path = path, Data = "d"u8.ToArray(), Version = version };

    static CheckVersionRequest Check(string path, int version) => new() { Path = path, Version = version };

    static DeleteRequest Delete(string path, int version = -1) => new() { Path = path, Version = version };

    static SetACLRequest OpenAcl(string path, int version) => new() { Path = path, Acl = [.. Acls.Open], Version = version };
}

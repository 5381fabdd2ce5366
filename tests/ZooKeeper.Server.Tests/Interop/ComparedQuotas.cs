using System.Text;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Interop;

/// <summary>
/// What a server with enforceQuota=true and extendedTypesEnabled=true answers about quotas, containers and nodes with a time to live.
/// </summary>
static class ComparedQuotas
{
    public static async Task<List<string>> RunAsync(int port)
    {
        var lines = new List<string>();
        await using var c = await RawClient.ConnectAsync(port);
        async Task Stats(string after)
        {
            var stats = (await c.GetAsync("/zookeeper/quota/t/zookeeper_stats")).Read(GetDataResponse.Read).Data!.Value;
            lines.Add($"stats after {after}: {Encoding.UTF8.GetString(stats.Span)}");
        }

        async Task Say(string what, Task<Reply> reply) => lines.Add($"{what}: {(await reply).Error}");

        await c.CreateAsync("/t", "12345");
        await c.CreateAsync("/t/1", "1");
        await Say("quota node", c.CreateAsync("/zookeeper/quota/t"));
        await Say("limits", c.CreateAsync("/zookeeper/quota/t/zookeeper_limits", "count=3,bytes=20"));
        await Say("stats", c.CreateAsync("/zookeeper/quota/t/zookeeper_stats", "count=0,bytes=0"));
        await Stats("creation");
        foreach (var i in Enumerable.Range(2, 4))
        {
            await Say($"soft, node {i}", c.CreateAsync($"/t/{i}", "22"));
        }

        await c.SetAsync("/t/2", new string('x', 30));
        await Stats("writes over soft limits");
        await c.DeleteAsync("/t/5");
        await Stats("a deletion");
        await c.CreateAsync("/t/e", "eph", CreateMode.Ephemeral);
        await c.MultiAsync(
            (OpCode.Create, New("/t/m")),
            (OpCode.SetData, new SetDataRequest { Path = "/t/m", Data = "mm"u8.ToArray(), Version = -1 }),
            (OpCode.Delete, new DeleteRequest { Path = "/t/4", Version = -1 }));
        await Stats("a multi");
        await Say("hard limits", c.SetAsync("/zookeeper/quota/t/zookeeper_limits", "count=-1,bytes=-1=;byteHardLimit=60;countHardLimit=7"));
        await Say("the last node allowed", c.CreateAsync("/t/6", "6"));
        await Say("one node more", c.CreateAsync("/t/7"));
        await Say("below it", c.CreateAsync("/t/6/7"));
        await Say("in a multi", c.MultiAsync((OpCode.Create, New("/t/8"))));
        await Say("too many bytes", c.SetAsync("/t/6", new string('x', 100)));
        await Say("and a wrong version", c.SetAsync("/t/6", new string('x', 100), 77));
        await Say("fewer bytes", c.SetAsync("/t/2", "x"));
        await Say("enough bytes", c.SetAsync("/t/6", new string('x', 20)));
        await Say("elsewhere", c.CreateAsync("/other"));
        await Stats("hard limits");
        await c.DeleteAsync("/zookeeper/quota/t/zookeeper_limits");
        await Say("without limits", c.CreateAsync("/t/9"));
        await Stats("the limits are gone");
        await ExtendedAsync(c, lines);
        return lines;
    }

    static async Task ExtendedAsync(RawClient c, List<string> lines)
    {
        var ttl = new CreateTTLRequest
        {
            Path = "/timed",
            Data = "x"u8.ToArray(),
            Acl = [.. Acls.Open],
            Flags = (int)CreateMode.PersistentWithTtl,
            Ttl = 100_000,
        };
        var created = (await c.CallAsync(OpCode.CreateTtl, ttl)).Read(Create2Response.Read);
        lines.Add($"ttl: {created.Path} owner {created.Stat.EphemeralOwner:x}, read {(await c.StatAsync("/timed")).EphemeralOwner:x}");
        ttl.Path = "/timed2";
        var reply = await c.MultiAsync(
            (OpCode.CreateContainer, New("/box", CreateMode.Container)), (OpCode.CreateTtl, ttl), (OpCode.Create2, New("/box/x")));
        lines.Add($"multi of containers: {string.Join(", ", reply.Results().Select(r => $"{(int)r.Type}={r.Error}"))}");
        await using var other = await RawClient.ConnectAsync(c.Port);
        var check = await other.CallAsync(OpCode.Check, new CheckVersionRequest { Path = "/t", Version = -1 });
        var closed = await other.IsClosedByServerAsync(TimeSpan.FromSeconds(5));
        lines.Add($"check outside a multi: {check.Error}, closed {closed}");
    }

    static CreateRequest New(string path, CreateMode mode = CreateMode.Persistent) =>
        new() { Path = path, Data = "d"u8.ToArray(), Acl = [.. Acls.Open], Flags = (int)mode };
}

using Testing;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;

namespace ZooKeeper.Server.Tests.Interop;

public sealed class ApacheFilesTests
{
    [Fact]
    public async Task Apaches_tools_read_our_log_and_snapshot_without_complaint()
    {
        await using var test = await TestServer.StartAsync(c => c with { SnapCount = 20 });
        await WriteAsync(test.Port);
        await test.Server.StopAsync(TestContext.Current.CancellationToken);

        foreach (var log in Directory.GetFiles(test.Version2, "log.*"))
        {
            var dump = await JavaAsync("org.apache.zookeeper.server.persistence.TxnLogToolkit", "-d", log);
            Assert.True(dump.ExitCode == 0 && dump.Output.Contains("EOF reached after", StringComparison.Ordinal), dump.ToString());
            Assert.DoesNotContain("CRC", dump.Output, StringComparison.Ordinal);
        }

        var snapshot = Directory.GetFiles(test.Version2, "snapshot.*").OrderBy(f => f.Length).ThenBy(f => f, StringComparer.Ordinal).Last();
        Assert.False(snapshot.EndsWith(".0", StringComparison.Ordinal), "there is a snapshot of a later zxid");
        var formatted = await JavaAsync("org.apache.zookeeper.server.SnapshotFormatter", snapshot);
        Assert.True(formatted.ExitCode == 0 && formatted.Output.Contains("/data/acl", StringComparison.Ordinal), formatted.ToString());
    }

    [Fact]
    public async Task Apaches_server_starts_on_our_files_and_ours_on_its_files()
    {
        await using var test = await TestServer.StartAsync(c => c with { SnapCount = 20 });
        await WriteAsync(test.Port);
        var before = await DescribeAsync(test.Port);
        test.Server.Kill();
        await using (var apache = await ApacheServer.StartAsync(test.DataDirectory, "snapCount=10"))
        {
            Assert.Equal(before, await DescribeAsync(apache.Port));
            await using var client = await RawClient.ConnectAsync(apache.Port);
            for (var i = 0; i < 30; i++)
            {
                await client.CreateAsync("/data/a-", "apache", CreateMode.PersistentSequential);
            }

            before = await DescribeAsync(apache.Port);
        }

        await test.StartAgainAsync();
        Assert.Equal(before, await DescribeAsync(test.Port));
    }

    /// <summary>Compressed snapshots, of ours by Apache's server and of Apache's by ours.</summary>
    [Theory]
    [InlineData("gz")]
    [InlineData("snappy")]
    public async Task Compressed_snapshots_are_exchanged(string method)
    {
        await using var test = await TestServer.StartAsync(c => c with { SnapCount = 20, SnapshotCompression = method });
        await WriteAsync(test.Port);
        var before = await DescribeAsync(test.Port);
        await test.Server.StopAsync(TestContext.Current.CancellationToken);
        Assert.NotEmpty(Directory.GetFiles(test.Version2, $"snapshot.*.{method}"));
        string[] settings = ["snapCount=10", $"snapshot.compression.method={method}"];
        await using (var apache = await ApacheServer.StartAsync(test.DataDirectory, settings))
        {
            Assert.Equal(before, await DescribeAsync(apache.Port));
            await using var client = await RawClient.ConnectAsync(apache.Port);
            for (var i = 0; i < 30; i++)
            {
                await client.CreateAsync("/data/a-", "apache", CreateMode.PersistentSequential);
            }

            before = await DescribeAsync(apache.Port);
        }

        // what is written is plain again, what is read depends on the name
        await test.StartAgainAsync();
        Assert.Equal(before, await DescribeAsync(test.Port));
    }

    static async Task WriteAsync(int port)
    {
        await using var client = await RawClient.ConnectAsync(port);
        await client.AddAuthAsync("digest", "bob:secret");
        await client.CreateAsync("/data", "x");
        await client.CreateAsync("/data/acl", "y", acl: Acls.CreatorAll);
        for (var i = 0; i < 50; i++)
        {
            await client.CreateAsync("/data/s-", new string('d', i), CreateMode.PersistentSequential);
        }

        await client.DeleteAsync("/data/s-0000000007");
        await client.SetAsync("/data", "changed", 0);
        await client.CreateAsync("/data/e", "", CreateMode.Ephemeral);
        await client.MultiAsync(
            (OpCode.SetData, new SetDataRequest { Path = "/data", Data = new byte[3], Version = -1 }),
            (OpCode.Create, new CreateRequest { Path = "/data/m", Data = null, Acl = [.. Acls.Open] }));
        await client.MultiAsync((OpCode.Check, new CheckVersionRequest { Path = "/data", Version = 77 }));
        await client.CreateAsync("/data/m");
    }

    /// <summary>Every node with its Stat, without the ephemerals: their session may end meanwhile.</summary>
    static async Task<string> DescribeAsync(int port)
    {
        await using var client = await RawClient.ConnectAsync(port);
        await client.AddAuthAsync("digest", "bob:secret");
        var children = (await client.ChildrenAsync("/data")).Read(GetChildren2Response.Read).Children;
        var lines = new List<string>();
        foreach (var child in children.Where(c => c != "e").Order(StringComparer.Ordinal))
        {
            var node = (await client.GetAsync("/data/" + child)).Read(GetDataResponse.Read);
            var s = node.Stat;
            lines.Add($"{child} {s.Czxid} {s.Mzxid} {s.Pzxid} {s.Ctime} {s.Version} {s.Cversion} {node.Data?.Length ?? -1}");
        }

        return string.Join('\n', lines);
    }

    static Task<ProgramResult> JavaAsync(string type, params string[] arguments)
    {
        var home = External.Require("ZOOKEEPER_HOME");
        return External.RunAsync(
            External.RequireProgram("java"), ["-Xmx128m", "-cp", $"{home}/conf-client:{home}/lib/*", type, .. arguments]);
    }
}

using Testing;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tests.Support;
using static Testing.Eventually;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Clients of an ensemble in which our servers and Apache's sit together.</summary>
public class ApacheClientTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Apache's server has the id that makes it follow (1) or lead (3).</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Clients_of_both_see_the_same_and_sessions_move_between_them(long apaches)
    {
        await using var ensemble = new ServerEnsemble(3);
        await using var apache = new ApacheMember(ensemble.Files, apaches);
        long[] ours = [.. new long[] { 1, 2, 3 }.Where(id => id != apaches)];
        try
        {
            apache.Start();
            // the highest id of the first two leads
            await ensemble.StartAsync(apaches == 3 ? [ours[0]] : ours);
            await apache.ServesAsync(apaches == 3 ? "leader" : "follower");
            await ensemble.StartAsync(apaches == 3 ? [ours[1]] : []);
            var there = ensemble.Client(apaches);
            var here = ensemble.Client(ours[0]);
            await OperationsAsync(there, here, "/a");
            await OperationsAsync(here, there, "/b");
            await MoveAsync(ensemble, apache, ours, apaches, startsOnOurs: apaches == 1);
            await MoveAsync(ensemble, apache, ours, apaches, startsOnOurs: apaches != 1);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{string.Join('\n', ensemble.Log.Lines.TakeLast(60))}\n{apache.Output}", e);
        }
    }

    [Fact]
    public async Task Apache_takes_our_snapshot_and_we_take_Apaches()
    {
        await using var ensemble = new ServerEnsemble(3);
        await using var apache = new ApacheMember(ensemble.Files, 1);
        try
        {
            await ensemble.StartAsync(2, 3);
            var client = ensemble.Client(2, 3);
            await FillAsync(client);
            apache.Start();
            await apache.ServesAsync("follower");
            Assert.Contains(ensemble.Log.Lines, l => l.Contains("Snap for server 1", StringComparison.Ordinal));
            await CheckAsync(ensemble.Client(1));

            // 2 loses its disk and 3 stays down: Apache's server has the history and leads
            ensemble.Kill(2);
            ensemble.Kill(3);
            Directory.Delete(Path.Combine(ensemble.Files.DataDirectory(2), "version-2"), recursive: true);
            await ensemble.StartAsync(2);
            await apache.ServesAsync("leader");
            await TrueAsync(
                () => ensemble.Log.Lines.Any(l => l.Contains("leader 1 sends Snap", StringComparison.Ordinal)), "2 gets a snapshot");
            await CheckAsync(ensemble.Client(2));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{string.Join('\n', ensemble.Log.Lines.TakeLast(60))}\n{apache.Output}", e);
        }
    }

    [Fact]
    public async Task Apache_cuts_off_what_we_have_too_much_of_and_we_what_Apache_has()
    {
        await using var ensemble = new BareEnsemble(3, "snapshot.trust.empty=true");
        ensemble.Loggers = new LogLines();
        await ensemble.PrefillAsync(1, 12);
        await ensemble.PrefillAsync(2, 8);
        await ensemble.PrefillAsync(3, 8);
        await using var apache = new ApacheMember(ensemble.Files, 1);
        await ensemble.StartAsync(2, 3);
        await ensemble.ServesAsync(2, 3);
        apache.Start();
        await apache.ServesAsync("follower");
        Assert.Contains("Truncating log to get in sync with the leader 0x8", apache.Output, StringComparison.Ordinal);
        await ensemble.KillAsync(2);
        await ensemble.KillAsync(3);

        // now the other way round: 3 comes back with more than the majority of 1 and 2
        await ensemble.PrefillAsync(3, 12, from: 9);
        await ensemble.StartAsync(2);
        await apache.ServesAsync("follower");
        await ensemble.KillAsync(2);
        await using var second = new ApacheMember(ensemble.Files, 2);
        second.Start();
        await second.ServesAsync("leader");
        await ensemble.StartAsync(3);
        await ensemble.ServesAsync(3);
        Assert.Null(await ensemble[3].ReadAsync("/old-c"));
        Assert.NotNull(await ensemble[3].ReadAsync("/old-8"));
    }

    static async Task OperationsAsync(ZooKeeperClient writer, ZooKeeperClient reader, string root)
    {
        await writer.CreateAsync(root, new byte[] { 1, 2 }, cancellationToken: Cancellation);
        await writer.CreateAsync($"{root}/lamp", default, CreateMode.Ephemeral, cancellationToken: Cancellation);
        var numbered = await writer.CreateAsync($"{root}/n-", default, CreateMode.PersistentSequential, cancellationToken: Cancellation);
        Assert.Equal($"{root}/n-0000000001", numbered);
        await writer.MultiAsync(
            [Op.Create($"{root}/m", new byte[] { 9 }), Op.SetData(root, new byte[] { 3 }), Op.Check(root, 1)], Cancellation);
        await FailsAsync(
            ZooKeeperError.NoNode, () => writer.MultiAsync([Op.Create($"{root}/x", default), Op.Delete($"{root}/missing")], Cancellation));
        await FailsAsync(ZooKeeperError.NodeExists, () => writer.CreateAsync(root, default, cancellationToken: Cancellation));

        await reader.SyncAsync(root, Cancellation);
        var (data, stat) = await reader.GetDataAsync(root, cancellationToken: Cancellation);
        var (same, original) = await writer.GetDataAsync(root, cancellationToken: Cancellation);
        Assert.Equal([3], data);
        Assert.Equal(same, data);
        Assert.Equal(Describe(original), Describe(stat));
        Assert.Equal(
            ["lamp", "m", "n-0000000001"], (await reader.GetChildrenAsync(root, cancellationToken: Cancellation)).Children.Order());
        Assert.Equal(writer.SessionId, (await reader.ExistsAsync($"{root}/lamp", cancellationToken: Cancellation))!.EphemeralOwner);
        var fired = new TaskCompletionSource<WatchEvent>();
        await reader.GetDataAsync($"{root}/m", fired.SetResult, Cancellation);
        await writer.DeleteAsync($"{root}/m", cancellationToken: Cancellation);
        Assert.Equal(WatchEventType.NodeDeleted, (await fired.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation)).Type);
    }

    /// <summary>A session opened on one of ours goes on at Apache's server, and one of Apache's on ours.</summary>
    static async Task MoveAsync(ServerEnsemble ensemble, ApacheMember apache, long[] ours, long apaches, bool startsOnOurs)
    {
        var port = ensemble.Files.ClientPort(startsOnOurs ? ours[0] : apaches);
        ZooKeeperClient mover;
        do
        {
            // it begins with either
            mover = ensemble.Client(ours[0], apaches);
            await mover.StartAsync(Cancellation);
        }
        while (!mover.ConnectedServer!.EndsWith($":{port}", StringComparison.Ordinal));

        var path = await mover.CreateAsync("/moves-", default, CreateMode.EphemeralSequential, cancellationToken: Cancellation);
        var session = mover.SessionId;
        if (startsOnOurs)
        {
            ensemble.Kill(ours[0]);
        }
        else
        {
            await apache.KillAsync();
        }

        await TrueAsync(
            async () => (await mover.SetDataAsync(path, new byte[] { 1 }, cancellationToken: Cancellation)).Version > 0,
            "it goes on elsewhere",
            TimeSpan.FromSeconds(60));
        Assert.Equal(session, mover.SessionId);
        if (startsOnOurs)
        {
            await ensemble.StartAsync(ours[0]);
            await ensemble[ours[0]].Ready.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
            await apache.KillAsync();
        }
        else
        {
            apache.Start();
            await TrueAsync(
                async () => (await apache.AskAsync("srvr")).Contains("Mode: ", StringComparison.Ordinal),
                "Apache's is back",
                TimeSpan.FromSeconds(60));
            ensemble.Kill(ours[0]);
        }

        await TrueAsync(
            async () => (await mover.SetDataAsync(path, new byte[] { 1 }, cancellationToken: Cancellation)).Version > 1,
            "and back again",
            TimeSpan.FromSeconds(60));
        Assert.Equal(session, mover.SessionId);
        Assert.Equal(session, (await mover.ExistsAsync(path, cancellationToken: Cancellation))!.EphemeralOwner);
        if (startsOnOurs)
        {
            apache.Start();
        }
        else
        {
            await ensemble.StartAsync(ours[0]);
        }

        await TrueAsync(
            async () => (await apache.AskAsync("srvr")).Contains("Mode: ", StringComparison.Ordinal),
            "all are back",
            TimeSpan.FromSeconds(60));
        await Task.WhenAll(ensemble.Servers.Values.Select(s => s.Ready.WaitAsync(TimeSpan.FromSeconds(30), Cancellation)));
    }

    static async Task FillAsync(ZooKeeperClient client)
    {
        await client.AddAuthAsync("digest", "castellan:secret"u8.ToArray(), Cancellation);
        await client.CreateAsync("/tree", "root"u8.ToArray(), cancellationToken: Cancellation);
        await client.CreateAsync("/tree/guarded", "g"u8.ToArray(), acl: Acls.CreatorAll, cancellationToken: Cancellation);
        for (var i = 0; i < 50; i++)
        {
            await client.CreateAsync($"/tree/n{i:00}", new byte[i * 10], cancellationToken: Cancellation);
        }
    }

    static async Task CheckAsync(ZooKeeperClient client)
    {
        var (children, stat) = await client.GetChildrenAsync("/tree", cancellationToken: Cancellation);
        Assert.Equal(51, children.Count);
        Assert.Equal((51, 51), (stat.NumChildren, stat.Cversion));
        Assert.Equal(490, (await client.GetDataAsync("/tree/n49", cancellationToken: Cancellation)).Data.Length);
        await FailsAsync(ZooKeeperError.NoAuth, () => client.GetDataAsync("/tree/guarded", cancellationToken: Cancellation));
        await client.AddAuthAsync("digest", "castellan:secret"u8.ToArray(), Cancellation);
        Assert.Equal("g"u8.ToArray(), (await client.GetDataAsync("/tree/guarded", cancellationToken: Cancellation)).Data);
    }

    static async Task FailsAsync(ZooKeeperError error, Func<Task> call) =>
        Assert.Equal(error, (await Assert.ThrowsAsync<ZooKeeperException>(call)).Code);

    static string Describe(Stat s) =>
        $"{s.Czxid:x} {s.Mzxid:x} {s.Ctime} {s.Mtime} {s.Version} {s.Cversion} {s.Aversion} {s.EphemeralOwner:x} "
        + $"{s.DataLength} {s.NumChildren} {s.Pzxid:x}";
}

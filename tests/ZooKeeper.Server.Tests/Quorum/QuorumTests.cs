using ZooKeeper.Protocol;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Tests.Support;
using static Testing.Eventually;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Elections, synchronisation and broadcast over real sockets and files.</summary>
public class QuorumTests
{
    [Fact]
    public async Task With_zxids_8_8_8_7_7_and_servers_3_and_5_down_server_2_leads()
    {
        await using var ensemble = new BareEnsemble(5);
        foreach (var (id, last) in ((long, long)[])[(1, 8), (2, 8), (4, 7)])
        {
            await ensemble.PrefillAsync(id, last);
        }

        await ensemble.StartAsync(1, 2, 4);
        await ensemble.ServesAsync(1, 2, 4);
        Assert.Equal(ServerState.Leading, ensemble[2].State);
        Assert.Equal(ZooKeeperError.Ok, await ensemble[4].CreateAsync("/after", "x"u8.ToArray()));
        foreach (var server in ensemble.Servers.Values)
        {
            await TrueAsync(async () => await server.ReadAsync("/after") == "x" && await server.ReadAsync("/old-8") == "", "all have both");
        }

        var election = ensemble[4].Peer.Status.Elections[0];
        Assert.Equal(2, election.Outcome?.Leader);
        Assert.Contains(election.Steps, s => s is { Vote.Zxid: 8, Verdict: ElectionVerdict.HigherZxid });
    }

    [Fact]
    public async Task A_write_on_any_server_is_seen_on_all_and_survives_the_leader()
    {
        await using var ensemble = new BareEnsemble(3);
        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        foreach (var (id, server) in ensemble.Servers)
        {
            Assert.Equal(ZooKeeperError.Ok, await server.CreateAsync($"/by-{id}"));
        }

        var leader = ensemble.Leader!.Config.MyId;
        await ensemble.KillAsync(leader);
        var left = ensemble.Servers.Keys.ToArray();
        await TrueAsync(
            () => ensemble.Leader is not null && left.All(id => ensemble[id].Peer.Status.Epoch == 2), "a new leader in epoch 2");
        foreach (var server in ensemble.Servers.Values)
        {
            await TrueAsync(
                async () => await server.CreateAsync($"/second-{server.Config.MyId}") is ZooKeeperError.Ok or ZooKeeperError.NodeExists,
                "writes go on");
            foreach (var id in (long[])[1, 2, 3])
            {
                Assert.NotNull(await server.ReadAsync($"/by-{id}"));
            }
        }

        await ensemble.StartAsync(leader);
        await ensemble.ServesAsync(1, 2, 3);
        await TrueAsync(async () => await ensemble[leader].ReadAsync($"/second-{left[0]}") is not null, "the old leader catches up");
    }

    [Fact]
    public async Task A_minority_serves_nothing_and_a_leader_without_followers_gives_up()
    {
        await using var ensemble = new BareEnsemble(3);
        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        var leader = ensemble.Leader!;
        foreach (var id in ensemble.Servers.Keys.Where(k => ensemble[k] != leader).ToArray())
        {
            await ensemble.KillAsync(id);
        }

        await TrueAsync(() => leader.State == ServerState.Looking, "the leader gives up");
        Assert.Contains("majority", leader.Stops[^1]);
        Assert.Equal(ZooKeeperError.ConnectionLoss, await leader.CreateAsync("/alone"));
        Assert.Null(leader.Peer.Status.LeaderId);
    }

    [Fact]
    public async Task A_paused_leader_is_replaced_and_follows_when_it_wakes_up()
    {
        await using var ensemble = new BareEnsemble(3);
        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        var old = ensemble.Leader!;
        old.Pause();
        var others = ensemble.Servers.Values.Where(s => s != old).ToList();
        await TrueAsync(
            () => others.Count(o => o.State == ServerState.Leading) == 1 && others.All(o => o.State != ServerState.Looking),
            "a new leader");
        Assert.Equal(ZooKeeperError.Ok, await others[0].CreateAsync("/meanwhile"));
        old.Resume();
        await TrueAsync(() => old.State == ServerState.Following, "the old leader follows");
        await TrueAsync(async () => await old.ReadAsync("/meanwhile") is not null, "and has what was written");
    }

    [Fact]
    public async Task A_follower_that_missed_a_little_gets_a_diff()
    {
        await using var ensemble = new BareEnsemble(3);
        var log = new LogLines();
        ensemble.Loggers = log;
        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        await ensemble.Leader!.CreateAsync("/one");
        await TrueAsync(async () => await ensemble[1].ReadAsync("/one") is not null, "1 has it");
        await ensemble.KillAsync(1);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(ZooKeeperError.Ok, await ensemble.Leader!.CreateAsync($"/missed-{i}"));
        }

        log.Clear();
        await ensemble.StartAsync(1);
        await ensemble.ServesAsync(1, 2, 3);
        await TrueAsync(async () => await ensemble[1].ReadAsync("/missed-19") is not null, "1 caught up");
        Assert.Contains(log.Lines, l => l.Contains("Diff for server 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_follower_far_behind_gets_a_snapshot_and_keeps_it_over_a_restart()
    {
        await using var ensemble = new BareEnsemble(3);
        var log = new LogLines();
        ensemble.Loggers = log;
        await ensemble.StartAsync(2, 3);
        await ensemble.ServesAsync(2, 3);
        var data = new byte[20_000];
        await Task.WhenAll(Enumerable.Range(0, 600).Select(i => ensemble.Leader!.CreateAsync($"/far-{i}", data)));
        await ensemble.StartAsync(1);
        await ensemble.ServesAsync(1, 2, 3);
        Assert.NotNull(await ensemble[1].ReadAsync("/far-599"));
        Assert.Contains(log.Lines, l => l.Contains("Snap for server 1", StringComparison.Ordinal));
        Assert.Equal(ZooKeeperError.Ok, await ensemble[1].CreateAsync("/then"));
        await ensemble.KillAsync(1);
        await ensemble.StartAsync(1);
        await ensemble.ServesAsync(1, 2, 3);
        Assert.NotNull(await ensemble[1].ReadAsync("/far-0"));
        Assert.NotNull(await ensemble[1].ReadAsync("/then"));
    }

    [Fact]
    public async Task What_a_server_logged_that_was_never_committed_is_cut_off()
    {
        await using var ensemble = new BareEnsemble(3);
        var log = new LogLines();
        ensemble.Loggers = log;
        await ensemble.PrefillAsync(1, 12);
        await ensemble.PrefillAsync(2, 8);
        await ensemble.PrefillAsync(3, 8);
        await ensemble.StartAsync(2, 3);
        await ensemble.ServesAsync(2, 3);
        await ensemble.StartAsync(1);
        await ensemble.ServesAsync(1, 2, 3);
        Assert.Contains(log.Lines, l => l.Contains("Trunc for server 1", StringComparison.Ordinal));
        Assert.Null(await ensemble[1].ReadAsync("/old-c"));
        Assert.NotNull(await ensemble[1].ReadAsync("/old-8"));
        Assert.Equal(ZooKeeperError.Ok, await ensemble[1].CreateAsync("/then"));
        await ensemble.KillAsync(1);
        await ensemble.StartAsync(1);
        await ensemble.ServesAsync(1, 2, 3);
        Assert.Null(await ensemble[1].ReadAsync("/old-c"));
        Assert.NotNull(await ensemble[1].ReadAsync("/then"));
    }

    [Fact]
    public async Task What_was_never_committed_goes_with_a_snapshot_once_a_later_epoch_has_written()
    {
        await using var ensemble = new BareEnsemble(3);
        var log = new LogLines();
        ensemble.Loggers = log;
        await ensemble.PrefillAsync(1, 12);
        await ensemble.PrefillAsync(2, 8);
        await ensemble.PrefillAsync(3, 8);
        await ensemble.StartAsync(2, 3);
        await ensemble.ServesAsync(2, 3);
        Assert.Equal(ZooKeeperError.Ok, await ensemble[2].CreateAsync("/later"));
        await ensemble.StartAsync(1);
        await ensemble.ServesAsync(1, 2, 3);
        Assert.Contains(log.Lines, l => l.Contains("Snap for server 1", StringComparison.Ordinal));
        Assert.Null(await ensemble[1].ReadAsync("/old-c"));
        Assert.NotNull(await ensemble[1].ReadAsync("/later"));
        await ensemble.KillAsync(1);
        await ensemble.StartAsync(1);
        await ensemble.ServesAsync(1, 2, 3);
        Assert.Null(await ensemble[1].ReadAsync("/old-c"));
        Assert.NotNull(await ensemble[1].ReadAsync("/later"));
    }

    [Fact]
    public async Task Acknowledged_writes_survive_the_kill_of_all_three()
    {
        await using var ensemble = new BareEnsemble(3);
        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        var acknowledged = new List<string>();
        var writers = ensemble.Servers.Values.Select(async server =>
        {
            for (var i = 0; ; i++)
            {
                var path = $"/w-{server.Config.MyId}-{i}";
                if (await server.CreateAsync(path) != ZooKeeperError.Ok)
                {
                    return;
                }

                lock (acknowledged)
                {
                    acknowledged.Add(path);
                }
            }
        }).ToList();
        await TrueAsync(() => acknowledged.Count > 300, "300 writes");
        await Task.WhenAll(ensemble.Servers.Keys.ToArray().Select(ensemble.KillAsync));
        string[] sure;
        lock (acknowledged)
        {
            sure = [.. acknowledged];
        }

        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        foreach (var server in ensemble.Servers.Values)
        {
            foreach (var path in sure)
            {
                await TrueAsync(async () => await server.ReadAsync(path) is not null, $"{path} on {server.Config.MyId}");
            }
        }
    }

    [Fact]
    public async Task An_observer_sees_writes_and_writes_and_does_not_count()
    {
        await using var ensemble = new BareEnsemble(4) { Files = new EnsembleFiles(4) { Observers = [4] } };
        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        Assert.Equal(ZooKeeperError.Ok, await ensemble[1].CreateAsync("/before"));
        await ensemble.StartAsync(4);
        await ensemble.ServesAsync(1, 2, 3, 4);
        Assert.Equal(ServerState.Observing, ensemble[4].State);
        Assert.Equal(ZooKeeperError.Ok, await ensemble[4].CreateAsync("/by-observer"));
        Assert.Equal(ZooKeeperError.Ok, await ensemble[2].CreateAsync("/after"));
        await TrueAsync(
            async () => await ensemble[4].ReadAsync("/before") is not null && await ensemble[4].ReadAsync("/after") is not null,
            "it sees all");
        var leader = ensemble.Leader!;
        foreach (var id in ensemble.Servers.Keys.Where(k => k != 4 && ensemble[k] != leader).ToArray())
        {
            await ensemble.KillAsync(id);
        }

        await TrueAsync(
            () => leader.State == ServerState.Looking && ensemble[4].State == ServerState.Looking, "leader and observer are no majority");
    }

    [Fact]
    public async Task Garbage_on_the_ports_of_the_ensemble_ends_its_own_connection_only()
    {
        await using var ensemble = new BareEnsemble(3);
        await ensemble.StartAsync(1, 2, 3);
        await ensemble.ServesAsync(1, 2, 3);
        var leader = ensemble.Leader!.Config;
        var own = leader.Servers[leader.MyId];
        byte[][] garbage =
        [
            "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray(),
            [0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff],
            [0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 0xff, 0xff, 0xff, 0xff],
            [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
            [.. Enumerable.Repeat((byte)0xff, 100)],
        ];
        foreach (var port in (int[])[own.QuorumPort, own.ElectionPort])
        {
            foreach (var bytes in garbage)
            {
                using var client = new System.Net.Sockets.TcpClient();
                await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
                var stream = client.GetStream();
                await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
                client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                await TrueAsync(
                    async () => await EndsAsync(stream), $"the connection with {bytes.Length} bytes of garbage on {port} is closed");
            }
        }

        Assert.Equal(ZooKeeperError.Ok, await ensemble[1].CreateAsync("/still"));
        Assert.Equal(leader.MyId, ensemble.Leader?.Config.MyId);
        Assert.All(ensemble.Servers.Values, s => Assert.Empty(s.Stops));
    }

    static async Task<bool> EndsAsync(Stream stream)
    {
        try
        {
            return await stream.ReadAsync(new byte[1000], TestContext.Current.CancellationToken) == 0;
        }
        catch (IOException)
        {
            return true;
        }
    }
}

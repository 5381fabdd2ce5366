using Testing;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using ZooKeeper.Server.Tests.Storage;
using static Testing.Eventually;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Three whole servers and their clients: sessions, ephemeral nodes and writes over the death of servers.</summary>
public class EnsembleTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_through_any_server_is_seen_through_all()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        foreach (var id in ensemble.Servers.Keys)
        {
            await ensemble.Client(id).CreateAsync($"/by-{id}", new byte[] { (byte)id }, cancellationToken: Cancellation);
        }

        foreach (var id in ensemble.Servers.Keys)
        {
            var reader = ensemble.Client(id);
            await reader.SyncAsync("/", Cancellation);
            foreach (var writer in ensemble.Servers.Keys)
            {
                var (data, stat) = await reader.GetDataAsync($"/by-{writer}", cancellationToken: Cancellation);
                Assert.Equal([(byte)writer], data);
                Assert.Equal(0, stat.Version);
            }
        }
    }

    [Fact]
    public async Task A_new_leader_shows_its_epoch_and_every_member_the_configuration()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var leader = await ensemble.LeaderAsync();
        Assert.Contains(
            "Zxid: 0x100000000\nMode: leader",
            await FourLetters.AskAsync(ensemble.Files.ClientPort(leader), "srvr"),
            StringComparison.Ordinal);
        foreach (var id in ensemble.Servers.Keys)
        {
            var (data, stat) = await ensemble.Client(id).GetDataAsync("/zookeeper/config", cancellationToken: Cancellation);
            Assert.EndsWith("version=0", System.Text.Encoding.UTF8.GetString(data!), StringComparison.Ordinal);
            Assert.Equal((-1, 0), (stat.Version, stat.Mzxid));
        }
    }

    [Fact]
    public async Task A_watch_fires_on_one_server_for_a_write_through_another()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var watcher = ensemble.Client(1);
        var writer = ensemble.Client(2);
        await writer.CreateAsync("/watched", new byte[] { 1 }, cancellationToken: Cancellation);
        await watcher.SyncAsync("/watched", Cancellation);
        var fired = new TaskCompletionSource<WatchEvent>();
        await watcher.GetDataAsync("/watched", fired.SetResult, Cancellation);
        await writer.SetDataAsync("/watched", new byte[] { 2 }, cancellationToken: Cancellation);
        var seen = await fired.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancellation);
        Assert.Equal((WatchEventType.NodeDataChanged, "/watched"), (seen.Type, seen.Path));
    }

    [Fact]
    public async Task A_session_survives_the_death_of_its_server_and_of_the_leader()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var leader = await ensemble.LeaderAsync();
        var client = ensemble.Client(1, 2, 3);
        await client.CreateAsync("/mine", default, CreateMode.Ephemeral, cancellationToken: Cancellation);
        var session = client.SessionId;
        var own = ensemble.Servers.Keys.Single(
            id => client.ConnectedServer!.EndsWith($":{ensemble.Files.ClientPort(id)}", StringComparison.Ordinal));
        ensemble.Kill(own);
        await WorksAsync(client);
        Assert.Equal(session, client.SessionId);
        if (own == leader)
        {
            leader = await ensemble.LeaderAsync();
        }

        await ensemble.StartAsync(own);
        await ensemble[own].Ready.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        await WorksAsync(client);
        ensemble.Kill(leader);
        await WorksAsync(client);
        Assert.Equal(session, client.SessionId);
        Assert.Equal(session, (await client.ExistsAsync("/mine", cancellationToken: Cancellation))!.EphemeralOwner);
        Assert.Equal(SessionState.Connected, client.State);
    }

    [Fact]
    public async Task An_ephemeral_node_goes_when_its_session_expires_and_not_when_its_socket_closes()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var leader = await ensemble.LeaderAsync();
        var follower = ensemble.Servers.Keys.First(id => id != leader);
        var watching = ensemble.Client(leader);
        var owner = ensemble.Client(TimeSpan.FromSeconds(3), follower);
        await owner.CreateAsync("/lamp", default, CreateMode.Ephemeral, cancellationToken: Cancellation);
        await watching.SyncAsync("/", Cancellation);
        var gone = new TaskCompletionSource<WatchEvent>();
        Assert.NotNull(await watching.ExistsAsync("/lamp", gone.SetResult, Cancellation));
        var killedAt = TimeProvider.System.GetTimestamp();
        owner.Kill();
        var fired = await gone.Task.WaitAsync(TimeSpan.FromSeconds(15), Cancellation);
        var after = TimeProvider.System.GetElapsedTime(killedAt);
        Assert.Equal(WatchEventType.NodeDeleted, fired.Type);
        Assert.InRange(after.TotalSeconds, 1.5, 8);
    }

    [Fact]
    public async Task A_client_that_only_pings_a_follower_keeps_its_session()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var leader = await ensemble.LeaderAsync();
        var idle = ensemble.Client(TimeSpan.FromSeconds(2), ensemble.Servers.Keys.First(id => id != leader));
        await idle.CreateAsync("/idle", default, CreateMode.Ephemeral, cancellationToken: Cancellation);
        var other = ensemble.Client(leader);
        var until = TimeProvider.System.GetTimestamp();
        await TrueAsync(async () =>
        {
            Assert.NotNull(await other.ExistsAsync("/idle", cancellationToken: Cancellation));
            return TimeProvider.System.GetElapsedTime(until) > TimeSpan.FromSeconds(6);
        }, "three timeouts pass");
        Assert.Equal(SessionState.Connected, idle.State);
    }

    [Fact]
    public async Task What_was_acknowledged_survives_the_kill_of_all_three()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var acknowledged = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var writing = ensemble.Servers.Keys.Select(async id =>
        {
            var client = ensemble.Client(id);
            try
            {
                for (var i = 0; ; i++)
                {
                    acknowledged.Enqueue(await client.CreateAsync($"/w-{id}-{i}", default, cancellationToken: Cancellation));
                }
            }
            catch (Exception e) when (e is ZooKeeperException or TimeoutException)
            {
                client.Kill();
            }
        }).ToList();
        await TrueAsync(() => acknowledged.Count > 300, "300 writes");
        foreach (var id in ensemble.Servers.Keys.ToArray())
        {
            ensemble.Kill(id);
        }

        await Task.WhenAll(writing);
        await ensemble.ServeAsync();
        foreach (var id in ensemble.Servers.Keys)
        {
            var client = ensemble.Client(id);
            await client.SyncAsync("/", Cancellation);
            var (children, _) = await client.GetChildrenAsync("/", cancellationToken: Cancellation);
            Assert.Empty(acknowledged.Select(p => p[1..]).Except(children));
        }
    }

    [Fact]
    public async Task A_minority_answers_nobody()
    {
        await using var ensemble = new ServerEnsemble(3);
        await ensemble.ServeAsync();
        var client = ensemble.Client(TimeSpan.FromSeconds(10), 1);
        await client.CreateAsync("/before", default, cancellationToken: Cancellation);
        ensemble.Kill(2);
        ensemble.Kill(3);
        var port = ensemble.Files.ClientPort(1);
        await TrueAsync(
            async () => (await FourLetters.AskAsync(port, "srvr")).Contains("not currently serving", StringComparison.Ordinal),
            "1 says so");
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => client.GetDataAsync("/before", cancellationToken: Cancellation));
        Assert.True(refused is ZooKeeperException or TimeoutException, refused.ToString());
        await ensemble.StartAsync(2);
        await WorksAsync(client);
        Assert.NotNull(await client.ExistsAsync("/before", cancellationToken: Cancellation));
    }

    [Fact]
    public async Task A_leader_whose_disk_is_full_ends_with_the_reason_and_the_others_go_on()
    {
        await using var ensemble = new ServerEnsemble(3);
        var disk = new FailingDisk();
        ensemble.Disks[3] = disk;
        await ensemble.ServeAsync();
        Assert.Equal(3, await ensemble.LeaderAsync());
        var client = ensemble.Client(1, 2);
        await client.CreateAsync("/before", default, cancellationToken: Cancellation);
        disk.IsFull = true;
        await WorksAsync(client);
        var failure = await Assert.ThrowsAsync<IOException>(() => ensemble[3].Completion.WaitAsync(TimeSpan.FromSeconds(20), Cancellation));
        Assert.Contains("No space left on device", failure.Message, StringComparison.Ordinal);
        await TrueAsync(async () => await ensemble.LeaderAsync() != 3, "another leads");
        await WorksAsync(client);
        disk.IsFull = false;
        await ensemble.StartAsync(3);
        await ensemble[3].Ready.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);
        var back = ensemble.Client(3);
        await back.SyncAsync("/", Cancellation);
        Assert.NotNull(await back.ExistsAsync("/before", cancellationToken: Cancellation));
    }

    static Task WorksAsync(ZooKeeperClient client) => TrueAsync(
        async () =>
        {
            await client.CreateAsync("/works-", default, CreateMode.PersistentSequential, cancellationToken: Cancellation);
            return true;
        },
        "the client can write");
}

using Wire.Files;
using ZooKeeper.Client;
using ZooKeeper.Server.Tests.Support;
using static Testing.Eventually;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Whole servers in one ensemble over loopback, and clients of them.</summary>
sealed class ServerEnsemble(int count, params string[] extra) : IAsyncDisposable
{
    readonly List<ZooKeeperClient> clients = [];

    public EnsembleFiles Files { get; } = new(count, extra);

    public LogLines Log { get; } = new();

    public Dictionary<long, ZooKeeperServer> Servers { get; } = [];

    /// <summary>What members write with, where it is not the real disk.</summary>
    public Dictionary<long, IDisk> Disks { get; } = [];

    public ZooKeeperServer this[long id] => Servers[id];

    public async Task StartAsync(params long[] ids)
    {
        foreach (var id in ids)
        {
            Servers[id] = new ZooKeeperServer(Files.Config(id), Log, TimeProvider.System, Disks.GetValueOrDefault(id, Disk.Instance));
        }

        await Task.WhenAll(ids.Select(id => Servers[id].StartAsync(CancellationToken.None)));
    }

    /// <summary>Starts all of them and waits until they serve.</summary>
    public async Task ServeAsync()
    {
        await StartAsync([.. Enumerable.Range(1, count).Select(i => (long)i)]);
        await Task.WhenAll(Servers.Values.Select(s => s.Ready.WaitAsync(TimeSpan.FromSeconds(30))));
    }

    public void Kill(long id)
    {
        Servers.Remove(id, out var server);
        server!.Kill();
    }

    /// <summary>A client that knows the given servers; the first of them is tried first as often as any.</summary>
    public ZooKeeperClient Client(TimeSpan timeout, params long[] ids)
    {
        var client = new ZooKeeperClient(new ZooKeeperClientOptions
        {
            Servers = [.. ids.Select(id => ("127.0.0.1", Files.ClientPort(id)))],
            SessionTimeout = timeout,
        }, Log);
        clients.Add(client);
        return client;
    }

    public ZooKeeperClient Client(params long[] ids) => Client(TimeSpan.FromSeconds(8), ids);

    /// <summary>The id of the server that says it leads.</summary>
    public async Task<long> LeaderAsync()
    {
        long leader = 0;
        await TrueAsync(
            async () =>
            {
                foreach (var id in Servers.Keys)
                {
                    if ((await FourLetters.AskAsync(Files.ClientPort(id), "srvr")).Contains("Mode: leader", StringComparison.Ordinal))
                    {
                        leader = id;
                        return true;
                    }
                }

                return false;
            },
            "there is a leader");
        return leader;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients)
        {
            client.Kill();
            await client.DisposeAsync();
        }

        foreach (var server in Servers.Values)
        {
            server.Resume();
            await server.DisposeAsync();
        }

        Files.Dispose();
    }
}

using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using Wire.Files;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>Bare servers over loopback, with the directories they keep between their lives.</summary>
sealed class BareEnsemble(int count, params string[] extra) : IAsyncDisposable
{
    public EnsembleFiles Files { get; init; } = new(count, extra);

    public Dictionary<long, BareServer> Servers { get; } = [];

    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    public BareServer this[long id] => Servers[id];

    public BareServer? Leader => Servers.Values.FirstOrDefault(s => s.State == ServerState.Leading);

    public async Task StartAsync(params long[] ids)
    {
        foreach (var id in ids)
        {
            Servers[id] = new BareServer(Files.Config(id), Loggers);
        }

        await Task.WhenAll(ids.Select(id => Servers[id].StartAsync()));
    }

    public async Task KillAsync(long id)
    {
        Servers.Remove(id, out var server);
        await server!.KillAsync();
    }

    public Task ServesAsync(params long[] ids) => Eventually.TrueAsync(
        () => ids.All(id => Servers[id].State != ServerState.Looking) && ids.Count(id => Servers[id].State == ServerState.Leading) <= 1
            && ids.Select(id => Servers[id].Peer.Status.LeaderId).Distinct().Count() == 1,
        $"servers {string.Join(", ", ids)} serve with one leader "
        + $"({string.Join("; ", Servers.Select(s => $"{s.Key}: {s.Value.State} {s.Value.Failure?.Message}"))})");

    /// <summary>
    /// A log of transactions with the zxids <paramref name="from"/> to <paramref name="last"/>, as written by a server in an earlier life.
    /// </summary>
    public async Task PrefillAsync(long id, long last, long from = 1)
    {
        var config = Files.Config(id);
        await using var store = new TransactionStore(
            new StoreFiles(config.DataDir, config.DataLogDir), Disk.Instance, new StoreOptions(), new Wire.PauseGate(),
            TimeProvider.System, _ => default, _ => { }, NullLogger.Instance);
        await store.LoadAsync();
        for (var zxid = from; zxid <= last; zxid++)
        {
            store.Append(Proposal.Create(
                new TxnHeader { ClientId = 1, Cxid = (int)zxid, Zxid = zxid, Time = 0, Type = (int)OpCode.Create },
                new CreateTxn { Path = $"/old-{zxid:x}", Data = Array.Empty<byte>(), Acl = [.. Acls.Open], ParentCVersion = (int)zxid }));
        }

        await store.FlushAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in Servers.Values)
        {
            server.Resume();
            await server.DisposeAsync();
        }

        Files.Dispose();
    }
}

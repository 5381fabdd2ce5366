using System.Globalization;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Serving;
using ZooKeeper.Server.Statistics;
using ZooKeeper.Server.Storage;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Commands;

/// <summary>What the four-letter words and the AdminServer look at. On the server loop only.</summary>
sealed class ServerView(
    ServerCore core, TransactionStore store, StoreFiles files, ClientListener listener, IQuorumInfo? quorum, TimeProvider time)
{
    /// <summary>The answer to hash, which would show digests of the tree at some zxids, for comparing servers.</summary>
    public const string NoDigests = "This server does not compute digests of its tree.";

    readonly long startedAt = core.Milliseconds();

    public ServerCore Core => core;

    public TransactionStore Store => store;

    public ZooKeeperConfig Config => core.Config;

    public ServerStatistics Statistics => core.Statistics;

    /// <summary>Null alone.</summary>
    public IQuorumInfo? Quorum => quorum;

    /// <summary>Open sockets of clients, those of the four-letter words included.</summary>
    public int ConnectionCount => listener.Count;

    public int ClientPort => listener.LocalEndPoint.Port;

    /// <summary>ms.</summary>
    public long Uptime => core.Milliseconds() - startedAt;

    public long SnapshotBytes => StoreFiles.SizeOf(files.Snapshots);

    public long LogBytes => StoreFiles.SizeOf(files.Logs);

    public StoreFiles Files => files;

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The last transaction, or where a leader's epoch begins that has made none yet, as Apache's leader shows it.</summary>
    public long Zxid => core.State == ServerState.Leading && quorum?.Epoch is { } epoch
        ? Math.Max(core.LastProcessedZxid, Zxids.Make(epoch, 0))
        : core.LastProcessedZxid;

    /// <summary>Of the newest snapshot's file; null when there is none.</summary>
    public (long Zxid, DateTimeOffset At)? LastSnapshot =>
        files.ListSnapshots() is [.., var newest] ? (newest.Zxid, File.GetLastWriteTimeUtc(newest.Path)) : null;

    /// <summary>
    /// gtmk and stmk keep a number that switches Apache's traces; there are no such traces here, so it is a number and no more. Apache's
    /// own at the start.
    /// </summary>
    public long TraceMask { get; set; } = 0b1_0011_0010;

    /// <summary>srst.</summary>
    public void ResetStatistics()
    {
        core.Statistics.Reset();
        core.Proposals.Reset();
    }

    /// <summary>crst.</summary>
    public void ResetConnections()
    {
        foreach (var client in core.Clients.Connections)
        {
            client.Statistics.Reset();
        }
    }

    /// <summary>As mntr's server_state and srvr's Mode.</summary>
    public string Mode => core.State switch
    {
        ServerState.Leading => "leader",
        ServerState.Following => "follower",
        ServerState.Observing => "observer",
        ServerState.Standalone => "standalone",
        _ => "looking",
    };

    /// <summary>Requests that wait: proposals not committed and requests of clients behind them.</summary>
    public int Outstanding => Math.Max(core.Replicator?.Outstanding ?? 0, core.Clients.Outstanding);

    /// <summary>At most four decimals and at least one, as Java prints a rounded double.</summary>
    public static string Number(double value) => Math.Round(value, 4).ToString("0.0###", CultureInfo.InvariantCulture);
}

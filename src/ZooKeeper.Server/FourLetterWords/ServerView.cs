using System.Globalization;
using ZooKeeper.Server.Connections;
using ZooKeeper.Server.Pipeline;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Storage;

namespace ZooKeeper.Server.FourLetterWords;

/// <summary>What the four-letter words and the AdminServer look at. On the server loop only.</summary>
sealed class ServerView(ServerCore core, TransactionStore store, StoreFiles files, ClientListener listener, IQuorumInfo? quorum, TimeProvider time)
{
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

using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Storage;

/// <summary>What a snapshot and a log give together.</summary>
/// <param name="Tree">Its LastProcessedZxid is that of the last transaction in it.</param>
/// <param name="Sessions">Session id and timeout in ms of every open session.</param>
sealed record RestoredState(DataTree Tree, Dictionary<long, int> Sessions)
{
    /// <summary>The last of the transactions that came from the log.</summary>
    public CommittedLog Recent { get; } = new();
}

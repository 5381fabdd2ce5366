using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>A change of which watchers are notified.</summary>
/// <param name="Zxid">Of the transaction that made it (in the reply header since 3.9).</param>
readonly record struct WatchedChange(WatchEventType Type, string Path, long Zxid);

/// <summary>Who watches: a client connection.</summary>
interface IWatcher
{
    long SessionId { get; }

    /// <param name="watchEvent">What happened.</param>
    /// <param name="acl">Of the node; a watcher that may not read it is not notified. Null: every watcher is.</param>
    void Process(in WatchedChange watchEvent, List<ACL>? acl);
}

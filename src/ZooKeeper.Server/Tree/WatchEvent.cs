using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>A change that watches tell of.</summary>
/// <param name="Zxid">Of the transaction that made it (in the reply header since 3.9).</param>
readonly record struct WatchEvent(WatchEventType Type, string Path, long Zxid);

/// <summary>Who watches: a client connection.</summary>
interface IWatcher
{
    long SessionId { get; }

    /// <param name="watchEvent">What happened.</param>
    /// <param name="acl">Of the node; a watcher that may not read it is not told. Null: told in any case.</param>
    void Process(in WatchEvent watchEvent, List<ACL>? acl);
}

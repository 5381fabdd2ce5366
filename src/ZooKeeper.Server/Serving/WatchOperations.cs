using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Serving;

/// <summary>setWatches, setWatches2, addWatch, checkWatches and removeWatches.</summary>
static class WatchOperations
{
    public static ZooKeeperError Serve(DataTree tree, ClientConnection client, OpCode type, ref WireReader reader, WireWriter reply)
    {
        switch (type)
        {
            case OpCode.SetWatches:
                var old = SetWatches.Read(ref reader);
                var watches = new SetWatches2
                {
                    DataWatches = old.DataWatches,
                    ExistWatches = old.ExistWatches,
                    ChildWatches = old.ChildWatches,
                };
                tree.SetWatches(old.RelativeZxid, watches, client);
                return ZooKeeperError.Ok;
            case OpCode.SetWatches2:
                var all = SetWatches2.Read(ref reader);
                tree.SetWatches(all.RelativeZxid, all, client);
                return ZooKeeperError.Ok;
            case OpCode.AddWatch:
                var add = AddWatchRequest.Read(ref reader);
                if (!Enum.IsDefined((AddWatchMode)add.Mode))
                {
                    return ZooKeeperError.BadArguments;
                }

                tree.AddWatch(add.Path, client, (AddWatchMode)add.Mode);
                new ErrorResponse { Err = 0 }.Write(reply); // Apache's reply to addWatch, also when it is done
                return ZooKeeperError.Ok;
            case OpCode.CheckWatches:
                var check = CheckWatchesRequest.Read(ref reader);
                var isSet = Parts(tree, (WatcherType)check.Type).Any(p => p.Table.Contains(check.Path, client, p.Modes));
                return isSet ? ZooKeeperError.Ok : ZooKeeperError.NoWatcher;
            case OpCode.RemoveWatches:
                var remove = RemoveWatchesRequest.Read(ref reader);
                var removed = Parts(tree, (WatcherType)remove.Type).Count(p => p.Table.Remove(remove.Path, client, p.Modes));
                return removed > 0 ? ZooKeeperError.Ok : ZooKeeperError.NoWatcher;
            default:
                return ZooKeeperError.Unimplemented;
        }
    }

    static IEnumerable<(WatchTable Table, WatchModes Modes)> Parts(DataTree tree, WatcherType type) => type switch
    {
        WatcherType.Children => [(tree.ChildWatches, WatchModes.Standard)],
        WatcherType.Data => [(tree.DataWatches, WatchModes.Standard)],
        // as addWatch sets them: a persistent watch is in both tables, a recursive one in that of data alone
        WatcherType.Persistent => [(tree.DataWatches, WatchModes.Persistent), (tree.ChildWatches, WatchModes.Persistent)],
        WatcherType.PersistentRecursive => [(tree.DataWatches, WatchModes.PersistentRecursive)],
        WatcherType.Any =>
        [
            (tree.DataWatches, WatchModes.Standard | WatchModes.Persistent | WatchModes.PersistentRecursive),
            (tree.ChildWatches, WatchModes.Standard | WatchModes.Persistent | WatchModes.PersistentRecursive),
        ],
        _ => [],
    };
}

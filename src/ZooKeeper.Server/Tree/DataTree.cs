using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>
/// The znodes, their ACLs, ephemerals and watches. Pure: transactions in, results and watch events out; no clock, no files. Owned by the
/// server loop. Reads are here; what transactions do is in <see cref="Apply"/>.
/// </summary>
sealed partial class DataTree
{
    readonly Dictionary<string, DataNode> nodes = [];
    readonly Dictionary<long, HashSet<string>> ephemerals = [];

    /// <summary>A tree as a new server has it.</summary>
    public DataTree()
    {
        nodes[SpecialPaths.Root] = new DataNode([], AclCache.Open, new StatPersisted());
        nodes[SpecialPaths.ZooKeeper] = new DataNode([], AclCache.Open, new StatPersisted());
        nodes[SpecialPaths.Quota] = new DataNode([], AclCache.Open, new StatPersisted());
        nodes[SpecialPaths.Config] = new DataNode([], Acls.Add(AclCache.ReadOnlyAcl), new StatPersisted { Aversion = -1 });
        Find(SpecialPaths.Root)!.AddChild("zookeeper");
        Find(SpecialPaths.ZooKeeper)!.AddChild("config");
        Find(SpecialPaths.ZooKeeper)!.AddChild("quota");
        DataSize = nodes.Sum(n => SizeOf(n.Key, n.Value.Data));
    }

    /// <summary>The zxid of the last transaction applied, refused ones included.</summary>
    public long LastProcessedZxid { get; set; }

    public AclCache Acls { get; } = new();

    /// <summary>Watches on data and existence.</summary>
    public WatchTable DataWatches { get; } = new();

    /// <summary>Watches on children.</summary>
    public WatchTable ChildWatches { get; } = new();

    /// <summary>As Apache counts: the root twice.</summary>
    public int NodeCount => nodes.Count + 1;

    /// <summary>Bytes of paths and data, as zk_approximate_data_size (which counts the root's path once).</summary>
    public long DataSize { get; private set; }

    /// <summary>Ephemeral nodes in all.</summary>
    public int EphemeralCount { get; private set; }

    /// <summary>Paths of ephemeral nodes by session.</summary>
    public IReadOnlyDictionary<long, HashSet<string>> Ephemerals => ephemerals;

    /// <summary>Paths of container nodes: the leader deletes those that became empty.</summary>
    public HashSet<string> Containers { get; } = [];

    /// <summary>Paths of nodes with a time to live.</summary>
    public HashSet<string> TtlNodes { get; } = [];

    public int WatchCount => DataWatches.Count + ChildWatches.Count;

    public DataNode? Find(string path) => nodes.GetValueOrDefault(path);

    public IEnumerable<KeyValuePair<string, DataNode>> Nodes => nodes;

    public List<ACL> AclOf(DataNode node) => Acls.Get(node.Acl);

    public IReadOnlyCollection<string> EphemeralsOf(long session) =>
        ephemerals.TryGetValue(session, out var paths) ? paths : (IReadOnlyCollection<string>)[];

    /// <summary>All descendants of a path, not counting itself (getAllChildrenNumber).</summary>
    public int CountBelow(string path)
    {
        var prefix = path == "/" ? path : path + "/";
        // over all paths, as Apache: it is seldom asked for, and a count in each node would cost every write
        return nodes.Keys.Count(p => p.Length > prefix.Length && p.StartsWith(prefix, StringComparison.Ordinal));
    }

    public void RemoveWatcher(IWatcher watcher)
    {
        DataWatches.RemoveWatcher(watcher);
        ChildWatches.RemoveWatcher(watcher);
    }

    /// <summary>AddWatch of 3.6. A recursive watch sees creations and deletions as changes of data, so it needs no child watch.</summary>
    public void AddWatch(string path, IWatcher watcher, AddWatchMode mode)
    {
        if (mode == AddWatchMode.PersistentRecursive)
        {
            DataWatches.Add(path, watcher, WatchModes.PersistentRecursive);
            return;
        }

        DataWatches.Add(path, watcher, WatchModes.Persistent);
        ChildWatches.Add(path, watcher, WatchModes.Persistent);
    }

    /// <summary>
    /// A client that was away sets its watches again: what happened since <paramref name="relativeZxid"/> is sent at once, the rest is
    /// watched.
    /// </summary>
    public void SetWatches(long relativeZxid, SetWatches2 watches, IWatcher watcher)
    {
        foreach (var path in watches.DataWatches)
        {
            var node = Find(path);
            SetWatch(DataWatches, path, watcher, Missed(node, node?.Stat.Mzxid > relativeZxid, WatchEventType.NodeDataChanged), node);
        }

        foreach (var path in watches.ExistWatches)
        {
            var node = Find(path);
            SetWatch(DataWatches, path, watcher, node is null ? null : WatchEventType.NodeCreated, node);
        }

        foreach (var path in watches.ChildWatches)
        {
            var node = Find(path);
            SetWatch(ChildWatches, path, watcher, Missed(node, node?.Stat.Pzxid > relativeZxid, WatchEventType.NodeChildrenChanged), node);
        }

        // without a look at what was missed, as Apache: a client that needs it reads again
        watches.PersistentWatches.ForEach(path => AddWatch(path, watcher, AddWatchMode.Persistent));
        watches.PersistentRecursiveWatches.ForEach(path => AddWatch(path, watcher, AddWatchMode.PersistentRecursive));
    }

    static WatchEventType? Missed(DataNode? node, bool isChanged, WatchEventType change) =>
        node is null ? WatchEventType.NodeDeleted : isChanged ? change : null;

    void SetWatch(WatchTable table, string path, IWatcher watcher, WatchEventType? missed, DataNode? node)
    {
        if (missed is { } type)
        {
            // -1: no transaction of now, as Apache sends what was missed
            watcher.Process(new WatchedChange(type, path, -1), node is null ? null : AclOf(node));
        }
        else
        {
            table.Add(path, watcher);
        }
    }

    static long SizeOf(string path, byte[]? data) => path.Length + (data?.Length ?? 0);
}

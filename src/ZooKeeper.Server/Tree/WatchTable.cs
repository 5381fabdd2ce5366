using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>How long a watch lasts and how far it sees. A watcher may have more than one kind on a path.</summary>
[Flags]
enum WatchModes
{
    /// <summary>One event, then gone.</summary>
    Standard = 1,
    Persistent = 2,
    PersistentRecursive = 4,
}

/// <summary>
/// Watches by path and by watcher, of one of the two sorts: on data (and existence), or on children. One-time semantics of
/// org.apache.zookeeper.server.watch.WatchManager. Owned by its tree.
/// </summary>
sealed class WatchTable
{
    readonly Dictionary<string, Dictionary<IWatcher, WatchModes>> byPath = [];
    readonly Dictionary<IWatcher, HashSet<string>> byWatcher = [];
    int recursive;

    /// <summary>Watches in all.</summary>
    public int Count { get; private set; }

    public IReadOnlyDictionary<IWatcher, HashSet<string>> ByWatcher => byWatcher;

    public IEnumerable<KeyValuePair<string, IEnumerable<IWatcher>>> ByPath =>
        byPath.Select(p => KeyValuePair.Create(p.Key, (IEnumerable<IWatcher>)p.Value.Keys));

    public int Paths => byPath.Count;

    public void Add(string path, IWatcher watcher, WatchModes mode = WatchModes.Standard)
    {
        if (!byPath.TryGetValue(path, out var watchers))
        {
            byPath[path] = watchers = [];
        }

        watchers.TryGetValue(watcher, out var before);
        watchers[watcher] = before | mode;
        if ((mode & ~before).HasFlag(WatchModes.PersistentRecursive))
        {
            recursive++;
        }

        if (before == 0)
        {
            Count++;
            if (!byWatcher.TryGetValue(watcher, out var paths))
            {
                byWatcher[watcher] = paths = [];
            }

            paths.Add(path);
        }
    }

    public bool Contains(string path, IWatcher watcher, WatchModes modes) =>
        byPath.TryGetValue(path, out var watchers) && watchers.TryGetValue(watcher, out var has) && (has & modes) != 0;

    /// <summary>Takes these modes away from a watch; false when it has none of them.</summary>
    public bool Remove(string path, IWatcher watcher, WatchModes modes)
    {
        if (!Contains(path, watcher, modes))
        {
            return false;
        }

        var watchers = byPath[path];
        var before = watchers[watcher];
        if ((before & modes).HasFlag(WatchModes.PersistentRecursive))
        {
            recursive--;
        }

        if ((before & ~modes) != 0)
        {
            watchers[watcher] = before & ~modes;
            return true;
        }

        Count--;
        watchers.Remove(watcher);
        if (watchers.Count == 0)
        {
            byPath.Remove(path);
        }

        if (byWatcher.TryGetValue(watcher, out var paths) && paths.Remove(path) && paths.Count == 0)
        {
            byWatcher.Remove(watcher);
        }

        return true;
    }

    /// <summary>All watches of a connection that has ended.</summary>
    public void RemoveWatcher(IWatcher watcher)
    {
        if (byWatcher.TryGetValue(watcher, out var paths))
        {
            foreach (var path in paths.ToArray())
            {
                Remove(path, watcher, WatchModes.Standard | WatchModes.Persistent | WatchModes.PersistentRecursive);
            }
        }
    }

    /// <summary>Notifies the watchers of the path and the recursive ones above it; one-time watches go.</summary>
    /// <param name="suppress">Watchers that got this event already.</param>
    /// <returns>The watchers; null when there were none.</returns>
    public HashSet<IWatcher>? Trigger(in WatchedChange watchEvent, List<ACL>? acl, HashSet<IWatcher>? suppress = null)
    {
        HashSet<IWatcher>? notified = null;
        if (byPath.TryGetValue(watchEvent.Path, out var watchers))
        {
            notified = [.. watchers.Keys]; // a copy: one-time watches leave the table below
            foreach (var watcher in notified)
            {
                Remove(watchEvent.Path, watcher, WatchModes.Standard);
            }
        }

        // counted, so that a tree without such watches does not pay for a look at every ancestor
        if (recursive > 0)
        {
            AddRecursive(watchEvent.Path, ref notified);
        }

        foreach (var watcher in notified ?? [])
        {
            if (suppress is null || !suppress.Contains(watcher))
            {
                watcher.Process(watchEvent, acl);
            }
        }

        return notified;
    }

    void AddRecursive(string path, ref HashSet<IWatcher>? notified)
    {
        for (var above = ZooKeeperPath.Parent(path); above.Length > 0; above = ZooKeeperPath.Parent(above))
        {
            if (!byPath.TryGetValue(above, out var watchers))
            {
                continue;
            }

            foreach (var (watcher, modes) in watchers)
            {
                if (modes.HasFlag(WatchModes.PersistentRecursive))
                {
                    (notified ??= []).Add(watcher);
                }
            }
        }
    }
}

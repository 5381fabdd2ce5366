using ZooKeeper.Protocol;

namespace ZooKeeper.Client.Watches;

/// <summary>
/// Which callbacks wait for which paths (the server's, chroot included). Owned by the session's loop.
/// The rules are those of ZooKeeper's ZKWatchManager: a one-time watch is gone when it fires, and a callback registered twice is called
/// once per event.
/// </summary>
sealed class WatchRegistry
{
    static readonly WatchKind[] kinds = Enum.GetValues<WatchKind>();
    readonly Dictionary<string, HashSet<Action<WatchEvent>>>[] tables =
        [.. kinds.Select(_ => new Dictionary<string, HashSet<Action<WatchEvent>>>(StringComparer.Ordinal))];

    public bool IsEmpty => tables.All(table => table.Count == 0);

    public void Add(WatchKind kind, string path, Action<WatchEvent> callback)
    {
        var table = tables[(int)kind];
        if (!table.TryGetValue(path, out var callbacks))
        {
            table[path] = callbacks = [];
        }

        callbacks.Add(callback);
    }

    public IReadOnlyCollection<string> Paths(WatchKind kind) => tables[(int)kind].Keys;

    /// <summary>Takes out the watches that an event fires and returns their callbacks, each once.</summary>
    public IReadOnlyCollection<Action<WatchEvent>> Fire(WatchEventType type, string path)
    {
        var fired = new HashSet<Action<WatchEvent>>();
        switch (type)
        {
            case WatchEventType.NodeDataChanged or WatchEventType.NodeCreated:
                Take(WatchKind.Data, path, fired);
                Take(WatchKind.Exist, path, fired);
                AddPersistent(path, fired);
                break;
            case WatchEventType.NodeChildrenChanged:
                Take(WatchKind.Child, path, fired);
                Collect(WatchKind.Persistent, path, fired);
                break;
            case WatchEventType.NodeDeleted:
                Take(WatchKind.Data, path, fired);
                Take(WatchKind.Exist, path, fired);
                Take(WatchKind.Child, path, fired);
                AddPersistent(path, fired);
                break;
        }

        return fired;
    }

    /// <summary>Forgets the watches of a path and returns how many there were.</summary>
    public int Remove(WatcherType type, string path)
    {
        var removed = 0;
        foreach (var kind in kinds)
        {
            if (Covers(type, kind) && tables[(int)kind].Remove(path, out var callbacks))
            {
                removed += callbacks.Count;
            }
        }

        return removed;
    }

    /// <summary>Forgets one callback of a path; false when it did not wait there.</summary>
    public bool Remove(string path, Action<WatchEvent> callback)
    {
        var removed = false;
        foreach (var table in tables)
        {
            if (table.TryGetValue(path, out var callbacks) && callbacks.Remove(callback))
            {
                removed = true;
                if (callbacks.Count == 0)
                {
                    table.Remove(path);
                }
            }
        }

        return removed;
    }

    public bool Contains(string path) => tables.Any(table => table.ContainsKey(path));

    /// <summary>Empties the registry and returns each callback once for each path it waited for.</summary>
    public List<(string Path, Action<WatchEvent> Callback)> TakeAll()
    {
        var all = tables
            .SelectMany(table => table)
            .SelectMany(entry => entry.Value.Select(callback => (entry.Key, callback)))
            // one that waits for a path in two ways is called once
            .Distinct()
            .ToList();
        foreach (var table in tables)
        {
            table.Clear();
        }

        return all;
    }

    static bool Covers(WatcherType type, WatchKind kind) => type switch
    {
        WatcherType.Any => true,
        WatcherType.Children => kind == WatchKind.Child,
        WatcherType.Data => kind is WatchKind.Data or WatchKind.Exist,
        WatcherType.Persistent => kind == WatchKind.Persistent,
        _ => kind == WatchKind.PersistentRecursive,
    };

    void AddPersistent(string path, HashSet<Action<WatchEvent>> fired)
    {
        Collect(WatchKind.Persistent, path, fired);
        if (tables[(int)WatchKind.PersistentRecursive].Count == 0)
        {
            return;
        }

        // each node above may have one that covers this path
        for (var at = path; at.Length > 0; at = ZooKeeperPath.Parent(at))
        {
            Collect(WatchKind.PersistentRecursive, at, fired);
        }
    }

    void Collect(WatchKind kind, string path, HashSet<Action<WatchEvent>> fired)
    {
        if (tables[(int)kind].TryGetValue(path, out var callbacks))
        {
            fired.UnionWith(callbacks);
        }
    }

    void Take(WatchKind kind, string path, HashSet<Action<WatchEvent>> fired)
    {
        if (tables[(int)kind].Remove(path, out var callbacks))
        {
            fired.UnionWith(callbacks);
        }
    }
}

using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Preparation;

/// <summary>Changes that are proposed and not yet applied: what the next request is checked against. Owned by the server loop.</summary>
sealed class OutstandingChanges
{
    readonly Queue<ChangeRecord> queue = new();
    readonly Dictionary<string, ChangeRecord> byPath = [];
    readonly List<(ChangeRecord Added, ChangeRecord? Before)> current = [];

    public int Count => queue.Count;

    /// <summary>In the order in which they were proposed.</summary>
    public IEnumerable<ChangeRecord> All => queue;

    /// <summary>The node as it will be; null when it will not exist.</summary>
    public ChangeRecord? Find(string path, DataTree tree)
    {
        if (byPath.TryGetValue(path, out var record))
        {
            return record.Exists ? record : null;
        }

        return tree.Find(path) is { } node ? Unchanged(path, node, tree) : null;
    }

    static ChangeRecord Unchanged(string path, DataNode node, DataTree tree) => new(
        Zxid: -1,
        path,
        Exists: true,
        node.Stat.Version,
        node.Stat.Cversion,
        node.Stat.Aversion,
        node.Stat.EphemeralOwner,
        node.Children.Count,
        tree.AclOf(node),
        node.Data?.Length ?? 0);

    /// <summary>Adds a change of the transaction that is being prepared.</summary>
    public void Add(ChangeRecord record)
    {
        current.Add((record, byPath.GetValueOrDefault(record.Path)));
        byPath[record.Path] = record;
    }

    /// <summary>The transaction is proposed: its changes stay until it is applied.</summary>
    public void Keep()
    {
        current.ForEach(c => queue.Enqueue(c.Added));
        current.Clear();
    }

    /// <summary>The transaction is refused (an operation of a multi failed): its changes never were.</summary>
    public void RollBack()
    {
        // backwards: a path that the multi changed twice gets back what it was before the first change
        for (var i = current.Count - 1; i >= 0; i--)
        {
            var (added, before) = current[i];
            if (before is null)
            {
                byPath.Remove(added.Path);
            }
            else
            {
                byPath[added.Path] = before;
            }
        }

        current.Clear();
    }

    /// <summary>Everything up to a zxid is in the tree now.</summary>
    public void Applied(long zxid)
    {
        while (queue.TryPeek(out var oldest) && oldest.Zxid <= zxid)
        {
            queue.Dequeue();
            // a later change of the same node is still outstanding: checks must go on seeing that one
            if (byPath.TryGetValue(oldest.Path, out var latest) && ReferenceEquals(latest, oldest))
            {
                byPath.Remove(oldest.Path);
            }
        }
    }

    public void Clear()
    {
        queue.Clear();
        byPath.Clear();
        current.Clear();
    }
}

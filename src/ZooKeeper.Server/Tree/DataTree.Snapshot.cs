using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>How a snapshot fills a tree and what it takes from it.</summary>
sealed partial class DataTree
{
    /// <summary>Everything away, the nodes of the start as well: a snapshot has them.</summary>
    public void Clear()
    {
        nodes.Clear();
        ephemerals.Clear();
        Containers.Clear();
        TtlNodes.Clear();
        Acls.Clear();
        quotas.Clear();
        DataSize = 0;
        EphemeralCount = 0;
    }

    /// <summary>Puts a node of a snapshot where it was; parents come before children.</summary>
    /// <exception cref="InvalidDataException">Its parent or its ACL is missing.</exception>
    public void Restore(string path, byte[]? data, long acl, StatPersisted stat)
    {
        if (path != SpecialPaths.Root)
        {
            var parent = Find(ZooKeeperPath.Parent(path)) ?? throw new InvalidDataException($"The snapshot has {path} but not its parent.");
            parent.AddChild(ZooKeeperPath.Name(path));
        }

        Acls.Use(acl);
        Insert(path, new DataNode(data, acl, stat));
    }

    /// <summary>The last step of a restore: nodes that older servers did not have are added, ACLs that no node uses removed.</summary>
    /// <exception cref="InvalidDataException">There is no root.</exception>
    public void RestoreEnd()
    {
        if (!nodes.ContainsKey(SpecialPaths.Root))
        {
            throw new InvalidDataException("The snapshot has no root.");
        }

        AddMissing(SpecialPaths.ZooKeeper, AclCache.OpenAcl);
        AddMissing(SpecialPaths.Quota, AclCache.OpenAcl);
        AddMissing(SpecialPaths.Config, AclCache.ReadOnlyAcl);
        Acls.RemoveUnused();
        RestoreQuotas();
    }

    /// <summary>Parents before children, without recursion.</summary>
    public IEnumerable<KeyValuePair<string, DataNode>> InOrder()
    {
        var waiting = new Stack<string>();
        waiting.Push(SpecialPaths.Root);
        while (waiting.TryPop(out var path))
        {
            var node = nodes[path];
            yield return KeyValuePair.Create(path, node);
            foreach (var child in node.Children)
            {
                waiting.Push(ZooKeeperPath.Child(path, child));
            }
        }
    }

    /// <summary>
    /// The server's own text, not a transaction: what it is in the configuration file. Its version is -1 and its mzxid that of a static
    /// configuration, as with Apache.
    /// </summary>
    /// <param name="text">The members.</param>
    /// <param name="now">Unix ms.</param>
    public void SetConfig(byte[] text, long now)
    {
        var node = Find(SpecialPaths.Config)!;
        DataSize += text.Length - (node.Data?.Length ?? 0);
        node.Data = text;
        node.Stat.Version = -1;
        node.Stat.Mzxid = 0;
        node.Stat.Mtime = now;
    }

    void AddMissing(string path, List<ACL> acl)
    {
        if (!nodes.ContainsKey(path))
        {
            Find(ZooKeeperPath.Parent(path))!.AddChild(ZooKeeperPath.Name(path));
            Insert(path, new DataNode([], Acls.Add(acl), new StatPersisted()));
        }
    }
}

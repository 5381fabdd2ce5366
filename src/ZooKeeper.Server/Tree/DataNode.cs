using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Server.Tree;

/// <summary>One znode. Owned by its tree.</summary>
sealed class DataNode(byte[]? data, long acl, StatPersisted stat)
{
    HashSet<string>? children;

    /// <summary>Null is not the same as empty: it was created that way and is answered that way.</summary>
    public byte[]? Data { get; set; } = data;

    /// <summary>Key of the tree's <see cref="AclCache"/>.</summary>
    public long Acl { get; set; } = acl;

    /// <summary>As stored: Cversion counts the children ever created, not those deleted (see <see cref="ToStat"/>).</summary>
    public StatPersisted Stat { get; } = stat;

    /// <summary>Names of the children.</summary>
    public IReadOnlyCollection<string> Children => children ?? (IReadOnlyCollection<string>)[];

    public bool AddChild(string name) => (children ??= []).Add(name);

    public void RemoveChild(string name)
    {
        if (children is not null && children.Remove(name) && children.Count == 0)
        {
            children = null;
        }
    }

    /// <summary>
    /// As clients see it: Cversion counts creations and deletions. The stored one counts creations only (it numbers sequential nodes), and
    /// every creation that is no longer there was a deletion. EphemeralOwner is a session or 0: that a node is a container or has a time to
    /// live is the servers' own affair.
    /// </summary>
    public Stat ToStat() => new()
    {
        Czxid = Stat.Czxid,
        Mzxid = Stat.Mzxid,
        Ctime = Stat.Ctime,
        Mtime = Stat.Mtime,
        Version = Stat.Version,
        Cversion = (Stat.Cversion * 2) - Children.Count,
        Aversion = Stat.Aversion,
        EphemeralOwner = Tree.EphemeralOwner.Kind(Stat.EphemeralOwner) == OwnerKind.Session ? Stat.EphemeralOwner : 0,
        DataLength = Data?.Length ?? 0,
        NumChildren = Children.Count,
        Pzxid = Stat.Pzxid,
    };
}

namespace ZooKeeper.Client.Watches;

enum WatchKind
{
    /// <summary>Left by getData, and by exists on a node that exists.</summary>
    Data,

    /// <summary>Left by exists on a node that does not.</summary>
    Exist,
    Child,
    Persistent,
    PersistentRecursive,
}

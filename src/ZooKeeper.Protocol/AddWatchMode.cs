namespace ZooKeeper.Protocol;

/// <summary>AddWatchRequest.Mode (3.6).</summary>
public enum AddWatchMode
{
    /// <summary>Stays when it fires; tells of the node's data and of its children's coming and going.</summary>
    Persistent = 0,

    /// <summary>Stays when it fires; tells of every node below as well, and never of NodeChildrenChanged.</summary>
    PersistentRecursive = 1,
}

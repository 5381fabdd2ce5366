namespace ZooKeeper.Protocol;

/// <summary>AddWatchRequest.Mode (3.6).</summary>
public enum AddWatchMode
{
    /// <summary>Stays when it fires: for the node's data, and when children come and go.</summary>
    Persistent = 0,

    /// <summary>Stays when it fires: for every node below as well, and never as NodeChildrenChanged.</summary>
    PersistentRecursive = 1,
}

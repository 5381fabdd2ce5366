namespace ZooKeeper.Protocol;

/// <summary>WatcherEvent.Type.</summary>
public enum WatchEventType
{
    /// <summary>The connection or the session changed, no znode.</summary>
    None = -1,
    NodeCreated = 1,
    NodeDeleted = 2,
    NodeDataChanged = 3,
    NodeChildrenChanged = 4,
    DataWatchRemoved = 5,
    ChildWatchRemoved = 6,
    PersistentWatchRemoved = 7,
}

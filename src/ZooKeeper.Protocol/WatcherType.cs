namespace ZooKeeper.Protocol;

/// <summary>RemoveWatchesRequest.Type and CheckWatchesRequest.Type.</summary>
public enum WatcherType
{
    Children = 1,
    Data = 2,
    Any = 3,
    Persistent = 4,
    PersistentRecursive = 5,
}

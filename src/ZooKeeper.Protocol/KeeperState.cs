namespace ZooKeeper.Protocol;

/// <summary>WatcherEvent.State.</summary>
public enum KeeperState
{
    Disconnected = 0,
    SyncConnected = 3,
    AuthFailed = 4,
    ConnectedReadOnly = 5,
    SaslAuthenticated = 6,

    /// <summary>The client closed the session itself.</summary>
    Closed = 7,
    Expired = -112,
}

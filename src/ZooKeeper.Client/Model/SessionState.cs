namespace ZooKeeper.Client;

/// <summary>Expired, Closed and AuthFailed are final: the owner makes a new client.</summary>
public enum SessionState
{
    /// <summary>No session yet.</summary>
    Connecting,
    Connected,

    /// <summary>The connection is lost, the session may live: the client is looking for a server.</summary>
    Disconnected,
    Expired,
    Closed,
    AuthFailed,
}

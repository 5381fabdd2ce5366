using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Sessions;

/// <summary>Which sessions are open and when they end. Owned by the server loop.</summary>
interface ISessionTracker
{
    /// <summary>Makes a session known (its createSession was prepared or applied). Nothing changes when it is known already.</summary>
    void Add(long sessionId, int timeout);

    /// <summary>Its closeSession was applied.</summary>
    void Remove(long sessionId);

    /// <summary>Something was heard of it. False when it is not known or is closing.</summary>
    bool Touch(long sessionId, int timeout);

    /// <summary>Who its requests come from now; another owner's writes are refused with SessionMoved.</summary>
    void SetOwner(long sessionId, object owner);

    /// <summary>Ok, SessionExpired or SessionMoved. A session without an owner takes the one that asks.</summary>
    ZooKeeperError Check(long sessionId, object? owner);

    /// <summary>No more requests of it: its closeSession was prepared.</summary>
    void SetClosing(long sessionId);

    bool IsKnown(long sessionId);

    /// <summary>
    /// Sessions touched since the last call, with their timeouts: what a follower answers a PING with. Empty at a leader.
    /// </summary>
    IReadOnlyList<KeyValuePair<long, int>> TakeTouched();

    int Count { get; }
}

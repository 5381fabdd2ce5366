using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Sessions;

/// <summary>
/// The tracker of a follower or observer: the leader decides when sessions end; each answer to its ping says which ones this server has
/// heard from. Owned by the server loop.
/// </summary>
sealed class LearnerSessionTracker : ISessionTracker
{
    readonly HashSet<long> known = [];
    Dictionary<long, int> touched = [];

    public int Count => known.Count;

    public void Add(long sessionId, int timeout)
    {
        known.Add(sessionId);
        touched[sessionId] = timeout; // the leader learns of it with the next ping
    }

    public void Remove(long sessionId)
    {
        known.Remove(sessionId);
        touched.Remove(sessionId);
    }

    /// <summary>
    /// True even for a session that this server does not know yet: it may have been opened elsewhere a moment ago. The leader drops what it
    /// does not know.
    /// </summary>
    public bool Touch(long sessionId, int timeout)
    {
        touched[sessionId] = timeout;
        return true;
    }

    public void SetOwner(long sessionId, object owner)
    {
    }

    /// <summary>The leader checks.</summary>
    public ZooKeeperError Check(long sessionId, object? owner) => ZooKeeperError.Ok;

    public void SetClosing(long sessionId)
    {
    }

    public bool IsKnown(long sessionId) => known.Contains(sessionId);

    public IReadOnlyList<KeyValuePair<long, int>> TakeTouched()
    {
        var taken = touched.ToArray();
        // anew each time: only what was heard since the last ping keeps a session alive
        touched = [];
        return taken;
    }
}

using Wire.Loops;
using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Sessions;

/// <summary>
/// The tracker of a leader or of a server that is alone: knows when sessions end. Their ends are rounded up to multiples of
/// <see cref="BucketLength"/>, as Apache's are, so that a touch seldom moves anything. Owned by the server loop.
/// </summary>
/// <param name="now">ms of a clock that only goes forward.</param>
sealed class SessionTracker(Func<long> now) : ISessionTracker
{
    /// <summary>
    /// ms. A session ends at most this much later than its timeout says, and never earlier. Small beside the shortest timeout (2 ticks),
    /// large beside the cost of a bucket.
    /// </summary>
    public const int BucketLength = 100;

    readonly Dictionary<long, Session> sessions = [];
    readonly DeadlineQueue<Session> ends = new();

    public int Count => sessions.Count;

    public void Add(long sessionId, int timeout)
    {
        if (!sessions.ContainsKey(sessionId))
        {
            sessions[sessionId] = new Session(sessionId);
        }

        Touch(sessionId, timeout);
    }

    public void Remove(long sessionId)
    {
        if (sessions.Remove(sessionId, out var session))
        {
            ends.Remove(session);
        }
    }

    public bool Touch(long sessionId, int timeout)
    {
        if (!sessions.TryGetValue(sessionId, out var session) || session.Closing)
        {
            return false;
        }

        session.Timeout = timeout;
        // the next multiple, so that a bucket never ends before a session in it
        var end = (((now() + timeout) / BucketLength) + 1) * BucketLength;
        if (end != session.Deadline)
        {
            ends.Set(session, end);
        }

        return true;
    }

    public void SetOwner(long sessionId, object owner)
    {
        if (sessions.TryGetValue(sessionId, out var session))
        {
            session.Owner = owner;
        }
    }

    public ZooKeeperError Check(long sessionId, object? owner)
    {
        if (!sessions.TryGetValue(sessionId, out var session) || session.Closing)
        {
            return ZooKeeperError.SessionExpired;
        }

        if (owner is null)
        {
            return ZooKeeperError.Ok;
        }

        // owners are not in the log: after a start or in a new term, the first that sends a request is the owner
        session.Owner ??= owner;
        return ReferenceEquals(session.Owner, owner) ? ZooKeeperError.Ok : ZooKeeperError.SessionMoved;
    }

    public void SetClosing(long sessionId)
    {
        if (sessions.TryGetValue(sessionId, out var session))
        {
            session.Closing = true;
            ends.Remove(session);
        }
    }

    public bool IsKnown(long sessionId) => sessions.ContainsKey(sessionId);

    public IReadOnlyList<KeyValuePair<long, int>> TakeTouched() => [];

    /// <summary>Sessions whose time is over, with their timeouts; each is returned once and is closing from then on.</summary>
    public List<KeyValuePair<long, int>> TakeExpired()
    {
        var expired = new List<KeyValuePair<long, int>>();
        while (ends.TakeDue(now()) is { } session)
        {
            expired.Add(KeyValuePair.Create(session.Id, session.Timeout));
            // at once, not when its closeSession is applied: until then its requests would be accepted
            SetClosing(session.Id);
        }

        return expired;
    }

    /// <summary>ms until expiry and the sessions that end then, soonest first.</summary>
    public IEnumerable<(long InMilliseconds, IEnumerable<long> Sessions)> Expiries() =>
        ends.Entries.ToArray().GroupBy(session => session.Deadline).OrderBy(end => end.Key)
            .Select(end => (end.Key - now(), end.Select(session => session.Id)));

    sealed class Session(long id) : IDeadline
    {
        public long Id => id;

        public int Timeout { get; set; }

        public long Deadline { get; set; }

        public int HeapIndex { get; set; } = -1;

        public object? Owner { get; set; }

        public bool Closing { get; set; }
    }
}

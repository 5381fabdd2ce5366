using ZooKeeper.Protocol;

namespace ZooKeeper.Server.Sessions;

/// <summary>
/// The tracker of a leader or of a server that is alone: knows when sessions end. Sessions lie in buckets of <see cref="BucketLength"/>, rounded up, so that a touch seldom
/// moves anything and expiry looks at one bucket. Owned by the server loop.
/// </summary>
/// <param name="now">ms of a clock that only goes forward.</param>
sealed class SessionTracker(Func<long> now) : ISessionTracker
{
    /// <summary>ms. A session ends at most this much later than its timeout says, and never earlier.</summary>
    public const int BucketLength = 100;

    readonly Dictionary<long, Session> sessions = [];
    readonly SortedDictionary<long, HashSet<Session>> buckets = [];

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
            LeaveBucket(session);
        }
    }

    public bool Touch(long sessionId, int timeout)
    {
        if (!sessions.TryGetValue(sessionId, out var session) || session.Closing)
        {
            return false;
        }

        session.Timeout = timeout;
        var bucket = ((now() + timeout) / BucketLength) + 1;
        if (bucket != session.Bucket)
        {
            LeaveBucket(session);
            session.Bucket = bucket;
            if (!buckets.TryGetValue(bucket, out var members))
            {
                buckets[bucket] = members = [];
            }

            members.Add(session);
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

        session.Owner ??= owner;
        return ReferenceEquals(session.Owner, owner) ? ZooKeeperError.Ok : ZooKeeperError.SessionMoved;
    }

    public void SetClosing(long sessionId)
    {
        if (sessions.TryGetValue(sessionId, out var session))
        {
            session.Closing = true;
            LeaveBucket(session);
        }
    }

    public bool IsKnown(long sessionId) => sessions.ContainsKey(sessionId);

    public IReadOnlyList<KeyValuePair<long, int>> TakeTouched() => [];

    /// <summary>Sessions whose time is over, with their timeouts; each is told once and is closing from then on.</summary>
    public List<KeyValuePair<long, int>> TakeExpired()
    {
        var expired = new List<KeyValuePair<long, int>>();
        while (buckets.Count > 0 && buckets.First() is var first && first.Key * BucketLength <= now())
        {
            foreach (var session in first.Value.ToArray())
            {
                expired.Add(KeyValuePair.Create(session.Id, session.Timeout));
                SetClosing(session.Id);
            }

            buckets.Remove(first.Key);
        }

        return expired;
    }

    /// <summary>ms until expiry and the sessions that end then, soonest first.</summary>
    public IEnumerable<(long InMilliseconds, IEnumerable<long> Sessions)> Expiries() =>
        buckets.Select(b => ((b.Key * BucketLength) - now(), b.Value.Select(s => s.Id)));

    void LeaveBucket(Session session)
    {
        if (buckets.TryGetValue(session.Bucket, out var members) && members.Remove(session) && members.Count == 0)
        {
            buckets.Remove(session.Bucket);
        }

        session.Bucket = 0;
    }

    sealed class Session(long id)
    {
        public long Id => id;

        public int Timeout { get; set; }

        public long Bucket { get; set; }

        public object? Owner { get; set; }

        public bool Closing { get; set; }
    }
}

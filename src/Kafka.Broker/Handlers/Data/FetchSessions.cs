using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// The fetch sessions of one broker (KIP-227). When all slots are taken, one that was not used for two minutes makes room, or a consumer's
/// for a follower; without room a fetcher has no session and names all its partitions each time. Any thread.
/// </summary>
sealed class FetchSessions(int slots, TimeProvider time)
{
    const int None = 0;
    const int Initial = 0;

    /// <summary>Kafka's MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS.</summary>
    static readonly TimeSpan kept = TimeSpan.FromMinutes(2);

    readonly Lock gate = new();
    readonly Dictionary<int, FetchSession> sessions = [];

    public int Count
    {
        get
        {
            lock (gate)
            {
                return sessions.Count;
            }
        }
    }

    /// <summary>
    /// The session of a request, made or brought up to date; null for a request outside any session. Epoch 0 begins one, -1 ends it.
    /// </summary>
    public ErrorCode Begin(FetchRequest request, bool isFollower, out FetchSession? session)
    {
        session = null;
        lock (gate)
        {
            if (request.SessionEpoch <= Initial)
            {
                sessions.Remove(request.SessionId);
                session = request.SessionEpoch == Initial && request.Topics.Count > 0 ? Open(isFollower) : null;
            }
            else if (!sessions.TryGetValue(request.SessionId, out session))
            {
                return ErrorCode.FetchSessionIdNotFound;
            }
            else if (session.Epoch != request.SessionEpoch)
            {
                return ErrorCode.InvalidFetchSessionEpoch;
            }
            else
            {
                // 0 and -1 have meanings of their own
                session.Epoch = session.Epoch == int.MaxValue ? 1 : session.Epoch + 1;
            }

            if (session is null)
            {
                return ErrorCode.None;
            }

            session.LastUsed = time.GetTimestamp();
            session.Update(request);
            // nothing to remember: the slot is free for another
            if (session.Partitions.Count == 0)
            {
                sessions.Remove(session.Id);
                session = null;
            }

            return ErrorCode.None;
        }
    }

    FetchSession? Open(bool isFollower)
    {
        if (sessions.Count >= slots && !MakeRoom(isFollower))
        {
            return null;
        }

        int id;
        do
        {
            // random: the id of a session from before a restart must not meet another fetcher's
            id = Random.Shared.Next(None + 1, int.MaxValue);
        }
        while (sessions.ContainsKey(id));
        return sessions[id] = new FetchSession(id, isFollower);
    }

    bool MakeRoom(bool forFollower)
    {
        var oldest = sessions.Values
            .Where(each => time.GetElapsedTime(each.LastUsed) > kept || (forFollower && !each.IsFollower))
            .MinBy(each => each.LastUsed);
        return oldest is not null && sessions.Remove(oldest.Id);
    }
}

namespace Kafka.Broker.Replication;

/// <summary>What a leader knows of one of its followers. Owned by the replica loop. Times are timestamps of the time provider.</summary>
sealed class Follower(int brokerId)
{
    public int BrokerId => brokerId;

    /// <summary>-1 before its first fetch from this leader.</summary>
    public long LogEndOffset { get; private set; } = -1;

    public long LogStartOffset { get; private set; } = -1;

    /// <summary>The last moment at which it had everything the leader then had.</summary>
    public long LastCaughtUp { get; private set; }

    long lastFetch;
    long leaderEndAtLastFetch;

    /// <summary>A new term of this leader. One in the ISR counts as caught up, so that it gets the full replica.lag.time.max.ms.</summary>
    public void Reset(long now, bool inSync, long leaderEnd)
    {
        LogEndOffset = -1;
        LogStartOffset = -1;
        LastCaughtUp = inSync ? now : 0;
        lastFetch = inSync ? now : 0;
        leaderEndAtLastFetch = leaderEnd;
    }

    /// <summary>It asked for an offset: it has everything below.</summary>
    public void Fetched(long offset, long startOffset, long leaderEnd, long now)
    {
        // caught up now, or with all that the leader had at the fetch before: under a steady load a follower never reaches the end, and
        // would fall out of the ISR though it keeps up (KIP-16)
        if (offset >= leaderEnd)
        {
            LastCaughtUp = Math.Max(LastCaughtUp, now);
        }
        else if (offset >= leaderEndAtLastFetch)
        {
            LastCaughtUp = Math.Max(LastCaughtUp, lastFetch);
        }

        LogEndOffset = offset;
        LogStartOffset = startOffset;
        lastFetch = now;
        leaderEndAtLastFetch = leaderEnd;
    }
}

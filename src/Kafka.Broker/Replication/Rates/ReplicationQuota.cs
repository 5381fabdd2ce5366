namespace Kafka.Broker.Replication.Rates;

/// <summary>
/// How many bytes a second throttled replicas may take, at the leader or at the follower (KIP-73). The rate is the mean over the last
/// eleven seconds, as in Kafka: a fetch may exceed it, and then nothing moves until the mean is below again. Any thread.
/// </summary>
sealed class ReplicationQuota(Func<long> limit, TimeProvider time)
{
    /// <summary>replication.quota.window.num by default; the newest is not full yet.</summary>
    const int Windows = 11;
    static readonly TimeSpan window = TimeSpan.FromSeconds(1);

    // handlers record what they sent while the loop asks whether more may go
    readonly Lock gate = new();
    readonly Queue<Sample> samples = new();
    Sample? newest;

    public bool IsExceeded => limit() is var bytes and < long.MaxValue && Rate > bytes;

    /// <summary>Bytes a second.</summary>
    public double Rate
    {
        get
        {
            lock (gate)
            {
                var now = time.GetTimestamp();
                Forget(now);
                if (samples.Count == 0)
                {
                    return 0;
                }

                var covered = time.GetElapsedTime(samples.Peek().Start, now).TotalSeconds;
                // over one window at least: what one fetch took within milliseconds would else count as a rate many times as high
                return samples.Sum(sample => (double)sample.Bytes) / Math.Max(covered, window.TotalSeconds);
            }
        }
    }

    public void Record(long bytes)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            Forget(now);
            if (newest is null || time.GetElapsedTime(newest.Start, now) >= window)
            {
                samples.Enqueue(newest = new Sample(now));
            }

            newest.Bytes += bytes;
        }
    }

    void Forget(long now)
    {
        while (samples.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Start, now) >= window * Windows)
        {
            samples.Dequeue();
            newest = samples.Count == 0 ? null : newest;
        }
    }

    sealed class Sample(long start)
    {
        public long Start => start;

        public long Bytes { get; set; }
    }
}

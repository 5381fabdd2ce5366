using Kafka.Broker.Log;
using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>
/// One replica on this broker, leader or follower. Owned by the replica loop; others see it as <see cref="PartitionState"/>.
/// </summary>
sealed class Partition(TopicPartition topicPartition, Guid topicId, int brokerId, TimeProvider time)
{
    volatile PartitionState published = new(topicPartition, topicId, -1, -1, false, [], [], -1, -1, -1, -1, true);
    volatile PartitionLog? log;

    public TopicPartition TopicPartition => topicPartition;

    public Guid TopicId => topicId;

    /// <summary>Null while its log directory is offline.</summary>
    public PartitionLog? Log
    {
        get => log;
        set => log = value;
    }

    public LogDir? Directory { get; set; }

    public int LeaderId { get; private set; } = -1;

    public int LeaderEpoch { get; private set; } = -1;

    public int PartitionEpoch { get; private set; } = -1;

    public IReadOnlyList<int> Replicas { get; private set; } = [];

    /// <summary>As the controller last confirmed it.</summary>
    public IReadOnlyList<int> Isr { get; private set; } = [];

    /// <summary>Sent to the controller and not answered yet.</summary>
    public IReadOnlyList<int>? PendingIsr { get; private set; }

    public bool IsLeader => LeaderId == brokerId;

    /// <summary>Where the log ended when this leader's term began: a follower must be past it to join the ISR.</summary>
    public long LeaderEpochStart { get; private set; }

    public Dictionary<int, Follower> Followers { get; } = [];

    /// <summary>Appends with acks=all in the order of their offsets.</summary>
    public Queue<ProducePart> WaitingProduces { get; } = new();

    public List<FetchOperation> WaitingFetches { get; } = [];

    public List<DeleteRecordsPart> WaitingDeletes { get; } = [];

    /// <summary>Something was appended or the high watermark rose since waiting fetches were last looked at.</summary>
    public bool IsDirty { get; set; }

    /// <summary>As follower: no fetch before this timestamp.</summary>
    public long FetchDelayedUntil { get; set; }

    /// <summary>As follower: has had all that the leader's in-sync replicas have; a throttle does not hold it back then.</summary>
    public bool HasCaughtUp { get; set; }

    /// <summary>min.insync.replicas, but no more than there are replicas.</summary>
    public int MinIsr => Math.Min(Log!.Config.MinInSyncReplicas, Math.Max(1, Replicas.Count));

    /// <summary>
    /// ISR and what may be in it once a pending change is confirmed: all of these count for the high watermark (KIP-497).
    /// </summary>
    public bool CountsAsInSync(int replica) => Isr.Contains(replica) || PendingIsr?.Contains(replica) == true;

    public void BecomeLeader(int epoch, int partitionEpoch, IReadOnlyList<int> replicas, IReadOnlyList<int> isr)
    {
        Change(brokerId, epoch, partitionEpoch, replicas, isr);
        LeaderEpochStart = Log!.LogEndOffset;
        // known before it has a record: followers may ask for it at once
        Log.Epochs.Note(epoch, LeaderEpochStart);
        // what followers had under the leader before proves nothing: their logs may have to be cut first
        Followers.Clear();
        var now = time.GetTimestamp();
        foreach (var replica in replicas.Where(replica => replica != brokerId))
        {
            var follower = new Follower(replica);
            follower.Reset(now, isr.Contains(replica), LeaderEpochStart);
            Followers[replica] = follower;
        }
    }

    public void BecomeFollower(int leader, int epoch, int partitionEpoch, IReadOnlyList<int> replicas, IReadOnlyList<int> isr)
    {
        Change(leader, epoch, partitionEpoch, replicas, isr);
        Followers.Clear();
        FetchDelayedUntil = 0;
        HasCaughtUp = false;
    }

    public void Propose(IReadOnlyList<int> isr) => PendingIsr = isr;

    public void RollBackIsr() => PendingIsr = null;

    public void ConfirmIsr(IReadOnlyList<int> isr, int partitionEpoch)
    {
        Isr = isr;
        PartitionEpoch = partitionEpoch;
        PendingIsr = null;
        Publish();
    }

    /// <summary>
    /// The high watermark rises to what every in-sync replica has. A follower that is about to join (caught up within the lag) holds it as
    /// well. Under min.insync.replicas it does not move (KAFKA-15583). True when it rose.
    /// </summary>
    public bool TryRaiseHighWatermark(TimeSpan lagTimeMax)
    {
        var current = Log!;
        if (Isr.Count < MinIsr)
        {
            return false;
        }

        var now = time.GetTimestamp();
        var target = current.LogEndOffset;
        foreach (var follower in Followers.Values)
        {
            // one that has not fetched from this leader yet (-1) holds it down: what it has is not known
            if (follower.LogEndOffset < target && (CountsAsInSync(follower.BrokerId) || IsJoining(follower, now, lagTimeMax)))
            {
                target = follower.LogEndOffset;
            }
        }

        if (target <= current.HighWatermark)
        {
            return false;
        }

        current.HighWatermark = target;
        return true;
    }

    /// <summary>Followers of the ISR that have not had everything within the lag.</summary>
    public IReadOnlyList<int> OutOfSync(TimeSpan lagTimeMax)
    {
        var now = time.GetTimestamp();
        // at the end of the log it is in sync, however long nothing was produced
        return [.. Isr.Where(replica => replica != brokerId && Followers.TryGetValue(replica, out var follower)
            && follower.LogEndOffset != Log!.LogEndOffset && time.GetElapsedTime(follower.LastCaughtUp, now) > lagTimeMax)];
    }

    /// <summary>
    /// The high watermark of a new leader lags behind what was committed before it: only a follower that has reached the start of this
    /// epoch, too, lacks nothing (KAFKA-7128).
    /// </summary>
    public bool CanJoin(Follower follower) =>
        PendingIsr is null && !Isr.Contains(follower.BrokerId)
        && follower.LogEndOffset >= Log!.HighWatermark && follower.LogEndOffset >= LeaderEpochStart;

    /// <summary>Any thread: leadership as last changed, offsets as they are.</summary>
    public PartitionState Snapshot()
    {
        var state = published;
        return log is { } current
            ? state with
            {
                LogStartOffset = current.LogStartOffset,
                HighWatermark = current.HighWatermark,
                LogEndOffset = current.LogEndOffset,
                IsOffline = false,
            }
            : state;
    }

    bool IsJoining(Follower follower, long now, TimeSpan lag) =>
        follower.LogEndOffset >= 0 && follower.LastCaughtUp > 0 && time.GetElapsedTime(follower.LastCaughtUp, now) <= lag;

    void Change(int leader, int epoch, int partitionEpoch, IReadOnlyList<int> replicas, IReadOnlyList<int> isr)
    {
        LeaderId = leader;
        LeaderEpoch = epoch;
        PartitionEpoch = partitionEpoch;
        Replicas = replicas;
        Isr = isr;
        PendingIsr = null;
        Publish();
    }

    void Publish() =>
        published = new PartitionState(
            topicPartition, topicId, LeaderId, LeaderEpoch, IsLeader, Replicas, Isr, PartitionEpoch, -1, -1, -1, true);
}

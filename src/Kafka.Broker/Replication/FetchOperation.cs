using System.Net;
using Kafka.Broker.Log;
using Kafka.Broker.Replication.Scheduling;
using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>One partition of a fetch: what was asked, and what the loop decided.</summary>
sealed class FetchPart
{
    public required string Topic { get; init; }

    public required Guid TopicId { get; init; }

    public required int Partition { get; init; }

    public required long Offset { get; init; }

    public required int MaxBytes { get; init; }

    public int CurrentLeaderEpoch { get; init; } = -1;

    public int LastFetchedEpoch { get; init; } = -1;

    public long LogStartOffset { get; init; } = -1;

    /// <summary>Decided before the loop: the topic's id is unknown.</summary>
    public ErrorCode Refusal { get; init; }

    /// <summary>Decided by the loop.</summary>
    public ErrorCode Error { get; set; }

    public long HighWatermark { get; set; } = -1;

    public long StartOffset { get; set; } = -1;

    /// <summary>The follower's log left the leader's behind this epoch and offset.</summary>
    public (int Epoch, long EndOffset)? Diverging { get; set; }

    public (int Id, int Epoch)? CurrentLeader { get; set; }

    /// <summary>message.downconversion.enable of its topic.</summary>
    public bool MayConvert { get; set; }

    /// <summary>A throttled partition of a follower's fetch: its bytes count for the leader's quota.</summary>
    public bool IsThrottled { get; set; }

    /// <summary>Where to read; default when there is nothing.</summary>
    public LogSlice Slice { get; set; }
}

/// <summary>
/// A fetch on the loop: planned when it runs, parked while there is too little to read, planned again when something was appended. The
/// reading itself is done by the handler with the plan. Owned by the loop once posted, by the handler once <see cref="Task"/> ends.
/// </summary>
sealed class FetchOperation(ReplicaManager replicas, int replicaId, IReadOnlyList<FetchPart> parts) : ParkedWork
{
    /// <summary>The replica id of who is none: Kafka's FetchRequest.CONSUMER_REPLICA_ID, in ListOffsets too.</summary>
    public const int Consumer = -1;

    /// <summary>Kafka's FetchRequest.DEBUGGING_CONSUMER_ID, in ListOffsets too.</summary>
    public const int DebuggingReplica = -2;

    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<Partition> waitingAt = [];

    public required TimeSpan MaxWait { get; init; }

    public required int MinBytes { get; init; }

    public ReadLimit Limit { get; init; } = ReadLimit.HighWatermark;

    /// <summary>The peer, by which a follower's fetches are distinguished; null when it does not matter.</summary>
    public EndPoint? Connection { get; init; }

    /// <summary>-1 for a consumer.</summary>
    public int ReplicaId => replicaId;

    public bool IsFollower => replicaId >= 0;

    /// <summary>A tool that compares replicas (kafka-replica-verification.sh): it reads any of them, to the end of its log.</summary>
    public bool IsOfAnyReplica => replicaId == DebuggingReplica;

    public IReadOnlyList<FetchPart> Parts => parts;

    public Task Task => done.Task;

    public bool IsDone => done.Task.IsCompleted;

    public override void Run()
    {
        replicas.EndOlderFetch(this);
        // without parts it is a follower's nudge (FollowerFetcher.FetchAsync), which only has to end the older fetch
        if (replicas.Plan(this, waitingAt) || MaxWait <= TimeSpan.Zero || parts.Count == 0)
        {
            Finish();
            return;
        }

        foreach (var partition in waitingAt)
        {
            partition.WaitingFetches.Add(this);
        }

        replicas.Loop.Park(this, MaxWait);
    }

    /// <summary>On the loop: something changed at a partition it waits at.</summary>
    public void TryComplete()
    {
        if (!IsDone && replicas.Plan(this, null))
        {
            replicas.Loop.Unpark(this);
            Finish();
        }
    }

    /// <summary>Ends it now, with whatever the last plan was.</summary>
    public void Complete()
    {
        if (!IsDone)
        {
            replicas.Loop.Unpark(this);
            Finish();
        }
    }

    public override void Expire()
    {
        // what is there by now is sent, be it less than was asked for
        replicas.Plan(this, null);
        Finish();
    }

    public override void Abandon()
    {
        Leave();
        done.TrySetCanceled();
    }

    void Finish()
    {
        Leave();
        done.TrySetResult();
    }

    /// <summary>It is woken no more.</summary>
    void Leave()
    {
        foreach (var partition in waitingAt)
        {
            partition.WaitingFetches.Remove(this);
        }

        waitingAt.Clear();
        replicas.ForgetFetch(this);
    }
}

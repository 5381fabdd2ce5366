using Kafka.Broker.Log;
using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>
/// DeleteRecords: the start of a log rises at the leader, followers learn it from their fetches and report their own with the next one.
/// </summary>
sealed partial class ReplicaManager
{
    const long UpToHighWatermark = -1;

    /// <summary>On the loop.</summary>
    internal void DeleteRecords(DeleteRecordsPart part)
    {
        var error = FindLeader(part.TopicPartition, out var partition);
        if (error == ErrorCode.None)
        {
            error = RaiseStart(partition, part);
        }

        if (error != ErrorCode.None)
        {
            part.Operation.Complete(part, error);
            return;
        }

        partition.WaitingDeletes.Add(part);
        AnswerFollowers(partition);
        CompleteDeletes(partition);
    }

    /// <summary>On the loop: a follower's log may begin later now.</summary>
    internal void CompleteDeletes(Partition partition)
    {
        if (partition.WaitingDeletes.Count == 0)
        {
            return;
        }

        var low = LowWatermark(partition);
        foreach (var part in partition.WaitingDeletes.Where(part => part.RequiredOffset <= low))
        {
            part.Operation.Complete(part, ErrorCode.None, low);
        }

        partition.WaitingDeletes.RemoveAll(part => part.IsDone);
    }

    /// <summary>On the loop: it has waited long enough.</summary>
    internal void ExpireDelete(DeleteRecordsPart part)
    {
        if (partitions.TryGetValue(part.TopicPartition, out var partition) && partition is { IsLeader: true, Log: not null })
        {
            CompleteDeletes(partition); // a replica may have died meanwhile
            partition.WaitingDeletes.Remove(part);
        }

        part.Operation.Complete(part, ErrorCode.RequestTimedOut);
    }

    ErrorCode RaiseStart(Partition partition, DeleteRecordsPart part)
    {
        var log = partition.Log!;
        if (!log.Config.Delete)
        {
            // as Kafka: a topic that is only compacted keeps the last record of every key
            return ErrorCode.PolicyViolation;
        }

        part.RequiredOffset = part.Offset == UpToHighWatermark ? log.HighWatermark : part.Offset;
        // above the high watermark a record may still be lost in an election, and another take its offset (KIP-107)
        return part.RequiredOffset < 0 || part.RequiredOffset > log.HighWatermark
            ? ErrorCode.OffsetOutOfRange
            : Guard(partition, () => log.RaiseLogStartOffset(part.RequiredOffset));
    }

    /// <summary>Followers that wait for records learn the new start now.</summary>
    void AnswerFollowers(Partition partition)
    {
        foreach (var fetch in partition.WaitingFetches.Where(fetch => fetch.IsFollower).ToArray())
        {
            fetch.Expire();
            Loop.Unpark(fetch);
        }
    }

    /// <summary>What no living replica has any more.</summary>
    long LowWatermark(Partition partition) => partition.Followers.Values
        .Where(follower => Others.IsAlive(follower.BrokerId))
        .Select(follower => follower.LogStartOffset)
        .Append(partition.Log!.LogStartOffset)
        .Min();
}

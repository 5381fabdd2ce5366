using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Kafka.Broker.Groups;

/// <summary>Appends to __consumer_offsets, and what becomes due in time.</summary>
sealed partial class GroupCoordinator
{
    readonly GroupTimer expiry = new();

    long Timestamp => time.GetUtcNow().ToUnixTimeMilliseconds();

    void IGroupStore.Store(ClassicGroup group, IReadOnlyDictionary<string, byte[]> assignments, Action<ErrorCode> done)
    {
        if (Check(group.GroupId, mayBeEmpty: true, out var partition) is not ErrorCode.None and var error)
        {
            done(error);
            return;
        }

        using var batch = new RecordBatchBuilder();
        batch.Add(GroupRecords.GroupKey(group.GroupId), GroupRecords.GroupValue(group, assignments), Timestamp);
        Append(partition, batch, result => done(GroupError(result.Error)));
    }

    /// <summary>Calls back on the loop, in the order of the appends to the partition; not at all when the broker ends meanwhile.</summary>
    void Append(OwnedPartition partition, RecordBatchBuilder batch, Action<AppendResult> done) =>
        partition.LastAppend = AppendAsync(partition, partition.LastAppend, batch.Build(), done);

    async Task AppendAsync(OwnedPartition partition, Task previous, byte[] batch, Action<AppendResult> done)
    {
        try
        {
            AppendResult result;
            try
            {
                result = await log.AppendAsync(partition.Partition, batch, stopping.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // the client that waits must get an answer
                LogFailed(e);
                result = new AppendResult(ErrorCode.UnknownServerError);
            }

            // two appends may end on two threads at once; their callbacks must run in the order of the log
            await previous.ConfigureAwait(false);
            // a broker that lost the partition meanwhile promises nothing: its last appends may be truncated
            await PostAsync(() => done(partition.IsCurrent ? result : new AppendResult(ErrorCode.NotLeaderOrFollower)))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the broker ends
        }
    }

    /// <summary>What a failed append of offsets means to a client, as in Kafka.</summary>
    static ErrorCode OffsetError(ErrorCode error) => error switch
    {
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend =>
            ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError => ErrorCode.NotCoordinator,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize => ErrorCode.InvalidCommitOffsetSize,
        _ => error,
    };

    /// <summary>What a failed append of a group's state means to its members, as in Kafka.</summary>
    static ErrorCode GroupError(ErrorCode error) => error switch
    {
        ErrorCode.RequestTimedOut => ErrorCode.CoordinatorNotAvailable,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize => ErrorCode.UnknownServerError,
        _ => OffsetError(error),
    };

    void ScheduleExpiry()
    {
        var interval = config.OffsetsRetentionCheckInterval;
        if (interval > TimeSpan.Zero)
        {
            timers.Set(expiry, (long)interval.TotalMilliseconds, Expire);
        }
    }

    /// <summary>Offsets that outlived their retention go, and groups that have nothing left.</summary>
    void Expire()
    {
        // first: a failure below must not end the rounds
        ScheduleExpiry();
        foreach (var partition in owned.Values.Where(partition => !partition.IsLoading))
        {
            foreach (var group in partition.Groups.Values.ToList())
            {
                var expired = group.Offsets.Expired(group, Timestamp, config.OffsetsRetention);
                if (expired.Count > 0 || (group is { State: GroupState.Empty, Offsets.IsEmpty: true, PendingMembers.Count: 0 }))
                {
                    Bury(partition, group, expired, static _ => { });
                }
            }
        }
    }

    /// <summary>
    /// Tombstones for the offsets and, when the group is empty and keeps none, for the group itself. In memory they go once the ISR has the
    /// tombstones.
    /// </summary>
    void Bury(OwnedPartition partition, ClassicGroup group, IReadOnlyCollection<TopicPartition> offsets, Action<ErrorCode> done)
    {
        var whole = group.State == GroupState.Empty && group.Offsets.All.Count == offsets.Count;
        using var batch = new RecordBatchBuilder();
        foreach (var offset in offsets)
        {
            batch.Add(GroupRecords.OffsetKey(group.GroupId, offset), null, Timestamp);
        }

        if (whole)
        {
            // before the tombstone is written: a member that joined meanwhile would be deleted with the group
            machine.Bury(group);
            if (group.Generation > 0)
            {
                batch.Add(GroupRecords.GroupKey(group.GroupId), null, Timestamp); // generation 0 was never stored
            }
        }

        if (batch.Count == 0)
        {
            partition.Groups.Remove(group.GroupId);
            done(ErrorCode.None);
            return;
        }

        Append(partition, batch, result =>
        {
            if (result.Error == ErrorCode.None)
            {
                foreach (var offset in offsets)
                {
                    group.Offsets.Remove(offset);
                }

                if (whole)
                {
                    partition.Groups.Remove(group.GroupId);
                }
            }
            else if (whole && partition.IsCurrent)
            {
                machine.Exhume(group);
            }

            done(GroupError(result.Error));
        });
    }
}

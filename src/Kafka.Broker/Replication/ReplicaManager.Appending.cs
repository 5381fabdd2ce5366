using System.Runtime.InteropServices;
using Kafka.Broker.Log;
using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>Appends of clients and coordinators to partitions this broker leads.</summary>
sealed partial class ReplicaManager
{
    /// <summary>
    /// Appends whole v2 batches to a partition this broker leads. Offsets and leader epoch are set in place in <paramref name="batches"/>,
    /// which must stay untouched until the task ends. With <paramref name="requiredAcks"/> -1 it ends once the ISR has them, or as
    /// RequestTimedOut.
    /// </summary>
    public async Task<AppendResult> AppendAsync(
        TopicPartition partition,
        ReadOnlyMemory<byte> batches,
        short requiredAcks,
        TimeSpan timeout,
        AppendOrigin origin,
        CancellationToken cancellationToken)
    {
        var operation = new ProduceOperation(this, requiredAcks, timeout, origin);
        operation.Add(partition, batches);
        await Loop.PostAsync(operation).ConfigureAwait(false);
        var parts = await operation.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return parts[0].Result!;
    }

    /// <summary>On the loop.</summary>
    internal void Append(ProducePart part)
    {
        var operation = part.Operation;
        if (operation.Origin == AppendOrigin.Client && Others.IsInternal(part.TopicPartition.Topic))
        {
            var message = $"Cannot append to internal topic {part.TopicPartition.Topic}";
            operation.Complete(part, new AppendResult(ErrorCode.InvalidTopic, Message: message));
            return;
        }

        var error = FindLeader(part.TopicPartition, out var partition);
        // by the ISR in force: a pending one may yet be refused (KIP-497)
        if (error == ErrorCode.None && operation.Acks == -1 && partition.Isr.Count < partition.MinIsr)
        {
            error = ErrorCode.NotEnoughReplicas;
        }

        if (error != ErrorCode.None)
        {
            operation.Complete(part, new AppendResult(error));
            return;
        }

        // offsets and epoch are written into the request's own buffer, which is untouched until the answer: no copy on the way to the
        // file
        LogAppend append = default;
        error = Guard(partition, () => append = partition.Log!.AppendAsLeader(
            MemoryMarshal.AsMemory(part.Batches), partition.LeaderEpoch, operation.Origin == AppendOrigin.Client));
        if (error == ErrorCode.None)
        {
            error = append.Error;
        }

        if (error != ErrorCode.None)
        {
            operation.Complete(part, new AppendResult(error, Message: append.Message) { Culprits = append.Culprits ?? [] });
            return;
        }

        part.Appended = new AppendResult(ErrorCode.None, append.FirstOffset, append.AppendTime, partition.Log!.LogStartOffset);
        part.RequiredOffset = append.LastOffset + 1;
        // a duplicate is in the log already: it is answered as the first time, and waits for its replicas as the first did
        if (!append.Duplicate)
        {
            Counters.Produced(part.Batches.Length, append.Records);
            MarkDirty(partition);
            AfterAdvance(partition, partition.TryRaiseHighWatermark(config.ReplicaLagTimeMax));
        }

        if (operation.Acks != -1 || partition.Log.HighWatermark >= part.RequiredOffset)
        {
            operation.Complete(part, part.Appended);
        }
        else
        {
            partition.WaitingProduces.Enqueue(part);
        }
    }

    /// <summary>On the loop: the partition, when this broker leads it and its log works.</summary>
    internal ErrorCode FindLeader(TopicPartition name, out Partition partition)
    {
        var error = FindReplica(name, out partition);
        return error != ErrorCode.None || partition.IsLeader ? error : ErrorCode.NotLeaderOrFollower;
    }

    /// <summary>On the loop: the partition, when this broker has a replica of it, leader or not, and its log works.</summary>
    internal ErrorCode FindReplica(TopicPartition name, out Partition partition)
    {
        if (!partitions.TryGetValue(name, out partition!))
        {
            // the client asks for metadata again in both cases, but gives up a topic that it believes to be gone
            return Others.ClusterKnows(name) ? ErrorCode.NotLeaderOrFollower : ErrorCode.UnknownTopicOrPartition;
        }

        return partition.Log is null ? ErrorCode.KafkaStorageError : ErrorCode.None;
    }

    /// <summary>On the loop: waiting fetches look again once the queued work is done.</summary>
    internal void MarkDirty(Partition partition)
    {
        if (!partition.IsDirty && partition.WaitingFetches.Count > 0)
        {
            partition.IsDirty = true;
            dirty.Add(partition);
        }
    }

    /// <summary>
    /// On the loop: the high watermark may have risen: produces may be complete, consumers see more. There are enough in-sync replicas
    /// then: it does not rise without them, so NotEnoughReplicasAfterAppend is never the answer, but RequestTimedOut is, as with Kafka
    /// since KAFKA-15583.
    /// </summary>
    internal void AfterAdvance(Partition partition, bool rose)
    {
        if (!rose)
        {
            return;
        }

        MarkDirty(partition);
        var waiting = partition.WaitingProduces;
        var highWatermark = partition.Log!.HighWatermark;
        // one that timed out keeps its place until the high watermark passes it: a queue has no cheap way to take it out
        while (waiting.TryPeek(out var part) && (part.IsDone || part.RequiredOffset <= highWatermark))
        {
            waiting.Dequeue();
            part.Operation.Complete(part, part.Appended!);
        }
    }

    /// <summary>On the loop: what waits at the partition is answered now.</summary>
    internal void FailWaiting(Partition partition, ErrorCode error)
    {
        while (partition.WaitingProduces.TryDequeue(out var part))
        {
            part.Operation.Complete(part, new AppendResult(error));
        }

        partition.WaitingDeletes.ForEach(part => part.Operation.Complete(part, error));
        partition.WaitingDeletes.Clear();
        // a copy: each one leaves the list as it ends
        foreach (var fetch in partition.WaitingFetches.ToArray())
        {
            fetch.Expire();
            Loop.Unpark(fetch);
        }
    }

    void WakeFetches()
    {
        for (var i = 0; i < dirty.Count; i++)
        {
            var partition = dirty[i];
            partition.IsDirty = false;
            for (var at = partition.WaitingFetches.Count - 1; at >= 0; at--)
            {
                // completing one takes it out of the list, and it may wait at a later place of the list only once
                if (at < partition.WaitingFetches.Count)
                {
                    var fetch = partition.WaitingFetches[at];
                    Loop.Guard(fetch, fetch.TryComplete);
                }
            }
        }

        dirty.Clear();
    }
}

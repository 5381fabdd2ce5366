using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>One partition's share of a DeleteRecords request.</summary>
public sealed class DeleteRecordsPart(DeleteRecordsOperation operation, TopicPartition partition, long offset)
{
    public DeleteRecordsOperation Operation => operation;

    public TopicPartition TopicPartition => partition;

    /// <summary>What was asked for: records below it go; -1 is the high watermark.</summary>
    public long Offset => offset;

    /// <summary>The start that every living replica must have.</summary>
    public long RequiredOffset { get; set; }

    public bool IsDone { get; set; }

    public ErrorCode Error { get; set; }

    /// <summary>The lowest start of the living replicas' logs; -1 with an error.</summary>
    public long LowWatermark { get; set; } = -1;
}

/// <summary>
/// A DeleteRecords request on the loop: the leaders' logs begin later when it runs; it is parked until every living replica's does (KIP-107). Owned
/// by the loop once posted.
/// </summary>
public sealed class DeleteRecordsOperation(ReplicaManager replicas, TimeSpan timeout) : ParkedWork
{
    readonly TaskCompletionSource<IReadOnlyList<DeleteRecordsPart>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<DeleteRecordsPart> parts = [];
    int open;

    /// <summary>The parts with their results.</summary>
    public Task<IReadOnlyList<DeleteRecordsPart>> Task => done.Task;

    public void Add(TopicPartition partition, long offset) => parts.Add(new DeleteRecordsPart(this, partition, offset));

    public override void Run()
    {
        open = parts.Count;
        foreach (var part in parts)
        {
            replicas.DeleteRecords(part);
        }

        if (open == 0)
        {
            done.TrySetResult(parts);
        }
        else
        {
            replicas.Loop.Park(this, timeout);
        }
    }

    /// <summary>On the loop: one part has its result.</summary>
    public void Complete(DeleteRecordsPart part, ErrorCode error, long lowWatermark = -1)
    {
        if (part.IsDone)
        {
            return;
        }

        (part.IsDone, part.Error, part.LowWatermark) = (true, error, lowWatermark);
        if (--open == 0)
        {
            replicas.Loop.Unpark(this);
            done.TrySetResult(parts);
        }
    }

    public override void Expire()
    {
        foreach (var part in parts.Where(part => !part.IsDone))
        {
            replicas.ExpireDelete(part);
        }
    }

    public override void Abandon() => done.TrySetCanceled();
}

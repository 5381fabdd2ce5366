using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>One partition's share of a DeleteRecords request.</summary>
sealed class DeleteRecordsPart(DeleteRecordsOperation operation, TopicPartition partition, long offset)
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
/// A DeleteRecords request on the loop: the leaders' logs begin later when it runs; a part is done once every living replica's does
/// (KIP-107).
/// </summary>
sealed class DeleteRecordsOperation(ReplicaManager replicas, TimeSpan timeout) : PartsOperation<DeleteRecordsPart>(replicas, timeout)
{
    public void Add(TopicPartition partition, long offset) => Add(new DeleteRecordsPart(this, partition, offset));

    /// <summary>On the loop: one part has its result.</summary>
    public void Complete(DeleteRecordsPart part, ErrorCode error, long lowWatermark = -1)
    {
        if (!part.IsDone)
        {
            (part.IsDone, part.Error, part.LowWatermark) = (true, error, lowWatermark);
            Settle();
        }
    }

    public override void Expire()
    {
        foreach (var part in Parts.Where(part => !part.IsDone))
        {
            Replicas.ExpireDelete(part);
        }
    }

    protected override void Begin(DeleteRecordsPart part) => Replicas.DeleteRecords(part);
}

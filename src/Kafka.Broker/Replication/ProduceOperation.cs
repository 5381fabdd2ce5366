using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>One partition's share of a produce request.</summary>
sealed class ProducePart(ProduceOperation operation, TopicPartition partition, ReadOnlyMemory<byte> batches)
{
    public ProduceOperation Operation => operation;

    public TopicPartition TopicPartition => partition;

    public ReadOnlyMemory<byte> Batches => batches;

    /// <summary>High watermark at which it is on all in-sync replicas.</summary>
    public long RequiredOffset { get; set; }

    public bool IsDone => Result is not null;

    public AppendResult? Result { get; set; }

    /// <summary>What will be answered once it is replicated.</summary>
    public AppendResult? Appended { get; set; }
}

/// <summary>A produce request on the loop: appended when it runs; with acks=all a part is done once it is replicated.</summary>
sealed class ProduceOperation(ReplicaManager replicas, short acks, TimeSpan timeout, AppendOrigin origin)
    : PartsOperation<ProducePart>(replicas, timeout)
{
    public short Acks => acks;

    public AppendOrigin Origin => origin;

    /// <summary>Called on the loop when no batch is read any more: what goes to a log has gone there.</summary>
    public Action? BatchesWereRead { get; init; }

    /// <summary>The part that will have the result.</summary>
    public ProducePart Add(TopicPartition partition, ReadOnlyMemory<byte> batches)
    {
        var part = new ProducePart(this, partition, batches);
        Add(part);
        return part;
    }

    /// <summary>On the loop: one part has its result.</summary>
    public void Complete(ProducePart part, AppendResult result)
    {
        if (!part.IsDone)
        {
            part.Result = result;
            Settle();
        }
    }

    public override void Expire()
    {
        foreach (var part in Parts.Where(part => !part.IsDone))
        {
            Complete(part, new AppendResult(ErrorCode.RequestTimedOut));
        }
    }

    protected override void HaveBegun() => BatchesWereRead?.Invoke();

    /// <summary>One partition's surprise is that partition's answer.</summary>
    protected override void Begin(ProducePart part)
    {
        try
        {
            Replicas.Append(part);
        }
        catch (Exception e)
        {
            // whatever a client's batch led to, the other partitions go on
            Replicas.Loop.Report(e, $"The append to {part.TopicPartition}");
            Complete(part, new AppendResult(ErrorCode.UnknownServerError));
        }
    }
}

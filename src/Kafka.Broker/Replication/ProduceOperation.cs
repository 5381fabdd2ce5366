using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>One partition's share of a produce request.</summary>
public sealed class ProducePart(ProduceOperation operation, TopicPartition partition, ReadOnlyMemory<byte> batches)
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

/// <summary>A produce request on the loop: appended when it runs; with acks=all parked until every part is replicated. Owned by the loop once posted.</summary>
public sealed class ProduceOperation(ReplicaManager replicas, short acks, TimeSpan timeout, AppendOrigin origin) : ParkedWork
{
    readonly TaskCompletionSource<IReadOnlyList<ProducePart>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<ProducePart> parts = [];
    int open;

    /// <summary>The parts with their results.</summary>
    public Task<IReadOnlyList<ProducePart>> Task => done.Task;

    public IReadOnlyList<ProducePart> Parts => parts;

    public short Acks => acks;

    public AppendOrigin Origin => origin;

    public void Add(TopicPartition partition, ReadOnlyMemory<byte> batches) => parts.Add(new ProducePart(this, partition, batches));

    public override void Run()
    {
        open = parts.Count;
        foreach (var part in parts)
        {
            replicas.Append(part);
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
    public void Complete(ProducePart part, AppendResult result)
    {
        if (part.IsDone)
        {
            return;
        }

        part.Result = result;
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
            part.Result = new AppendResult(ErrorCode.RequestTimedOut);
        }

        open = 0;
        done.TrySetResult(parts);
    }

    public override void Abandon() => done.TrySetCanceled();
}

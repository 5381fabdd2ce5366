using Kafka.Broker.Replication.Scheduling;

namespace Kafka.Broker.Replication;

/// <summary>
/// A request about several partitions on the loop: each part is begun when it runs, and it is parked until every part has its result. Owned
/// by the loop once posted.
/// </summary>
abstract class PartsOperation<TPart>(ReplicaManager replicas, TimeSpan timeout) : ParkedWork
{
    readonly TaskCompletionSource<IReadOnlyList<TPart>> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly List<TPart> parts = [];
    int open;

    protected ReplicaManager Replicas => replicas;

    /// <summary>The parts with their results.</summary>
    public Task<IReadOnlyList<TPart>> Task => done.Task;

    public IReadOnlyList<TPart> Parts => parts;

    public override void Run()
    {
        // before any of them begins: one may have its result at once
        open = parts.Count;
        foreach (var part in parts)
        {
            Begin(part);
        }

        HaveBegun();
        if (open == 0)
        {
            done.TrySetResult(parts);
        }
        else
        {
            replicas.Loop.Park(this, timeout);
        }
    }

    public override void Abandon() => done.TrySetCanceled();

    protected void Add(TPart part) => parts.Add(part);

    /// <summary>On the loop.</summary>
    protected abstract void Begin(TPart part);

    /// <summary>On the loop, after the last <see cref="Begin"/>: some may be done already, the rest wait.</summary>
    protected virtual void HaveBegun()
    {
    }

    /// <summary>On the loop: one more part has its result.</summary>
    protected void Settle()
    {
        if (--open == 0)
        {
            replicas.Loop.Unpark(this); // nothing to do when the parts ended as they began
            done.TrySetResult(parts);
        }
    }
}

using Wire.Loops;

namespace Kafka.Broker.Replication.Scheduling;

/// <summary>Something the replica loop does in one go, without waiting.</summary>
abstract class LoopWork
{
    /// <summary>What it is, for the log.</summary>
    public virtual string Name => GetType().Name;

    public abstract void Run();

    /// <summary>The loop ended before this was done.</summary>
    public abstract void Abandon();
}

/// <summary>Work that may stay open: parked until something completes it or its deadline passes. Owned by the loop once posted.</summary>
abstract class ParkedWork : LoopWork, IDeadline
{
    /// <summary>Timestamp of the time provider at which it expires.</summary>
    public long Deadline { get; set; }

    public int HeapIndex { get; set; } = -1;

    public abstract void Expire();
}

/// <summary>A function run on the loop for a caller that waits for its result.</summary>
sealed class Invocation<T>(Func<T> function, string caller) : LoopWork
{
    public override string Name => caller;

    readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => done.Task;

    public override void Run()
    {
        try
        {
            done.TrySetResult(function());
        }
        catch (Exception e)
        {
            // whatever it was belongs to the caller
            done.TrySetException(e);
        }
    }

    public override void Abandon() => done.TrySetCanceled();
}

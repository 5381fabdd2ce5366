namespace Kafka.Broker.Network;

/// <summary>Counts the requests of one connection that are under way, so that its resources outlive them. Thread safe.</summary>
sealed class OpenRequests
{
    readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int open = 1;

    /// <summary>Ends when <see cref="End"/> was called and every request finished.</summary>
    public Task Done => done.Task;

    public void Begin() => Interlocked.Increment(ref open);

    public void Finish()
    {
        if (Interlocked.Decrement(ref open) == 0)
        {
            done.TrySetResult();
        }
    }

    /// <summary>No more will begin.</summary>
    public void End() => Finish();
}

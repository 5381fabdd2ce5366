namespace Kafka.Broker.Network;

/// <summary>
/// How much one connection may have under way: it is read further only once there is room, so that no client fills the memory with requests
/// that wait (acks=all without followers). One request is always let in, however large. One waiter at a time; leaving is thread safe.
/// </summary>
sealed class RequestWindow(int mostRequests, long mostBytes)
{
    readonly Lock gate = new();
    TaskCompletionSource? waiting;
    long next;
    int requests;
    long bytes;

    public Task EnterAsync(int size, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (HasRoom(size))
            {
                Take(size);
                return Task.CompletedTask;
            }

            waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            next = size;
            return waiting.Task.WaitAsync(cancellationToken);
        }
    }

    public void Leave(int size)
    {
        TaskCompletionSource? woken = null;
        lock (gate)
        {
            requests--;
            bytes -= size;
            if (waiting is not null && HasRoom(next))
            {
                Take(next);
                (woken, waiting) = (waiting, null);
            }
        }

        woken?.TrySetResult();
    }

    bool HasRoom(long size) => requests == 0 || (requests < mostRequests && bytes + size <= mostBytes);

    void Take(long size)
    {
        requests++;
        bytes += size;
    }
}

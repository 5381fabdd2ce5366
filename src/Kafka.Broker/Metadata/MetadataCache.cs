using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Metadata;

/// <summary>
/// The newest <see cref="MetadataImage"/>, published by reference. Updates come from the control requests of one controller at a time and
/// are applied by compare-and-swap, so any thread may read and apply.
/// </summary>
sealed class MetadataCache
{
    readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    MetadataImage image = MetadataImage.Empty;
    TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MetadataImage Current => Volatile.Read(ref image);

    /// <summary>Ends with the first update: from then on this broker can answer for the cluster.</summary>
    public Task FirstUpdate => first.Task;

    /// <summary>Called after each update with the image before and after it, on the thread that applied it.</summary>
    public event Action<MetadataImage, MetadataImage>? Changed;

    /// <summary>StaleControllerEpoch for an older controller than the last one heard, else None.</summary>
    public ErrorCode Apply(UpdateMetadataRequest request)
    {
        MetadataImage before, after;
        do
        {
            before = Current;
            if (request.ControllerEpoch < before.ControllerEpoch)
            {
                return ErrorCode.StaleControllerEpoch;
            }

            after = before.Apply(request);
        }
        while (Interlocked.CompareExchange(ref image, after, before) != before);

        first.TrySetResult();
        Wake();
        Changed?.Invoke(before, after);
        return ErrorCode.None;
    }

    /// <summary>The topics that ZooKeeper has: those that no controller has sent are awaited from now on.</summary>
    public void Await(IReadOnlyCollection<string> existing)
    {
        MetadataImage before;
        do
        {
            before = Current;
        }
        while (Interlocked.CompareExchange(ref image, before.Await(existing), before) != before);

        Wake();
    }

    /// <summary>Waits until an image satisfies the condition; false at the deadline.</summary>
    public async Task<bool> WaitAsync(
        Func<MetadataImage, bool> condition, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        if (condition(Current))
        {
            return true;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var deadline = Task.Delay(timeout, time, over.Token);
        var satisfied = await WaitAsync(condition, deadline, cancellationToken).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false); // ends the timer
        return satisfied;
    }

    /// <summary>The same with a deadline that others share; when it is past, the condition is only looked at.</summary>
    public async Task<bool> WaitAsync(Func<MetadataImage, bool> condition, Task deadline, CancellationToken cancellationToken)
    {
        while (true)
        {
            // taken before the condition is looked at: an update in between is not missed
            var next = Volatile.Read(ref changed).Task;
            if (condition(Current))
            {
                return true;
            }

            if (deadline.IsCompleted)
            {
                return false;
            }

            await Task.WhenAny(next, deadline).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    void Wake() => Interlocked
        .Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
        .TrySetResult();
}

using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Metadata;

/// <summary>
/// The newest <see cref="MetadataImage"/>, published by reference. Updates come from the control requests of one controller at a time and are applied
/// by compare-and-swap, so any thread may read and apply.
/// </summary>
public sealed class MetadataCache
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
        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
        Changed?.Invoke(before, after);
        return ErrorCode.None;
    }

    /// <summary>Waits until an image satisfies the condition; false at the deadline.</summary>
    public async Task<bool> WaitAsync(Func<MetadataImage, bool> condition, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        while (true)
        {
            // taken before the condition is looked at: an update in between is not missed
            var next = Volatile.Read(ref changed).Task;
            if (condition(Current))
            {
                return true;
            }

            try
            {
                await next.WaitAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return condition(Current);
            }
        }
    }
}

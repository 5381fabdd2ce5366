namespace Dashboard.Messages.Scanning;

/// <summary>Tells all who wait that something changed. Take <see cref="Next"/> before looking, so that no change is missed.</summary>
sealed class Pulse
{
    volatile TaskCompletionSource next = New();

    /// <summary>Completes at the next change.</summary>
    public Task Next => next.Task;

    public void Beat() => Interlocked.Exchange(ref next, New()).TrySetResult();

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

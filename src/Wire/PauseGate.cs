namespace Wire;

/// <summary>
/// Closed while a node is paused. Readers, writers, loops and timers of the node await it before each step, so that a paused node keeps its
/// sockets and answers nothing, as a process does between SIGSTOP and SIGCONT. Thread safe.
/// </summary>
public sealed class PauseGate
{
    TaskCompletionSource? closed;

    public bool IsPaused => Volatile.Read(ref closed) is not null;

    public void Pause() =>
        // asynchronously: else Resume would run every loop of the node on its caller's stack
        Interlocked.CompareExchange(ref closed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), null);

    public void Resume() => Interlocked.Exchange(ref closed, null)?.SetResult();

    /// <summary>Returns at once while open, else when it was resumed.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while it was closed.</exception>
    public ValueTask WaitAsync(CancellationToken cancellationToken) => IsPaused ? WaitUntilOpenAsync(cancellationToken) : default;

    async ValueTask WaitUntilOpenAsync(CancellationToken cancellationToken)
    {
        // a loop: it may be paused again before this one runs
        while (Volatile.Read(ref closed) is { } waiting)
        {
            await waiting.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}

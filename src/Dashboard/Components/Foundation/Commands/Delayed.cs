namespace Dashboard.Components.Foundation.Commands;

/// <summary>
/// Runs the last of several calls in quick succession, and knows whether what it made is of the last one. A later call cancels the work of
/// the one before. Used from the renderer's thread alone.
/// </summary>
public sealed class Delayed(TimeSpan pause, TimeProvider time) : IDisposable
{
    CancellationTokenSource? last;

    /// <summary>No call came since the one whose work is done.</summary>
    public bool IsSettled { get; private set; } = true;

    /// <summary>After the pause; comes to nothing when a later call comes first.</summary>
    public Task RunLastAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(pause, work, cancellationToken);

    /// <summary>At once, in place of what still waits or works.</summary>
    public Task RunNowAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken) =>
        RunAsync(TimeSpan.Zero, work, cancellationToken);

    async Task RunAsync(TimeSpan after, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        last?.Cancel();
        last?.Dispose();
        var token = (last = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken)).Token;
        IsSettled = false;
        try
        {
            await Task.Delay(after, time, token);
            await work(token);
            token.ThrowIfCancellationRequested();
            IsSettled = true;
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // the later call goes on, or the form is gone
        }
    }

    public void Dispose()
    {
        last?.Cancel();
        last?.Dispose();
        last = null;
    }
}

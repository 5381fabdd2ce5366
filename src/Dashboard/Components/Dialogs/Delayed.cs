namespace Dashboard.Components.Dialogs;

/// <summary>Runs only the last of several calls in quick succession, and knows whether what it made is of the last one. Used from the renderer's thread alone.</summary>
public sealed class Delayed(TimeSpan pause, TimeProvider time) : IDisposable
{
    CancellationTokenSource? waiting;
    int calls;
    int settled;

    /// <summary>No call came since the one whose work is done.</summary>
    public bool IsSettled => settled == calls;

    /// <summary>Does nothing when a later call comes first.</summary>
    public async Task RunLastAsync(Func<Task> work, CancellationToken cancellation)
    {
        var call = ++calls;
        if (await LastAsync(cancellation))
        {
            await work();
            settled = call;
        }
    }

    /// <summary>False when a later call came first.</summary>
    async Task<bool> LastAsync(CancellationToken cancellation)
    {
        waiting?.Cancel();
        waiting?.Dispose();
        var mine = waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await Task.Delay(pause, time, mine.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        waiting?.Cancel();
        waiting?.Dispose();
        waiting = null;
    }
}

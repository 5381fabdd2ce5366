namespace Dashboard.Components.Dialogs;

/// <summary>Runs only the last of several calls in quick succession. Used from the renderer's thread alone.</summary>
public sealed class Delayed(TimeSpan pause, TimeProvider time) : IDisposable
{
    CancellationTokenSource? waiting;

    /// <summary>False when a later call came first.</summary>
    public async Task<bool> LastAsync(CancellationToken cancellation)
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

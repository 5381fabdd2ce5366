using System.Threading.Channels;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Runs one reading again and again: at its interval, and at once when asked to. Readings of a tier never overlap.</summary>
sealed class Tier(TimeProvider time)
{
    // room for one: any number of calls while a reading runs ask for one more reading
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>Reads now, or once more when a reading is under way.</summary>
    public void Wake() => wake.Writer.TryWrite(true);

    /// <param name="read">Reads and posts; must not throw.</param>
    /// <param name="interval">From the end of a reading to the start of the next.</param>
    public async Task RunAsync(Func<CancellationToken, Task> read, Func<TimeSpan> interval, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await read(stopping).ConfigureAwait(false);
                using var due = new CancellationTokenSource(interval(), time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, due.Token);
                await wake.Reader.ReadAsync(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // due, or stopping
            }
        }
    }
}

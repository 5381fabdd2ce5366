namespace ZooKeeper.Server.Serving;

/// <summary>
/// How much of one connection may be in the pipeline: 1000 requests or 16 MB. Past that its socket is not read, so that a client that
/// floods costs what it is allowed and no more. Taken by the connection's reader, given back by the server loop.
/// </summary>
sealed class RequestBudget : IDisposable
{
    const int Units = 1024;
    const int UnitBytes = 16 << 10;

    readonly SemaphoreSlim units = new(Units);

    public async ValueTask TakeAsync(int bytes, CancellationToken cancellationToken)
    {
        // one by one, as SemaphoreSlim takes them; only the connection's reader takes, so no two can wait for the rest of each other's
        for (var count = UnitsOf(bytes); count > 0; count--)
        {
            await units.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Return(int bytes)
    {
        try
        {
            units.Release(UnitsOf(bytes));
        }
        catch (ObjectDisposedException)
        {
            // the connection has gone
        }
    }

    public void Dispose() => units.Dispose();

    static int UnitsOf(int bytes) => Math.Min(Units, 1 + (bytes / UnitBytes));
}

using Dashboard.Components.Foundation.Live;
using Dashboard.Messages.Scanning;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;

namespace Dashboard.Components.Features.Messages.Readings;

/// <summary>
/// A reading and the rows it found, until another one takes its place. It ends with its page, with Stop, or at the limit. Owned by the
/// renderer's thread, as the page is.
/// </summary>
/// <param name="changed">Something is to be shown.</param>
public abstract class MessageReading(IMessageScanner scanner, IClusterMonitor cluster, ScanQuery query, Actor actor, Action changed)
    : IDisposable
{
    readonly ComponentLifetime gone = new();

    public ScanQuery Query => query;

    public abstract IReadOnlyList<FoundRecord> Rows { get; }

    public bool IsRunning { get; protected set; }

    /// <summary>By its reader.</summary>
    public bool WasStopped { get; protected set; }

    /// <summary>Why it ended before its time.</summary>
    public string? Failure { get; private set; }

    protected IMessageScanner Scanner => scanner;

    protected IClusterMonitor Cluster => cluster;

    protected Actor Actor => actor;

    /// <summary>It was given up for another one, or its page went away.</summary>
    public bool IsGone => gone.IsCancellationRequested;

    /// <returns>What it broke at; null when it did not.</returns>
    public async Task<Exception?> RunAsync()
    {
        (IsRunning, WasStopped, Failure) = (true, false, null);
        changed();
        try
        {
            await ReadAsync(gone.Token);
            return null;
        }
        catch (OperationCanceledException) when (IsGone)
        {
            return null;
        }
        catch (Exception e)
        {
            Failure = e.Message;
            return e;
        }
        finally
        {
            IsRunning = false;
            if (!IsGone)
            {
                changed();
            }
        }
    }

    public abstract void Stop();

    public FoundRecord? Find((int Partition, long Offset) place) =>
        Rows.FirstOrDefault(r => (r.Message.Partition, r.Message.Offset) == place);

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }

    protected abstract Task ReadAsync(CancellationToken cancellationToken);

    protected void Changed() => changed();
}

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>How much may be written a second. A batch is paid for afterwards, so that the next one waits.</summary>
sealed class Throttle(long? recordsPerSecond, long? bytesPerSecond, TimeProvider time)
{
    /// <summary>Batches are cut so that none takes much longer than this.</summary>
    const double Seconds = 1;

    /// <summary>Records of one batch; null: no limit.</summary>
    public int? BatchRecords => recordsPerSecond is { } rate ? (int)Math.Clamp(rate * Seconds, 1, int.MaxValue) : null;

    public Task PayAsync(long records, long bytes, CancellationToken cancellationToken)
    {
        var seconds = Math.Max((double)records / recordsPerSecond ?? 0, (double)bytes / bytesPerSecond ?? 0);
        return seconds > 0 ? Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, 3600)), time, cancellationToken) : Task.CompletedTask;
    }
}

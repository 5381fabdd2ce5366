namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>How fast rows are written: as many a second as are wanted, on the whole of a run.</summary>
/// <param name="perSecond">Null: as fast as it goes.</param>
sealed class RowPace(long? perSecond, TimeProvider time)
{
    const int MostRecords = 2000;

    /// <summary>Two batches a second, where they are not too large for that.</summary>
    const int BatchesPerSecond = 2;

    /// <summary>Who is further behind does not make up for it.</summary>
    static readonly TimeSpan arrears = TimeSpan.FromSeconds(2);

    long began;
    TimeSpan due;

    public int Batch => perSecond is { } rate ? (int)Math.Clamp(rate / BatchesPerSecond, 1, MostRecords) : MostRecords;

    public void Begin() => began = time.GetTimestamp();

    /// <summary>Waits until so many more were due.</summary>
    public Task KeepAsync(int written, CancellationToken cancellationToken)
    {
        if (perSecond is not { } rate)
        {
            return Task.CompletedTask;
        }

        due += TimeSpan.FromSeconds((double)written / rate);
        var left = due - time.GetElapsedTime(began);
        due = left < -arrears ? due - left - arrears : due;
        return left > TimeSpan.Zero ? Task.Delay(left, time, cancellationToken) : Task.CompletedTask;
    }
}

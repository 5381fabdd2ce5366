namespace ZooKeeper.Server.Statistics;

/// <summary>How long fsyncs of the log took. Written by the log's stage, read by anyone: a number may be one behind.</summary>
sealed class FsyncStatistics
{
    /// <summary>Above this an fsync is worth a warning (fsync.warningthresholdms).</summary>
    public static readonly TimeSpan Threshold = TimeSpan.FromSeconds(1);

    long ticks;

    public long Count { get; private set; }

    public TimeSpan Max { get; private set; }

    public TimeSpan Total => new(ticks);

    public long ThresholdExceeded { get; private set; }

    public void Add(TimeSpan taken)
    {
        Count++;
        ticks += taken.Ticks;
        Max = taken > Max ? taken : Max;
        if (taken > Threshold)
        {
            ThresholdExceeded++;
        }
    }
}

namespace ZooKeeper.Server.Statistics;

/// <summary>Smallest, mean and largest of some times in ms; all 0 before the first. Owned by the server loop.</summary>
sealed class LatencyStatistics
{
    long total;
    long min;

    public long Count { get; private set; }

    public long Min => Count == 0 ? 0 : min;

    public long Max { get; private set; }

    public double Average => Count == 0 ? 0 : (double)total / Count;

    public void Add(long milliseconds)
    {
        min = Count == 0 ? milliseconds : Math.Min(min, milliseconds);
        Max = Math.Max(Max, milliseconds);
        total += milliseconds;
        Count++;
    }

    public void Reset()
    {
        Count = 0;
        total = 0;
        Max = 0;
    }
}

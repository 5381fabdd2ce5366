namespace ZooKeeper.Server.Statistics;

/// <summary>Last, smallest and largest of some sizes in bytes; -1 before the first. Owned by the server loop.</summary>
sealed class SizeStatistics
{
    public int Last { get; private set; } = -1;

    public int Min { get; private set; } = -1;

    public int Max { get; private set; } = -1;

    public void Reset() => Last = Min = Max = -1;

    public void Add(int bytes)
    {
        Last = bytes;
        Min = Min < 0 ? bytes : Math.Min(Min, bytes);
        Max = Math.Max(Max, bytes);
    }
}

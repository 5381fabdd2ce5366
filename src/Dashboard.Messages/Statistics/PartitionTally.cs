namespace Dashboard.Messages.Statistics;

/// <summary>Records of one partition, and whether their times are in the order of their offsets. Pieces are added in that order.</summary>
sealed class PartitionTally
{
    long? first, last;

    public long Records { get; private set; }

    /// <summary>Of keys and values.</summary>
    public long Bytes { get; private set; }

    /// <summary>Records with an earlier time than the one before them.</summary>
    public long StepsBack { get; private set; }

    /// <summary>The longest of these steps; in the unit of the timestamps, which is ms.</summary>
    public long LongestStepBack { get; private set; }

    public void Add(long timestamp, long bytes)
    {
        Records++;
        Bytes += bytes;
        if (timestamp < 0)
        {
            return; // it has none
        }

        Step(last, timestamp);
        first ??= timestamp;
        last = timestamp;
    }

    public void Add(PartitionTally next)
    {
        Records += next.Records;
        Bytes += next.Bytes;
        StepsBack += next.StepsBack;
        LongestStepBack = Math.Max(LongestStepBack, next.LongestStepBack);
        if (next.first is { } begin)
        {
            Step(last, begin);
            first ??= begin;
            last = next.last;
        }
    }

    public void Write(BinaryWriter writer)
    {
        // a record without a time has -1: none that has one is before 0
        foreach (var number in (ReadOnlySpan<long>)[Records, Bytes, StepsBack, LongestStepBack, first ?? -1, last ?? -1])
        {
            writer.Write(number);
        }
    }

    public static PartitionTally Read(BinaryReader reader) => new()
    {
        Records = reader.ReadInt64(),
        Bytes = reader.ReadInt64(),
        StepsBack = reader.ReadInt64(),
        LongestStepBack = reader.ReadInt64(),
        first = reader.ReadInt64() is >= 0 and var from ? from : null,
        last = reader.ReadInt64() is >= 0 and var to ? to : null,
    };

    void Step(long? from, long to)
    {
        if (from > to)
        {
            StepsBack++;
            LongestStepBack = Math.Max(LongestStepBack, from.Value - to);
        }
    }
}

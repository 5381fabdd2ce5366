using System.Numerics;

namespace Dashboard.Messages.Statistics;

/// <summary>
/// How sizes are spread, in 13 KiB whatever their number: counted one by one up to 127, and in 64 steps between powers of two above, so
/// that a percentile is within 0.8 % of the size that has its rank. Two of them add up to that of both, without a loss.
/// </summary>
sealed class SizeSketch
{
    // below 128 every size has its own counter, above each power of two has 64: no size is off by more than 1 %
    // all sizes of records together take 13 kB, however many records there are
    const int Exact = 128, StepBits = 6, Steps = 1 << StepBits, FirstPower = 7, Powers = 31;

    readonly long[] counts = new long[Exact + ((Powers - FirstPower) * Steps)];
    int min = int.MaxValue;

    public long Count { get; private set; }

    public long Sum { get; private set; }

    public int Max { get; private set; }

    public int Min => Count == 0 ? 0 : min;

    /// <param name="size">0 or more.</param>
    public void Add(int size)
    {
        counts[Place(size)]++;
        Count++;
        Sum += size;
        min = Math.Min(min, size);
        Max = Math.Max(Max, size);
    }

    public void Add(SizeSketch other)
    {
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] += other.counts[i];
        }

        Count += other.Count;
        Sum += other.Sum;
        min = Math.Min(min, other.min);
        Max = Math.Max(Max, other.Max);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Sum);
        writer.Write(min);
        writer.Write(Max);
        foreach (var count in counts)
        {
            writer.Write7BitEncodedInt64(count);
        }
    }

    public static SizeSketch Read(BinaryReader reader)
    {
        var sketch = new SizeSketch { Sum = reader.ReadInt64(), min = reader.ReadInt32(), Max = reader.ReadInt32() };
        for (var i = 0; i < sketch.counts.Length; i++)
        {
            sketch.counts[i] = reader.Read7BitEncodedInt64();
        }

        // not written: it cannot contradict the counters
        sketch.Count = sketch.counts.Sum();
        return sketch;
    }

    /// <summary>A size that this part of all are not above; 0 without any.</summary>
    /// <param name="part">From 0 to 1.</param>
    public int Percentile(double part)
    {
        // nearest rank: the smallest size that at least this part of all does not exceed
        var rank = Math.Clamp((long)Math.Ceiling(part * Count), 1, Math.Max(1, Count));
        for (var place = 0; place < counts.Length; place++)
        {
            rank -= counts[place];
            if (rank <= 0)
            {
                // the middle of a step may lie outside of what was seen
                return Math.Clamp(Middle(place), Min, Max);
            }
        }

        return Max;
    }

    public SizeSummary Summary() => new(
        Count, Min, Max, Count == 0 ? 0 : (double)Sum / Count, Sum, Percentile(0.5), Percentile(0.9), Percentile(0.99));

    static int Place(int size)
    {
        if (size < Exact)
        {
            return size;
        }

        var power = BitOperations.Log2((uint)size);
        return Exact + ((power - FirstPower) * Steps) + ((size >> (power - StepBits)) & (Steps - 1));
    }

    static int Middle(int place)
    {
        if (place < Exact)
        {
            return place;
        }

        var (power, step) = Math.DivRem(place - Exact, Steps);
        var shift = power + FirstPower - StepBits;
        return (int)((((long)Steps + step) << shift) + ((1L << shift) / 2));
    }
}

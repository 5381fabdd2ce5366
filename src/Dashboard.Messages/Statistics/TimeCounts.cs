using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Dashboard.Monitoring;

namespace Dashboard.Messages.Statistics;

/// <summary>
/// Records by second. Where they are of more seconds than are kept, by ten of them, by minute, and so on, beyond days by two, four …
/// </summary>
sealed class TimeCounts
{
    public const int Most = 512;

    /// <summary>In ms; each fits a whole number of times into the next.</summary>
    // each is a multiple of the one before, so that widening never divides a count
    static readonly ImmutableArray<long> widths = [1_000, 10_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, 24 * 3_600_000];

    Dictionary<long, long> counts = [];

    /// <summary>How long a part is, in ms.</summary>
    public long Width { get; private set; } = widths[0];

    /// <summary>Records that have no time.</summary>
    public long Without { get; private set; }

    /// <param name="timestamp">As written: seconds and smaller units are understood as well.</param>
    public void Add(long timestamp)
    {
        if (timestamp < 0 || UnixTime.Meant(timestamp)?.ToUnixTimeMilliseconds() is not { } time)
        {
            Without++;
            return;
        }

        Count(time / Width, 1);
        WidenIfFull();
    }

    public void Add(TimeCounts other)
    {
        while (Width < other.Width)
        {
            Widen();
        }

        foreach (var (part, count) in other.counts)
        {
            Count(part * other.Width / Width, count);
        }

        Without += other.Without;
        WidenIfFull();
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Width);
        writer.Write(Without);
        writer.Write(counts.Count);
        foreach (var (part, count) in counts)
        {
            writer.Write(part);
            writer.Write(count);
        }
    }

    public static TimeCounts Read(BinaryReader reader)
    {
        var read = new TimeCounts { Width = reader.ReadInt64(), Without = reader.ReadInt64() };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            read.counts[reader.ReadInt64()] = reader.ReadInt64();
        }

        return read;
    }

    public ImmutableArray<TimeCount> InOrder() =>
        [.. counts.OrderBy(c => c.Key).Select(c => new TimeCount(DateTimeOffset.FromUnixTimeMilliseconds(c.Key * Width), c.Value))];

    void Count(long part, long count) => CollectionsMarshal.GetValueRefOrAddDefault(counts, part, out _) += count;

    void WidenIfFull()
    {
        while (counts.Count > Most)
        {
            Widen();
        }
    }

    void Widen()
    {
        var (narrow, width) = (counts, Width);
        // beyond days it doubles: timestamps are what producers say, and may be thousands of years apart
        (counts, Width) = ([], widths.FirstOrDefault(w => w > width, width * 2));
        foreach (var (part, count) in narrow)
        {
            Count(part * width / Width, count);
        }
    }
}

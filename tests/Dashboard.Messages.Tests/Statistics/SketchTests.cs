using System.IO.Hashing;
using Dashboard.Messages.Statistics;

namespace Dashboard.Messages.Tests.Statistics;

/// <summary>What is estimated is as near to what was counted one by one as is said.</summary>
public sealed class SketchTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Distinct_values_are_estimated_within_the_margin_in_pieces_or_at_once(int seed)
    {
        var random = new Random(seed);
        var number = (int)Math.Pow(10, 1 + (random.NextDouble() * 5));
        var pieces = Enumerable.Range(0, 1 + random.Next(8)).Select(_ => new HyperLogLog()).ToList();
        for (var i = 0; i < number; i++)
        {
            for (var times = random.Next(3); times >= 0; times--)
            {
                pieces[random.Next(pieces.Count)].Add(Hash(i));
            }
        }

        var all = new HyperLogLog();
        pieces.ForEach(all.Add);
        // 2 of the 12 may be outside of twice the standard error, by chance; none outside of twice that
        Assert.InRange(all.Estimate(), number * (1 - (2 * HyperLogLog.Margin)) - 1, number * (1 + (2 * HyperLogLog.Margin)) + 1);
    }

    [Fact]
    public void The_margin_holds_19_times_of_20()
    {
        var within = 0;
        for (var run = 0; run < 100; run++)
        {
            var sketch = new HyperLogLog();
            for (var i = 0; i < 20_000; i++)
            {
                sketch.Add(Hash((run * 1_000_000L) + i));
            }

            within += Math.Abs(sketch.Estimate() - 20_000) <= 20_000 * HyperLogLog.Margin ? 1 : 0;
        }

        Assert.InRange(within, 88, 100);
    }

    [Fact]
    public void Of_nothing_there_is_nothing()
    {
        Assert.Equal(0, new HyperLogLog().Estimate());
        Assert.Equal(new SizeSummary(0, 0, 0, 0, 0, 0, 0, 0), new SizeSketch().Summary());
        Assert.Empty(new FrequentKeys(4).Top(10));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Frequent_keys_have_bounds_that_hold_in_pieces_or_at_once(int seed)
    {
        const int Capacity = 50;
        var random = new Random(seed);
        var exact = new Dictionary<int, long>();
        var pieces = Enumerable.Range(0, 1 + random.Next(6)).Select(_ => new FrequentKeys(Capacity)).ToList();
        var total = 20_000 + random.Next(30_000);
        for (var i = 0; i < total; i++)
        {
            var key = (int)(1000 * Math.Pow(random.NextDouble(), 1 + (seed % 5)));
            exact[key] = exact.GetValueOrDefault(key) + 1;
            pieces[random.Next(pieces.Count)].Add(Hash(key), BitConverter.GetBytes(key));
        }

        var all = new FrequentKeys(Capacity);
        pieces.ForEach(all.Add);
        Assert.InRange(all.Missed, 0, total / (Capacity + 1));
        var top = all.Top(int.MaxValue);
        Assert.Equal(top.OrderByDescending(k => k.Count), top);
        Assert.All(top, k => Assert.InRange(exact[BitConverter.ToInt32(k.Bytes)], k.Count, k.Count + all.Missed));
        var had = top.Select(k => BitConverter.ToInt32(k.Bytes)).ToHashSet();
        // whoever came more often than twice what may be missed cannot be absent
        Assert.All(exact.Where(e => e.Value > 2 * all.Missed), e => Assert.Contains(e.Key, had));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Percentiles_are_within_a_hundredth_of_the_exact_ones(int seed)
    {
        var random = new Random(seed);
        var sizes = Enumerable.Range(0, 1 + random.Next(5000))
            .Select(_ => (int)Math.Pow(2, random.NextDouble() * (4 + (seed * 2)))).ToList();
        var pieces = new[] { new SizeSketch(), new SizeSketch() };
        sizes.ForEach(size => pieces[random.Next(2)].Add(size));
        pieces[0].Add(pieces[1]);
        sizes.Sort();
        foreach (var part in new[] { 0.01, 0.5, 0.9, 0.99, 1 })
        {
            var exact = sizes[Math.Max(0, (int)Math.Ceiling(part * sizes.Count) - 1)];
            Assert.InRange(pieces[0].Percentile(part), exact * 0.99, exact * 1.01);
        }

        var summary = pieces[0].Summary();
        Assert.Equal((sizes.Count, sizes[0], sizes[^1]), (summary.Count, summary.Min, summary.Max));
        Assert.Equal(sizes.Average(s => (double)s), summary.Mean, 6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(int.MaxValue)]
    public void The_ends_of_sizes_have_a_place(int size)
    {
        var sketch = new SizeSketch();
        sketch.Add(size);
        Assert.Equal(size, sketch.Percentile(0.5));
    }

    [Fact]
    public void Times_of_more_parts_than_are_kept_are_counted_in_longer_parts_and_none_is_lost()
    {
        var (one, other) = (new TimeCounts(), new TimeCounts());
        var start = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 2000; i++)
        {
            (i % 3 == 0 ? one : other).Add(start.AddHours(i).ToUnixTimeMilliseconds());
        }

        other.Add(-1);
        other.Add(start.ToUnixTimeSeconds());
        one.Add(other);
        Assert.Equal(6 * 3_600_000, one.Width);
        Assert.Equal(1, one.Without);
        Assert.Equal(2001, one.InOrder().Sum(t => t.Records));
        Assert.InRange(one.InOrder().Length, 2, TimeCounts.Most);
        Assert.Equal(start, one.InOrder()[0].From);
        Assert.Equal(7, one.InOrder()[0].Records);
    }

    static ulong Hash(long value) => XxHash3.HashToUInt64(BitConverter.GetBytes(value));
}

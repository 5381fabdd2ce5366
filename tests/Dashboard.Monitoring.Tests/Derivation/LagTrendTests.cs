using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>The least lag of three half minutes, one after the other, and what follows from it.</summary>
public sealed class LagTrendTests
{
    [Theory]
    [InlineData(false, 0, 100, 200, null, true)]
    [InlineData(false, 0, 100, 200, 29.0, false)] // late by less than half a minute
    [InlineData(false, 0, 100, 200, 30.0, true)]
    [InlineData(false, 0, 40, 99, null, false)] // too few records to matter
    [InlineData(false, 0, 40, 100, null, true)]
    [InlineData(false, 10_000, 10_400, 10_900, null, false)] // less than a tenth of what there was
    [InlineData(false, 10_000, 10_500, 11_000, null, true)]
    [InlineData(false, 100, 300, 300, null, false)] // did not rise twice
    [InlineData(false, 300, 100, 500, null, false)]
    [InlineData(true, 100, 300, 200, null, true)] // no lower than a minute before: it has not recovered
    [InlineData(true, 100, 300, 101, 1.0, true)]
    [InlineData(true, 100, 300, 100, null, false)]
    [InlineData(true, 300, 200, 100, null, false)]
    public void It_grows_when_its_floor_rose_twice_and_until_it_is_where_it_was(
        bool before, double first, double second, double third, double? late, bool grows)
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15)));
        ring.Add(Start, first + 5000);
        foreach (var (index, floor) in new[] { first, second, third }.Index())
        {
            for (var i = 0; i < 6; i++)
            {
                // far above the floor but for one reading, as commits in batches make it
                ring.Add(Start.AddSeconds((30 * index) + (5 * (i + 1))), floor + (i == 2 ? 0 : 5000 + i));
            }
        }

        Assert.Equal(grows, LagTrend.Grows(before, ring, third, late, Start.AddSeconds(90)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Before_a_minute_and_a_half_is_known_it_stays_as_it_was(bool before)
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15)));
        for (var i = 1; i <= 17; i++)
        {
            ring.Add(Start.AddSeconds(5 * i), 1000 * i);
        }

        Assert.Equal(before, LagTrend.Grows(before, ring, 17_000, null, Start.AddSeconds(85)));
    }

    [Fact]
    public void A_few_readings_are_chance()
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15)));
        for (var i = 0; i <= 4; i++)
        {
            ring.Add(Start.AddSeconds(30 * i), 1000 * i);
        }

        Assert.False(LagTrend.Grows(false, ring, 4000, null, Start.AddSeconds(120)));
    }
}

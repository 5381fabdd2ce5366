using Dashboard.Components.Pictures;
using Dashboard.Monitoring.History;

namespace Dashboard.Tests.Components.Pictures;

/// <summary>The axis is the last 15 minutes, whatever is known of them; an outage is a gap.</summary>
public sealed class PlotTests
{
    static readonly DateTimeOffset now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Three_minutes_of_readings_take_a_fifth_of_the_axis()
    {
        var plot = Plot.Of(Readings(180, 0), now, 100);
        Assert.Equal((now - Plot.Window, now), (plot.From, plot.To));
        Assert.StartsWith("M80 ", plot.Line, StringComparison.Ordinal);
        Assert.Contains("L100 ", plot.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_ended_some_time_ago_ends_before_the_edge() =>
        Assert.DoesNotContain("L100 ", Plot.Of(Readings(600, 300), now, 100).Line, StringComparison.Ordinal);

    [Fact]
    public void Nothing_is_drawn_through_a_time_that_was_not_read()
    {
        var before = Readings(600, 300).Points;
        var after = Readings(100, 0).Points;
        var plot = Plot.Of(new Series([.. before, after[0] with { IsAfterGap = true }, .. after[1..]]), now, 16);
        Assert.Equal(2, plot.Line.Count(c => c == 'M'));
        Assert.Equal(2, plot.Area.Count(c => c == 'z'));
    }

    [Fact]
    public void A_reading_alone_between_two_gaps_is_a_dot()
    {
        var plot = Plot.Of(new Series([new(now.AddMinutes(-9), 1), new(now.AddMinutes(-5), 2, true), new(now, 3, true)]), now, 16);
        Assert.Equal(3, plot.Line.Split("h0.4").Length - 1);
    }

    [Fact]
    public void A_sparkline_is_drawn_once_for_all_until_there_is_something_else_to_see()
    {
        var series = Readings(600, 0);
        var drawn = Plot.Small(series, now, 16);
        Assert.Same(drawn, Plot.Small(series, now.AddSeconds(4), 16));
        Assert.Equal(drawn.Line, Plot.Of(series, now, 16).Line);
        Assert.Equal(Plot.Of(series, now.AddSeconds(5), 16).Line, Plot.Small(series, now.AddSeconds(6), 16).Line);
        Assert.NotEqual(drawn.Line, Plot.Small(series, now, 28).Line);
        Assert.NotEqual(drawn.Line, Plot.Small(Readings(500, 0), now, 16).Line);
    }

    static Series Readings(int from, int to) =>
        new([.. Enumerable.Range(0, (from - to) / 5 + 1).Select(i => new Point(now.AddSeconds((i * 5) - from), i))]);
}

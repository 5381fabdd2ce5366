using Dashboard.Monitoring.History;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.History;

public sealed class HistoryTests
{
    [Theory]
    [InlineData(2, 14, true)]
    [InlineData(2, 11, false)]
    [InlineData(60, 61, false)]
    [InlineData(60, 80, false)]
    [InlineData(60, 400, true)]
    public void A_time_without_values_is_a_gap_when_it_is_much_longer_than_usual(int every, int silence, bool isGap)
    {
        var ring = new SeriesRing(new(TimeSpan.FromHours(2), TimeSpan.FromSeconds(4)));
        for (var i = 0; i < 12; i++)
        {
            ring.Add(Start.AddSeconds(every * i), i);
        }

        // one that came early does not make the next one late
        var last = Start.AddSeconds((every * 11) + 1);
        ring.Add(last, 20);
        ring.Add(last.AddSeconds(silence), 20);
        ring.Add(last.AddSeconds(silence + every), 20);
        Assert.Equal(isGap ? [last.AddSeconds(silence)] : [], ring.Copy().Points.Where(p => p.IsAfterGap).Select(p => p.At));
    }

    [Fact]
    public void A_flat_line_costs_two_points()
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15)));
        for (var i = 0; i < 100; i++)
        {
            ring.Add(Start.AddSeconds(5 * i), 7);
        }

        Assert.Equal([new Point(Start, 7), new Point(Start.AddSeconds(495), 7)], ring.Copy().Points);
        Assert.Equal(7, ring.At(Start.AddSeconds(42)));
    }

    [Fact]
    public void It_forgets_what_is_older_than_its_span_but_still_covers_it()
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(1)));
        for (var i = 0; i <= 1000; i++)
        {
            ring.Add(Start.AddSeconds(i), i);
        }

        var points = ring.Copy().Points;
        Assert.InRange(points.Length, 60, 62);
        Assert.Equal(970, ring.At(Start.AddSeconds(970)));
        Assert.Null(ring.At(Start));
    }

    [Fact]
    public void The_time_at_which_an_offset_was_written_lies_between_the_readings_around_it()
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15)));
        ring.Add(Start, 100);
        ring.Add(Start.AddSeconds(10), 200);
        ring.Add(Start.AddSeconds(20), 200);
        ring.Add(Start.AddSeconds(30), 200);
        ring.Add(Start.AddSeconds(40), 300);
        Assert.Equal(Start.AddSeconds(5), ring.Reached(150));
        Assert.Equal(Start.AddSeconds(35), ring.Reached(250));
        Assert.Equal(Start.AddSeconds(30), ring.Reached(200));
        Assert.Null(ring.Reached(99));
    }

    [Fact]
    public void Lag_a_minute_ago_is_read_back_from_the_store()
    {
        var store = new HistoryStore();
        var key = new SeriesKey(SeriesKind.GroupLag, "g");
        store.Add(key, Start, 0);
        store.Add(key, Start.AddSeconds(60), 600);
        Assert.Equal(300, store.Find(key)!.At(Start.AddSeconds(30)));
        Assert.Equal(2, store.GroupLag("g")!.Points.Length);
        store.Retain(_ => false);
        Assert.Null(store.GroupLag("g"));
    }
}

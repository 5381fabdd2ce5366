using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.History;

/// <summary>What is remembered, how much of it, and what readers get.</summary>
public sealed class HistoryStoreTests
{
    [Fact]
    public void Events_come_newest_first_and_the_oldest_make_room()
    {
        var store = new HistoryStore();
        store.Add([Event(1), Event(2)]);
        store.Add([Event(3)]);
        Assert.Equal([3, 2, 1], store.Events.Select(e => e.Sequence));
        store.Add([]);
        store.Add([.. Enumerable.Range(4, HistoryStore.EventsKept).Select(i => Event(i))]);
        Assert.Equal(
            (HistoryStore.EventsKept, HistoryStore.EventsKept + 3L, 4L),
            (store.Events.Length, store.Events[0].Sequence, store.Events[^1].Sequence));
    }

    [Fact]
    public void What_was_kept_of_before_is_there_from_the_first_and_new_events_go_to_the_log()
    {
        var log = new FakeEventLog { Kept = [Event(7), Event(6)], Problem = "full" };
        var store = new HistoryStore(log, "c");
        Assert.Equal(("7,6", "full"), (string.Join(',', store.Events.Select(e => e.Sequence)), store.EventsProblem));
        store.Add([Event(8), Event(9)]);
        Assert.Equal([9, 8, 7, 6], store.Events.Select(e => e.Sequence));
        Assert.Equal(["c 8", "c 9"], log.Written);
        store.Add([]);
        Assert.Equal(2, log.Written.Count);
    }

    [Fact]
    public void A_reader_keeps_what_it_got()
    {
        var store = new HistoryStore();
        store.Add(new(SeriesKind.RecordsIn), Start, 1);
        var before = store.RecordsIn!;
        for (var i = 1; i < 50; i++)
        {
            store.Add(new(SeriesKind.RecordsIn), Start.AddSeconds(5 * i), i);
        }

        Assert.Equal([new Point(Start, 1)], before.Points);
        Assert.Equal(50, store.RecordsIn!.Points.Length);
    }

    [Fact]
    public void Series_of_the_same_name_and_another_kind_are_others()
    {
        var store = new HistoryStore();
        store.Add(new(SeriesKind.GroupLag, "x"), Start, 1);
        store.Add(new(SeriesKind.TopicRecordsIn, "x"), Start, 2);
        store.Add(new(SeriesKind.PartitionLag, "x", "t", 3), Start, 3);
        Series?[] all = [store.GroupLag("x"), store.TopicRecordsIn("x"), store.PartitionLag("x", "t", 3)];
        Assert.Equal([1.0, 2.0, 3.0], all.Select(series => series!.Points[0].Value));
        Assert.Equal((null, null, null), (store.PartitionLag("x", "t", 4), store.PartitionLag("x", "u", 3), store.ServerLatency(3)));
        store.Retain(key => key.Kind != SeriesKind.GroupLag);
        Assert.Equal((null, true), (store.GroupLag("x"), store.TopicRecordsIn("x") is not null));
    }

    [Fact]
    public void All_who_ask_between_two_values_get_the_same_copy()
    {
        var store = new HistoryStore();
        var key = new SeriesKey(SeriesKind.TopicRecordsIn, "x");
        store.Add(key, Start, 1);
        var copy = store.TopicRecordsIn("x");
        Assert.Same(copy, store.TopicRecordsIn("x"));
        store.Add(key, Start.AddSeconds(5), 2);
        Assert.Equal((1, 2), (copy!.Points.Length, store.TopicRecordsIn("x")!.Points.Length));
    }

    [Fact]
    public void Points_that_lie_close_make_room_for_the_next()
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(4)));
        for (var i = 0; i < 100; i++)
        {
            ring.Add(Start.AddSeconds(i), i);
        }

        var points = ring.Copy().Points;
        Assert.InRange(points.Length, 100 / 5, (100 / 4) + 2);
        Assert.Equal(new Point(Start.AddSeconds(99), 99), points[^1]);
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, 10.0)]
    [InlineData(5, 15.0)]
    [InlineData(10, 20.0)]
    [InlineData(15, 20.0)] // after the last it is as it was then
    public void A_value_lies_between_its_neighbours(int second, double? value)
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15)));
        Assert.Null(ring.At(Start));
        ring.Add(Start, 10);
        ring.Add(Start.AddSeconds(10), 20);
        Assert.Equal(value, ring.At(Start.AddSeconds(second)));
    }

    [Fact]
    public void The_least_of_a_time_counts_both_its_ends()
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15)));
        foreach (var (index, value) in new double[] { 50, 10, 40, 30 }.Index())
        {
            ring.Add(Start.AddSeconds(10 * index), value);
        }

        Assert.Equal((10.0, 30.0, 25.0, null), (Least(0, 30), Least(25, 40), Least(15, 18), Least(-1, 30)));

        double? Least(int from, int to) => ring.Least(Start.AddSeconds(from), Start.AddSeconds(to));
    }

    [Fact]
    public void A_ring_of_a_day_is_as_small_as_its_span()
    {
        var ring = new SeriesRing(new(TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(4)));
        for (var i = 0; i < 24 * 3600 / 5; i++)
        {
            ring.Add(Start.AddSeconds(5 * i), i % 17);
        }

        var points = ring.Copy().Points;
        Assert.InRange(points.Length, 179, 182);
        Assert.Equal(points.OrderBy(p => p.At), points);
    }

    static ClusterEvent Event(long sequence) => new(sequence, Start, EventKind.BrokerUp, Severity.Ok, "1", ["1"], null, 1);

    sealed class FakeEventLog : IEventLog
    {
        public System.Collections.Immutable.ImmutableArray<ClusterEvent> Kept { get; init; } = [];

        public List<string> Written { get; } = [];

        public string? Problem { get; init; }

        public System.Collections.Immutable.ImmutableArray<ClusterEvent> Load(string cluster) => Kept;

        public void Append(string cluster, IReadOnlyCollection<ClusterEvent> newest) =>
            Written.AddRange(newest.Select(e => $"{cluster} {e.Sequence}"));
    }
}

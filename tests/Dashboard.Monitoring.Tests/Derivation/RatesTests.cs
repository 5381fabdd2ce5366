using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Tests.Collectors;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>Rates from two readings, and what of a reading goes into the series.</summary>
public sealed class RatesTests
{
    static readonly SectionError error = new(SectionErrorKind.TimedOut, "x", null, "x", Start);
    static readonly Section<TopicTable> noTopics = Section<TopicTable>.Unread.Read(TopicTable.Of([]), Start);

    readonly HistoryStore history = new();
    readonly ClusterSnapshot two = Snapshot([Topic("a", Partition(0, 0, [0, 1], [0, 1]), Partition(1, 1, [1, 0], [1, 0]))]);

    [Fact]
    public void Records_add_up_by_topic_and_by_leader()
    {
        var rates = RatesOf.Snapshot(With((0, 100, 10.0), (0, 50, 2.5)), null)!;
        Assert.Equal((12.5, 12.5), (rates.RecordsInPerSecond, rates.RecordsInByTopic["a"]));
        Assert.Equal((10.0, 2.5), (rates.RecordsIn(0), rates.RecordsIn(1)));
        Assert.Equal((null, null), (rates.RecordsIn(7), rates.BytesInPerSecond));
    }

    [Fact]
    public void Between_the_first_two_readings_there_is_no_rate_and_later_none_means_that_nobody_answered()
    {
        var before = RatesOf.Snapshot(With((0, 100, 10.0)), null)!;
        Assert.Null(RatesOf.Snapshot(With((0, 100, null)), null));
        Assert.Same(before, RatesOf.Snapshot(With((0, 100, null)), before));
        var failed = With((0, 100, null));
        Assert.Null(RatesOf.Snapshot(failed with { Offsets = failed.Offsets.Failed(error) }, before));
        Assert.Null(RatesOf.Snapshot(two, before));
    }

    [Fact]
    public void The_rate_of_a_topic_that_is_gone_counts_for_nothing()
    {
        var before = RatesOf.Snapshot(With((0, 100, 10.0)), null)!;
        var gone = With((0, 100, 10.0)) with { Topics = noTopics };
        Assert.Equal(0, RatesOf.Snapshot(gone, null)!.RecordsInPerSecond);
        // the last one: nothing comes in, which is not what came in before
        Assert.Equal(0, RatesOf.Snapshot(gone, before)!.RecordsInPerSecond);
        Assert.Null(RatesOf.Snapshot(gone with { Offsets = gone.Offsets.Failed(error) }, before));
    }

    [Fact]
    public void Bytes_come_from_leaders_that_answered_twice()
    {
        var first = Dirs(two, Start, [0, 1], (0, 0, 1000), (1, 1, 100));
        Assert.Null(RatesOf.Bytes(two, first));
        var second = Dirs(first, Start.AddSeconds(10), [0], (0, 0, 3000), (1, 1, 900));
        Assert.Equal([KeyValuePair.Create(0, 200.0)], RatesOf.Bytes(first, second)!);
        Assert.Null(RatesOf.Bytes(second, second));
        // deleted by retention
        Assert.Equal(0, RatesOf.Bytes(second, Dirs(second, Start.AddSeconds(20), [0], (0, 0, 10)))![0]);
    }

    [Fact]
    public void A_series_has_a_point_for_each_reading_and_none_for_what_was_not_read()
    {
        var first = Lagging(Start, 60);
        HistoryRecorder.Record(history, two, first, Start);
        Assert.Equal((60.0, 60.0, 60.0), (Last(history.GroupLag("g")), Last(history.PartitionLag("g", "a", 0)), Last(history.TotalLag)));
        // the same reading once more, which something else was derived anew for
        HistoryRecorder.Record(history, first, first with { Version = 2 }, Start.AddSeconds(30));
        Assert.Single(history.GroupLag("g")!.Points);
        // a group that was not read this time
        var failed = first.Groups.Value!.Groups[0] with { Error = error };
        var stale = first with { Groups = first.Groups.Read(GroupTable.Of([failed]), Start.AddSeconds(40)) };
        HistoryRecorder.Record(history, first, stale, Start.AddSeconds(40));
        Assert.Single(history.GroupLag("g")!.Points);
        Assert.Equal(2, history.TotalLag!.Points.Length);
    }

    [Fact]
    public void A_commit_beyond_the_end_is_no_negative_lag_in_the_series()
    {
        var beyond = Lagging(Start, -5);
        HistoryRecorder.Record(history, two, beyond, Start);
        Assert.Null(history.PartitionLag("g", "a", 0));
    }

    [Fact]
    public void End_offsets_are_recorded_when_they_were_read_and_tell_when_a_record_was_written()
    {
        var first = With((0, 100, null), (0, 50, null));
        HistoryRecorder.RecordEnds(history, two, first);
        var table = Offsets.Of("a", Start.AddSeconds(10), (0, 200, null), (0, 50, null));
        // partition 1 did not answer: its value is of before
        var partitions = table.Partitions.ToDictionary();
        partitions[new("a", 1)] = first.Offsets.Value!.Find("a", 1)!;
        var second = first.Offsets.Read(table with { Partitions = partitions }, Start.AddSeconds(10));
        HistoryRecorder.RecordEnds(history, first, first with { Offsets = second });
        Assert.Equal(Start.AddSeconds(5), history.WrittenAt(new("a", 0), 150));
        Assert.Equal(Start, history.Find(new(SeriesKind.EndOffset, "a", Number: 1))!.Last.At);
        Assert.Null(history.WrittenAt(new("a", 0), 99));
        Assert.Null(history.WrittenAt(new("gone", 0), 0));
    }

    [Fact]
    public void Rates_go_into_series_by_topic_and_broker()
    {
        var rates = new Rates(
            3,
            ImmutableDictionary<string, double>.Empty.Add("a", 2),
            ImmutableDictionary<int, double>.Empty.Add(1, 1),
            ImmutableDictionary<int, double>.Empty.Add(1, 7));
        HistoryRecorder.Record(history, two, two with { Rates = rates }, Start);
        Assert.Equal((3.0, 7.0), (Last(history.RecordsIn), Last(history.BytesIn)));
        Assert.Equal((2.0, 1.0), (Last(history.TopicRecordsIn("a")), Last(history.BrokerRecordsIn(1))));
        Assert.Null(history.TopicRecordsIn("b"));
    }

    [Fact]
    public void Latency_is_recorded_of_servers_that_told_it_since()
    {
        var server = new ServerInfo(1, "zk1", "h:1", ServerRole.Leader, 1, 1, 1, 1, 0.5, 0, 3, 0, 5, null, Start, null);
        var before = two with { Ensemble = two.Ensemble.Read(new([server], 1, 1, Start, []), Start) };
        HistoryRecorder.Record(history, two, before, Start);
        Assert.Equal(0.5, Last(history.ServerLatency(1)));
        var down = server with { Role = ServerRole.Down, Error = error };
        var silent = before with { Ensemble = before.Ensemble.Read(new([down], null, null, null, []), Start) };
        HistoryRecorder.Record(history, before, silent, Start.AddSeconds(10));
        Assert.Single(history.ServerLatency(1)!.Points);
    }

    [Fact]
    public void What_was_deleted_is_forgotten_and_what_cannot_be_read_is_not()
    {
        var before = Lagging(Start, 60);
        HistoryRecorder.Record(history, two, before, Start);
        history.Add(new(SeriesKind.EndOffset, "a"), Start, 1);
        var unread = before with
        {
            Topics = Section<TopicTable>.Unread.Failed(error),
            Groups = before.Groups.Read(GroupTable.Of([]), Start),
        };
        HistoryRecorder.Record(history, before, unread, Start.AddSeconds(1));
        Assert.NotNull(history.GroupLag("g"));

        var gone = before with { Groups = before.Groups.Read(GroupTable.Of([]), Start.AddSeconds(2)) };
        HistoryRecorder.Record(history, before, gone, Start.AddSeconds(2));
        Assert.Equal((null, null), (history.GroupLag("g"), history.PartitionLag("g", "a", 0)));
        Assert.NotNull(history.Find(new(SeriesKind.EndOffset, "a")));
        HistoryRecorder.Record(history, gone, gone with { Topics = noTopics }, Start.AddSeconds(3));
        Assert.Null(history.Find(new(SeriesKind.EndOffset, "a")));
        Assert.NotNull(history.TotalLag);
    }

    ClusterSnapshot With(params (long, long, double?)[] partitions) =>
        two with { Offsets = two.Offsets.Read(Offsets.Of("a", Start, partitions), Start) };

    ClusterSnapshot Lagging(DateTimeOffset at, long lag)
    {
        var offset = new GroupOffset("a", 0, 100 - lag, 100, lag, null, null, null)
        {
            Remark = lag < 0 ? OffsetRemark.BeyondEnd : OffsetRemark.None,
        };
        var group = Group("g") with { Offsets = [offset], TotalLag = GroupInfo.LagOf([offset]), AsOf = at };
        return two with { Groups = two.Groups.Read(GroupTable.Of([group]), at) };
    }

    /// <summary>Sizes of partitions on brokers, told by some of the brokers now.</summary>
    static ClusterSnapshot Dirs(
        ClusterSnapshot before, DateTimeOffset at, int[] told, params (int Partition, int Broker, long Bytes)[] sizes)
    {
        var byBroker = before.LogDirs.Value?.ByBroker ?? ImmutableDictionary<int, BrokerLogDirs>.Empty;
        var table = new LogDirTable(
            sizes.ToDictionary(s => new ReplicaKey("a", s.Partition, s.Broker), s => new ReplicaInfo(s.Bytes, 0, false)),
            byBroker.SetItems(told.Select(b => KeyValuePair.Create(b, new BrokerLogDirs([], at)))));
        return before with { LogDirs = before.LogDirs.Read(table, at) };
    }

    static double? Last(Series? series) => series?.Points[^1].Value;
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests;

public sealed class GroupTablesTests
{
    readonly HistoryStore history = new();

    [Fact]
    public void Lag_is_the_end_less_the_committed_offset_and_unknown_where_either_is()
    {
        var group = Join(Raw(("a", 0, 40), ("a", 1, -1), ("gone", 0, 5)), Ends((0, 100), (1, 50)));
        Assert.Equal([60L, null, null], group.Offsets.Select(o => o.Lag));
        Assert.Equal(60, group.TotalLag);
    }

    [Fact]
    public void Lag_in_time_is_how_long_ago_the_next_record_was_written()
    {
        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), Start, 0);
        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), Start.AddSeconds(100), 100);
        var group = Join(Raw(("a", 0, 40)), Ends((0, 100)), Start.AddSeconds(100));
        Assert.Equal(60, group.LagSeconds);
        Assert.Equal(0, Join(Raw(("a", 0, 100)), Ends((0, 100)), Start.AddSeconds(100)).LagSeconds);
    }

    [Fact]
    public void Lag_grows_when_it_is_larger_than_at_each_look_back()
    {
        var key = new SeriesKey(SeriesKind.GroupLag, "g");
        for (var i = 0; i <= 12; i++)
        {
            history.Add(key, Start.AddSeconds(5 * i), 100 * i);
        }

        Assert.True(Join(Raw(("a", 0, 0)), Ends((0, 1200)), Start.AddSeconds(60)).IsLagGrowing);
        Assert.False(Join(Raw(("a", 0, 0)), Ends((0, 500)), Start.AddSeconds(60)).IsLagGrowing);
        Assert.False(Join(Raw(("a", 0, 0)), Ends((0, 1200)), Start.AddSeconds(20)).IsLagGrowing);
    }

    [Fact]
    public void A_partition_somebody_reads_but_never_committed_is_listed_without_a_lag()
    {
        var raw = Raw() with { Members = [new GroupMember("m1", null, "c", "h", [new("a", 0)])] };
        var offset = Assert.Single(Join(raw, Ends((0, 10))).Offsets);
        Assert.Equal((-1, null, "m1"), (offset.Committed, offset.Lag, offset.MemberId));
    }

    [Fact]
    public void A_group_that_did_not_change_keeps_its_reference()
    {
        var reading = new GroupReading(ImmutableDictionary<string, RawGroup>.Empty.Add("g", Raw(("a", 0, 40))), ImmutableDictionary<int, SectionError>.Empty);
        var first = GroupTables.From(reading, Ends((0, 100)), null, history, Start);
        var second = GroupTables.From(reading, Ends((0, 100)), first, history, Start);
        Assert.Same(first.Groups[0], second.Groups[0]);
        Assert.NotSame(first.Groups[0], GroupTables.From(reading, Ends((0, 101)), first, history, Start).Groups[0]);
    }

    GroupInfo Join(RawGroup raw, OffsetTable ends, DateTimeOffset? now = null) =>
        GroupTables.From(
            new GroupReading(ImmutableDictionary<string, RawGroup>.Empty.Add(raw.GroupId, raw), ImmutableDictionary<int, SectionError>.Empty), ends, null, history, now ?? Start).Groups[0];

    static RawGroup Raw(params (string Topic, int Partition, long Offset)[] committed) => new(
        "g", "Stable", "classic", "consumer", "range", 0, [], [.. committed.Select(c => new CommittedOffset(c.Topic, c.Partition, c.Offset, null))], Start, null);

    static OffsetTable Ends(params (int Partition, long End)[] ends) => new(
        ends.ToImmutableDictionary(e => new PartitionKey("a", e.Partition), e => new PartitionOffsets(0, e.End, Start, null)), ImmutableDictionary<int, SectionError>.Empty);
}

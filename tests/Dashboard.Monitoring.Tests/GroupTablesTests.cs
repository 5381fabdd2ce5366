using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Protocol;
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
    public void Lag_in_time_is_unknown_when_the_next_record_is_older_than_anything_remembered()
    {
        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), Start, 50);
        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), Start.AddSeconds(100), 100);
        history.Add(new(SeriesKind.EndOffset, "a", Number: 1), Start, 0);
        history.Add(new(SeriesKind.EndOffset, "a", Number: 1), Start.AddSeconds(100), 100);
        var group = Join(Raw(("a", 0, 40), ("a", 1, 40)), Ends((0, 100), (1, 100)), Start.AddSeconds(100));
        Assert.Equal([null, 60], group.Offsets.Select(o => o.LagSeconds));
        Assert.Null(group.LagSeconds);
    }

    [Fact]
    public void A_partition_somebody_reads_but_never_committed_is_listed_without_a_lag()
    {
        var raw = Raw() with { Members = [new GroupMember("m1", null, "c", "h", [new("a", 0)])] };
        var offset = Assert.Single(Join(raw, Ends((0, 10))).Offsets);
        Assert.Equal((-1, null, "m1"), (offset.Committed, offset.Lag, offset.MemberId));
    }

    [Fact]
    public void A_group_that_was_not_read_keeps_its_reference_and_its_lag_whatever_the_end_offsets_do()
    {
        var reading = Reading(Raw(("a", 0, 40)));
        var first = GroupTables.From(reading, Ends((0, 100)), null, null, history, Start);
        Assert.Same(first.Groups[0], GroupTables.From(reading, Ends((0, 200)), reading, first, history, Start).Groups[0]);

        var again = Reading(Raw(("a", 0, 40)) with { AsOf = Start.AddSeconds(5) });
        Assert.Equal(160, GroupTables.From(again, Ends((0, 200)), reading, first, history, Start).Groups[0].TotalLag);
        Assert.Equal(first.Groups[0].Offsets, GroupTables.From(again, Ends((0, 100)), reading, first, history, Start).Groups[0].Offsets);
    }

    GroupInfo Join(RawGroup raw, OffsetTable ends, DateTimeOffset? now = null) =>
        GroupTables.From(Reading(raw), ends, null, null, history, now ?? Start).Groups[0];

    static GroupReading Reading(RawGroup raw) => new(ImmutableDictionary<string, RawGroup>.Empty.Add(raw.GroupId, raw), ImmutableDictionary<int, SectionError>.Empty);

    static RawGroup Raw(params (string Topic, int Partition, long Offset)[] committed) => new(
        "g", "Stable", "classic", "consumer", "range", 0, [], [.. committed.Select(c => new CommittedOffset(c.Topic, c.Partition, c.Offset, -1, null, ErrorCode.None))], Start, null);

    static OffsetTable Ends(params (int Partition, long End)[] ends) => new(
        ends.ToImmutableDictionary(e => new PartitionKey("a", e.Partition), e => new PartitionOffsets(0, e.End, Start, null)), ImmutableDictionary<int, SectionError>.Empty);
}

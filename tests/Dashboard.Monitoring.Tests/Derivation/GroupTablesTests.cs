using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client.Admin;
using Kafka.Protocol;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

public sealed class GroupTablesTests
{
    static readonly ImmutableDictionary<Commit, Tail> none = ImmutableDictionary<Commit, Tail>.Empty;

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
        var raw = Raw() with { Members = [new GroupMemberInfo("m1", null, "c", "h", [new("a", 0)])] };
        var offset = Assert.Single(Join(raw, Ends((0, 10))).Offsets);
        Assert.Equal((-1, null, "m1"), (offset.Committed, offset.Lag, offset.MemberId));
    }

    [Fact]
    public void A_group_that_was_not_read_keeps_its_reference_and_its_lag_whatever_the_end_offsets_do()
    {
        var reading = Reading(Raw(("a", 0, 40)));
        var first = GroupTables.From(reading, Ends((0, 100)), none, null, null, history, Start);
        Assert.Same(first.Groups[0], GroupTables.From(reading, Ends((0, 200)), none, reading, first, history, Start).Groups[0]);

        var again = Reading(Raw(("a", 0, 40)) with { AsOf = Start.AddSeconds(5) });
        Assert.Equal(160, GroupTables.From(again, Ends((0, 200)), none, reading, first, history, Start).Groups[0].TotalLag);
        var same = GroupTables.From(again, Ends((0, 100)), none, reading, first, history, Start);
        Assert.Equal(first.Groups[0].Offsets, same.Groups[0].Offsets);
    }

    [Fact]
    public void A_commit_that_is_beyond_an_end_asked_for_after_it_is_a_negative_lag_and_takes_nothing_from_the_total()
    {
        var first = Reading(Raw(("a", 0, 500), ("a", 1, 40)));
        var before = GroupTables.From(first, Ends((0, 10), (1, 100)), none, null, null, history, Start);
        Assert.Equal([null, 60L], before.Groups[0].Offsets.Select(o => o.Lag)); // the two may have been told in any order

        var second = Reading(Raw(("a", 0, 500), ("a", 1, 40)) with { AsOf = Start.AddSeconds(2) });
        var ends = Ends(Start.AddSeconds(1), (0, 10), (1, 100));
        var group = GroupTables.From(second, ends, none, first, before, history, Start.AddSeconds(2)).Groups[0];
        Assert.Equal([-490L, 60L], group.Offsets.Select(o => o.Lag));
        Assert.Equal(OffsetRemark.BeyondEnd, group.Offsets[0].Remark);
        Assert.Equal(60, group.TotalLag);
        Assert.Equal(["g"], new HealthRules().Evaluate(Snapshot(groups: [group]), Start).Find(FindingKind.CommitBeyondEnd)!.Names);
    }

    [Fact]
    public void A_group_that_keeps_up_and_commits_past_an_end_told_a_moment_before_has_no_lag()
    {
        var first = Reading(Raw(("a", 0, 100)));
        var before = GroupTables.From(first, Ends((0, 100)), none, null, null, history, Start);
        var second = Reading(Raw(("a", 0, 130)) with { AsOf = Start.AddSeconds(2) });
        var ends = Ends(Start.AddSeconds(1), (0, 120));
        var offset = GroupTables.From(second, ends, none, first, before, history, Start).Groups[0].Offsets[0];
        Assert.Equal((0L, OffsetRemark.None), (offset.Lag, offset.Remark));
    }

    [Fact]
    public void An_end_that_is_old_because_its_leader_is_silent_makes_no_commit_lie_beyond_it()
    {
        var first = Reading(Raw(("a", 0, 130)));
        var before = GroupTables.From(first, Ends((0, 100)), none, null, null, history, Start);
        var second = Reading(Raw(("a", 0, 160)) with { AsOf = Start.AddSeconds(2) });
        var ends = Ends(Start.AddSeconds(-1), (0, 100));
        Assert.Equal(0, GroupTables.From(second, ends, none, first, before, history, Start).Groups[0].Offsets[0].Lag);
    }

    [Fact]
    public void What_was_deleted_before_it_was_read_is_told()
    {
        var ends = new OffsetTable(
            ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty.Add(new("a", 0), new(60, 100, Start, null)),
            ImmutableDictionary<int, SectionError>.Empty);
        var offset = Join(Raw(("a", 0, 40)), ends).Offsets[0];
        Assert.Equal((60L, OffsetRemark.BeforeBegin, 20L), (offset.Lag, offset.Remark, offset.Deleted));
    }

    [Fact]
    public void A_group_with_nothing_but_markers_left_is_not_behind_in_time_and_counts_from_the_next_record_later()
    {
        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), Start, 10);
        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), Start.AddSeconds(10), 11);
        var marker = none.Add(new(new("a", 0), 10), new Tail(11, HasRecord: false, IsHeldUp: false));
        var hours = Start.AddSeconds(600);
        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), hours, 11);
        var offset = With(marker, 11, hours);
        Assert.Equal((1L, 0d, OffsetRemark.NothingToRead), (offset.Lag, offset.LagSeconds, offset.Remark));

        history.Add(new(SeriesKind.EndOffset, "a", Number: 0), hours.AddSeconds(4), 14);
        offset = With(marker, 14, hours.AddSeconds(4));
        Assert.Equal((4L, OffsetRemark.None), (offset.Lag, offset.Remark));
        Assert.InRange(offset.LagSeconds!.Value, 0, 4);

        var held = none.Add(new(new("a", 0), 10), new Tail(11, HasRecord: false, IsHeldUp: true));
        Assert.Equal(OffsetRemark.OpenTransaction, With(held, 14, hours.AddSeconds(4)).Remark);

        GroupOffset With(ImmutableDictionary<Commit, Tail> tails, long end, DateTimeOffset now) =>
            GroupTables.From(Reading(Raw(("a", 0, 10))), Ends((0, end)), tails, null, null, history, now).Groups[0].Offsets[0];
    }

    GroupInfo Join(RawGroup raw, OffsetTable ends, DateTimeOffset? now = null) =>
        GroupTables.From(Reading(raw), ends, none, null, null, history, now ?? Start).Groups[0];

    static GroupReading Reading(RawGroup raw) =>
        new(ImmutableDictionary<string, RawGroup>.Empty.Add(raw.GroupId, raw), ImmutableDictionary<int, SectionError>.Empty);

    static RawGroup Raw(params (string Topic, int Partition, long Offset)[] committed) => new(
        "g", "Stable", GroupKind.Classic, "consumer", "range", 0, [],
        [.. committed.Select(c => new CommittedOffset(c.Topic, c.Partition, c.Offset, -1, null, ErrorCode.None))], Start, null);

    static OffsetTable Ends(params (int Partition, long End)[] ends) => Ends(Start.AddSeconds(-1), ends);

    static OffsetTable Ends(DateTimeOffset askedAt, params (int Partition, long End)[] ends) => new(
        ends.ToImmutableDictionary(
            e => new TopicPartition("a", e.Partition),
            e => new PartitionOffsets(0, e.End, Start, null) { AskedAt = askedAt }),
        ImmutableDictionary<int, SectionError>.Empty);
}

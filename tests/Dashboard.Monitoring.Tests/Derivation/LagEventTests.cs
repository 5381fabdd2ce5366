using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>What is told of a group whose lag changes over minutes, read every 5 s.</summary>
public sealed class LagEventTests
{
    const int RecordsPerSecond = 40;

    readonly FakeTimeProvider time = new();
    readonly HistoryStore history = new();
    readonly SnapshotDerivation derivation;
    MonitorState state = new(new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote });
    long end = 100_000;

    public LagEventTests() => derivation = new SnapshotDerivation(history);

    GroupInfo Group => state.Snapshot.Groups.Value!.Groups[0];

    IEnumerable<EventKind> Events => history.Events.Reverse().Select(e => e.Kind);

    [Fact]
    public void A_group_that_falls_behind_for_a_minute_and_catches_up_is_no_event()
    {
        Watch(TimeSpan.FromMinutes(10), at => at % 120 is var phase && phase < 60 ? 15 * phase : Math.Max(0, 900 - (40 * (phase - 60))));
        Assert.Empty(Events);
    }

    [Fact]
    public void A_lag_that_keeps_growing_is_told_once_and_once_that_it_does_not_any_longer()
    {
        Watch(TimeSpan.FromSeconds(85), at => 15 * at);
        Assert.Empty(Events);
        Watch(TimeSpan.FromMinutes(5), at => 1275 + (15 * at));
        Assert.Equal([EventKind.LagGrowing], Events);
        Assert.True(Group.IsLagGrowing);
        Assert.Equal(5, Group.LagPerSecond!.Value / 3, 0.1);
        Watch(TimeSpan.FromMinutes(3), _ => 5775);
        Assert.Equal([EventKind.LagGrowing, EventKind.LagRecovered], Events);
        Assert.Equal((5775L, false, null), (Group.TotalLag, Group.IsLagGrowing, Group.GrowingSince));
    }

    [Fact]
    public void Commits_in_batches_change_the_lag_but_not_its_floor()
    {
        Watch(TimeSpan.FromMinutes(10), at => 50 + (at % 25 * RecordsPerSecond));
        Assert.Empty(Events);
        Watch(TimeSpan.FromMinutes(4), at => 50 + (at % 25 * RecordsPerSecond) + (20 * at));
        Assert.Equal([EventKind.LagGrowing], Events);
    }

    [Fact]
    public void A_group_that_is_late_by_seconds_only_keeps_up_however_many_records_that_is()
    {
        Watch(TimeSpan.FromMinutes(4), at => RecordsPerSecond * Math.Min(20, 5 + (at / 10)));
        Assert.Empty(Events);
    }

    [Fact]
    public void A_coordinator_that_does_not_answer_makes_no_lag_grow()
    {
        Watch(TimeSpan.FromMinutes(2), _ => 80);
        var read = Group;
        var error = new SectionError(SectionErrorKind.TimedOut, "broker 0", null, "broker 0 did not answer", time.GetUtcNow());
        for (var i = 0; i < 60; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            end += 5 * RecordsPerSecond;
            var stale = state.Groups.Value!.Groups["g"] with { Error = error };
            Apply(state with { Groups = state.Groups.Read(Reading(stale), time.GetUtcNow(), [error], all: false) });
        }

        Assert.Empty(Events);
        Assert.Equal((80L, read.AsOf, error), (Group.TotalLag, Group.AsOf, Group.Error));
        Assert.Equal((read.AsOf, error), (state.Snapshot.Groups.AsOf, state.Snapshot.Groups.Error));
        Watch(TimeSpan.FromSeconds(5), _ => 80);
        Assert.Null(Group.Error);
        Assert.Null(state.Snapshot.Groups.Error);
    }

    /// <param name="lag">By the seconds since this call.</param>
    void Watch(TimeSpan span, Func<double, double> lag)
    {
        for (var at = 5; at <= span.TotalSeconds; at += 5)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            end += 5 * RecordsPerSecond;
            var committed = new CommittedOffset("a", 0, end - (long)lag(at), -1, null, ErrorCode.None);
            var raw = new RawGroup("g", "Stable", GroupKind.Classic, "consumer", "range", 0, [], [committed], time.GetUtcNow(), null);
            Apply(state with { Groups = state.Groups.Read(Reading(raw), time.GetUtcNow()) });
        }
    }

    void Apply(MonitorState change)
    {
        var now = time.GetUtcNow();
        var offsets = new PartitionOffsets(0, end, now, RecordsPerSecond);
        var table = new OffsetTable(
            ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty.Add(new("a", 0), offsets),
            ImmutableDictionary<int, SectionError>.Empty);
        change = change with { Snapshot = change.Snapshot with { Offsets = change.Snapshot.Offsets.Read(table, now) } };
        state = derivation.Derive(state, change, now);
    }

    static GroupReading Reading(RawGroup group) =>
        new(ImmutableDictionary<string, RawGroup>.Empty.Add(group.GroupId, group), ImmutableDictionary<int, SectionError>.Empty);
}

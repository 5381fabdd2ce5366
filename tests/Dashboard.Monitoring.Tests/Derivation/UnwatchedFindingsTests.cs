using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>Findings that came or went while the program did not run.</summary>
public sealed class UnwatchedFindingsTests
{
    static readonly DateTimeOffset seenAt = Start.AddHours(-3);
    static readonly SectionError late = new(SectionErrorKind.TimedOut, "Kafka", null, "No answer.", Start);

    static readonly OffsetTable noOffsets =
        new(ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty, ImmutableDictionary<int, SectionError>.Empty);

    [Fact]
    public void What_came_and_what_went_is_told_by_kind_as_between_the_two_readings()
    {
        var before = Whole(
            Topics(("a", 2), ("b", 1)), [BeyondEnd("gone"), BeyondEnd("stays"), Group("fine")], "LFD");
        var after = Whole(Topics(("a", 1), ("b", 2)), [BeyondEnd("stays"), BeyondEnd("new"), Group("fine")], "LFF");
        var events = Compare(before, after);
        Assert.Equal(
            [
                "FindingEnded UnderMinIsr b-0 1 Ok topics?is=under-min-isr", "FindingBegan UnderMinIsr a-0 1 Bad topics?is=under-min-isr",
                "FindingEnded UnderReplicated b-0 1 Ok topics?is=under-replicated",
                "FindingBegan UnderReplicated a-0 1 Warning topics?is=under-replicated",
                "FindingEnded EnsembleDegraded zk3 1 Ok ensemble",
                "FindingEnded CommitBeyondEnd gone 1 Ok groups?is=beyond-end",
                "FindingBegan CommitBeyondEnd new 1 Warning groups?is=beyond-end",
            ],
            events.Select(Text));
        Assert.All(events, e => Assert.Equal((seenAt, Start), (e.Since, e.At)));
        Assert.Empty(Compare(before, before));
    }

    [Fact]
    public void That_there_is_no_controller_has_nothing_to_name()
    {
        var (one, none) = (Whole(), Whole());
        none = none with { Identity = none.Identity.Read(none.Identity.Value! with { ControllerId = null }, Start) };
        Assert.Equal(["NoController"], Assert.Single(Compare(one, none)).Arguments);
        Assert.Equal(EventKind.FindingEnded, Assert.Single(Compare(none, one)).Kind);
    }

    [Fact]
    public void What_is_not_read_yet_waits_and_what_was_not_known_before_is_not_told()
    {
        var bad = Whole(groups: [BeyondEnd("g")], ensemble: "LFD");
        var unread = bad with { Groups = Section<GroupTable>.Unread, Ensemble = bad.Ensemble.Failed(late) };
        var findings = new UnwatchedFindings(Seen(Whole(ensemble: "LFF")));
        Assert.Empty(Told(findings, unread, Start));
        Assert.Equal("EnsembleDegraded", Assert.Single(Told(findings, bad, Start.AddSeconds(5))).Arguments[0]);
        Assert.Equal("CommitBeyondEnd", Assert.Single(Told(findings, bad, Start.AddSeconds(65))).Arguments[0]);
        Assert.Empty(Told(findings, Whole(), Start.AddSeconds(70)));

        var little = Whole() with { Groups = Section<GroupTable>.Unread, Ensemble = Section<EnsembleTable>.Unread };
        Assert.Empty(Compare(little, bad));
        Assert.Empty(Told(new(Seen(Whole()) with { Findings = null }), bad)); // a file of before
    }

    [Fact]
    public void A_finding_of_what_could_not_be_read_any_longer_is_kept_as_it_was()
    {
        var bad = Whole(ensemble: "LFD");
        var seen = Seen(bad with { Ensemble = bad.Ensemble.Failed(late) });
        Assert.Equal(EventKind.FindingEnded, Assert.Single(Told(new(seen), Whole(ensemble: "LFF"))).Kind);
    }

    [Fact]
    public void What_takes_time_to_be_noticed_is_said_to_be_gone_only_after_that_time()
    {
        var before = Whole(groups: [Group("slow", 9_000, growing: true)]) with
        {
            Brokers = Section<BrokerTable>.Unread.Read(new([Broker(0), Broker(1) with { SilentSince = Start }, Broker(2)]), Start),
        };
        var findings = new UnwatchedFindings(Seen(before));
        var after = Whole(groups: [Group("slow", 9_000), Group("other", 1, growing: true)]);
        Assert.Empty(Told(findings, after, Start));
        Assert.Empty(Told(findings, after, Start.AddSeconds(59)));
        Assert.Equal("FindingEnded BrokersSilent 1 1 Ok brokers", Text(Assert.Single(Told(findings, after, Start.AddSeconds(60)))));
        // that the lag of another one grows has an event when it is noticed
        var told = Assert.Single(Told(findings, after, Start.AddSeconds(150)));
        Assert.Equal(("FindingEnded GrowingLag slow 1 Ok groups?is=growing", Start), (Text(told), told.At));
    }

    [Fact]
    public void What_the_events_of_brokers_and_partitions_tell_is_not_told_twice_and_another_cluster_not_at_all()
    {
        var before = Whole(Topics(("a", 2)));
        var after = Whole([Topic("a", Partition(0, -1, [0, 1], [0], 1))], brokers: [Broker(0, BrokerState.Down), Broker(1)]);
        Assert.DoesNotContain(Compare(before, after), e => e.Arguments[0] is "OfflinePartitions" or "BrokersDown");
        // of a cluster whose partitions are too many to be kept
        Assert.Contains(Told(new(Seen(before) with { Topics = null }), after), e => e.Arguments[0] == "OfflinePartitions");
        Assert.Empty(Told(new(Seen(before) with { ClusterId = "other" }), after));
    }

    [Fact]
    public void Of_more_than_are_kept_the_number_is_known()
    {
        var many = Whole(groups: [.. Enumerable.Range(0, UnwatchedFindings.MostItems + 5).Select(i => BeyondEnd($"g{i:00000}"))]);
        var seen = Seen(many);
        Assert.Equal((1005, 1000), seen.Findings!.Value.Where(f => f.Count > 0).Select(f => (f.Count, f.Items.Length)).Single());
        Assert.Equal(1005, Assert.Single(Told(new(seen), Whole())).Count);
        Assert.Empty(Told(new(seen), many)); // the five that are not kept may have been there
    }

    [Fact]
    public void They_outlive_the_program_in_the_file()
    {
        using var directory = new TempDirectory();
        var files = new FileSeenStates(directory.Path, NullLogger<FileSeenStates>.Instance);
        files.Save("t", Seen(Whole(groups: [BeyondEnd("组 😀 %2F ..")])));
        Assert.Contains("\"CommitBeyondEnd\"", File.ReadAllText(directory["seen/t.json"]));
        var told = Assert.Single(Told(new(files.Load("t")!), Whole()));
        Assert.Equal(("组 😀 %2F ..", seenAt), (told.Subject, told.Since));
    }

    static string Text(ClusterEvent e) => $"{e.Kind} {string.Join(' ', e.Arguments)} {e.Count} {e.Severity} {e.Href}";

    static IReadOnlyList<ClusterEvent> Compare(ClusterSnapshot before, ClusterSnapshot after) => Told(new(Seen(before)), after);

    /// <summary>At once, and after the time that some take to be noticed.</summary>
    static IReadOnlyList<ClusterEvent> Told(UnwatchedFindings findings, ClusterSnapshot after) =>
        [.. Told(findings, after, Start), .. Told(findings, after, Start.AddSeconds(60))];

    static IReadOnlyList<ClusterEvent> Told(UnwatchedFindings findings, ClusterSnapshot after, DateTimeOffset now) =>
        [.. findings.Compare(after, new HealthRules().Evaluate(after, now), now)];

    static SeenState Seen(ClusterSnapshot snapshot) =>
        UnwatchedChanges.Of(snapshot with { Health = new HealthRules().Evaluate(snapshot, seenAt) })! with { At = seenAt };

    /// <summary>A partition each with two replicas, so many of them in sync, two demanded.</summary>
    static TopicInfo[] Topics(params (string Name, int InSync)[] topics) =>
        [.. topics.Select(t => Topic(t.Name, Partition(0, 0, [0, 1], [.. Enumerable.Range(0, t.InSync)], 2)))];

    static GroupInfo BeyondEnd(string id) =>
        Group(id) with { Offsets = [new GroupOffset("a", 0, 500, 10, -490, null, null, null) { Remark = OffsetRemark.BeyondEnd }] };

    static ClusterSnapshot Whole(
        TopicInfo[]? topics = null, GroupInfo[]? groups = null, string ensemble = "LFF", BrokerInfo[]? brokers = null)
    {
        var snapshot = Snapshot(topics, brokers, groups, ensemble);
        return snapshot with
        {
            Offsets = Section<OffsetTable>.Unread.Read(noOffsets, Start),
            TopicConfigs = Section<ConfigTable>.Unread.Read(new(ImmutableDictionary<string, ImmutableArray<TopicConfig>>.Empty), Start),
        };
    }
}

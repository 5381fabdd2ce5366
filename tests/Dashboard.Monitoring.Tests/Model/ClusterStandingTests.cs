using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Model;

/// <summary>How a cluster is in one word, since when, and which is looked at first.</summary>
public sealed class ClusterStandingTests
{
    static readonly Health fine = new(true, []);

    public static TheoryData<string, ClusterState, int?> Standings => new()
    {
        { "new", ClusterState.Connecting, null },
        { "fine", ClusterState.Ok, null },
        { "lag", ClusterState.Degraded, -10 },
        { "offline", ClusterState.Broken, -5 },
        { "broker down, and its replicas", ClusterState.Broken, -5 },
        { "groups not read", ClusterState.Degraded, -3 },
        { "refused", ClusterState.Broken, -3 },
        { "never reached", ClusterState.Unreachable, -3 },
        { "lost", ClusterState.Unreachable, -2 },
        { "Kafka lost, ZooKeeper answers", ClusterState.Broken, -5 },
        { "an election, no Kafka given", ClusterState.Broken, -5 },
        { "silent, no Kafka given", ClusterState.Unreachable, -2 },
        { "an ensemble without Kafka", ClusterState.Ok, null },
        { "an ensemble without Kafka, a server down", ClusterState.Degraded, 0 },
    };

    [Theory]
    [MemberData(nameof(Standings))]
    public void A_cluster_stands_as_its_health_says(string of, ClusterState state, int? minutes)
    {
        var standing = ClusterStanding.Of(Snapshots(of));
        Assert.Equal((state, minutes), (standing.State, (int?)(standing.Since - Start)?.TotalMinutes));
    }

    [Fact]
    public void The_most_urgent_comes_first_and_of_its_like_what_has_been_so_for_longest()
    {
        var young = With(Finding(FindingKind.OfflinePartitions, Severity.Bad, -1)) with { Id = "young", Name = "A" };
        var snapshots = new[]
        {
            Snapshots("fine") with { Id = "z", Name = "zeta" }, Snapshots("fine") with { Id = "a", Name = "Alpha" },
            Snapshots("new") with { Id = "new" }, Snapshots("lag") with { Id = "lag" }, Snapshots("lost") with { Id = "lost" },
            young, Snapshots("offline") with { Id = "old", Name = "Z" },
        };
        Assert.Equal(["old", "young", "lost", "lag", "new", "a", "z"], FleetOrder.Of(snapshots).Select(c => c.Snapshot.Id));
        Assert.Equal(FleetOrder.Of(snapshots), FleetOrder.Of(snapshots.Reverse()));
    }

    static ClusterSnapshot Snapshots(string of) => of switch
    {
        "new" => new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote },
        "fine" => With(),
        "lag" => With(Finding(FindingKind.GrowingLag, Severity.Warning, -2), Finding(FindingKind.UnderReplicated, Severity.Warning, -10)),
        "offline" => With(Finding(FindingKind.OfflinePartitions, Severity.Bad, -5), Finding(FindingKind.GrowingLag, Severity.Warning, -10)),
        "broker down, and its replicas" =>
            With(Finding(FindingKind.UnderReplicated, Severity.Warning, -4), Finding(FindingKind.BrokersDown, Severity.Bad, -5)),
        "groups not read" => With() with { Groups = Snapshot().Groups.Failed(Error(SectionErrorKind.TimedOut, -3)) },
        "refused" => Unread(Error(SectionErrorKind.Refused, -3)),
        "never reached" => Unread(Error(SectionErrorKind.Unreachable, -3)),
        "lost" => Lost(With(Finding(FindingKind.BrokersSilent, Severity.Bad, -5))),
        "Kafka lost, ZooKeeper answers" => Lost(With(Finding(FindingKind.BrokersDown, Severity.Bad, -5))) with
        {
            HasZooKeeper = true,
            Ensemble = Snapshot(ensemble: "LFx").Ensemble,
        },
        "an election, no Kafka given" => Silent("KKx"),
        "silent, no Kafka given" => Silent("xxx"),
        "an ensemble without Kafka" => WithoutKafka("LFFO"),
        "an ensemble without Kafka, a server down" => WithoutKafka("LFFx"),
        _ => throw new ArgumentOutOfRangeException(nameof(of), of, null),
    };

    static ClusterSnapshot With(params Finding[] findings) =>
        Snapshot(ensemble: "LFF") with { Health = fine with { Findings = [.. findings] }, HasZooKeeper = false };

    static ClusterSnapshot Unread(SectionError error) => new()
    {
        Id = "t",
        Name = "t",
        Kind = ClusterKind.Remote,
        Topics = Section<TopicTable>.Unread.Failed(error),
        Brokers = Section<BrokerTable>.Unread.Failed(error),
        Ensemble = Section<EnsembleTable>.Unread.Failed(Error(SectionErrorKind.Unsupported, -60)),
    };

    /// <summary>Kafka answered once, and does not any longer; no ensemble was given.</summary>
    static ClusterSnapshot Lost(ClusterSnapshot before) => before with
    {
        Topics = before.Topics.Failed(Error(SectionErrorKind.TimedOut, -3)),
        Brokers = before.Brokers.Failed(Error(SectionErrorKind.Unreachable, -2)),
        Ensemble = Section<EnsembleTable>.Unread.Failed(Error(SectionErrorKind.Unsupported, -60)),
    };

    static ClusterSnapshot Silent(string ensemble) => With(Finding(FindingKind.EnsembleLost, Severity.Bad, -5)) with
    {
        HasKafka = false,
        HasZooKeeper = true,
        Topics = Section<TopicTable>.Unread.Failed(Error(SectionErrorKind.Unsupported, -60)),
        Brokers = Snapshot().Brokers.Failed(Error(SectionErrorKind.TimedOut, -2)),
        Ensemble = Snapshot(ensemble: ensemble).Ensemble,
    };

    /// <summary>As it is worked out from what is read.</summary>
    static ClusterSnapshot WithoutKafka(string ensemble)
    {
        var options = new ClusterMonitorOptions { Id = "t", Name = "t", Kind = ClusterKind.Remote, ZooKeeper = "x:1" };
        var before = MonitorState.Initial(options, Start);
        var read = before with
        {
            Registration = before.Registration.Read(new([], null, null, null, [], new KafkaAbsence("/", [])), Start),
            Snapshot = before.Snapshot with { Ensemble = Snapshot(ensemble: ensemble).Ensemble },
        };
        return new SnapshotDerivation(new HistoryStore()).Derive(before, read, Start).Snapshot;
    }

    [Fact]
    public void Of_an_ensemble_without_Kafka_it_is_said_that_no_broker_is_registered()
    {
        var calm = WithoutKafka("LFFO");
        Assert.Equal(
            (Severity.Ok, true, "Overview_NoKafka"),
            (Verdicts.Overview(calm).Severity, Verdicts.Overview(calm).IsKnown, Verdicts.Overview(calm).Phrases[0].Key));
        Assert.Equal(Phrase.Of("Brokers_NoKafka", "/").Key, Assert.Single(Verdicts.Brokers(calm).Phrases).Key);
        Assert.Equal("Verdict_EnsembleLost", Verdicts.Overview(WithoutKafka("KxxO")).Phrases[0].Key);
    }

    [Fact]
    public void What_is_refused_is_not_told_as_no_answer() =>
        Assert.Equal("Overview_Refused", Assert.Single(Verdicts.Overview(Unread(Error(SectionErrorKind.Refused, -3))).Phrases).Key);

    static SectionError Error(SectionErrorKind kind, int minutes) => new(kind, "x", null, "x", Start.AddMinutes(minutes));

    static Finding Finding(FindingKind kind, Severity severity, int minutes) =>
        new(kind, severity, 1, [], ["x"], [], Start.AddMinutes(minutes));
}

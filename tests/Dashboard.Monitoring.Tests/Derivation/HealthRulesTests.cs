using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Wire;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

public sealed class HealthRulesTests
{
    readonly HealthRules rules = new();

    [Fact]
    public void All_clear_has_no_findings() =>
        Assert.Empty(rules.Evaluate(Snapshot([Topic("t", Partition(0, 0, [0, 1], [0, 1]))]), Start).Findings);

    [Fact]
    public void Findings_come_in_the_order_of_urgency_and_name_what_is_concerned()
    {
        var snapshot = Snapshot(
            [
                Topic("a", Partition(0, -1, [2], [2]), Partition(1, 0, [0, 2], [0], minIsr: 2)),
                Topic("b", Partition(0, 1, [2, 1], [1])),
            ],
            [Broker(0), Broker(1), Broker(2, BrokerState.Down)],
            [Group("slow", 100, growing: true)]);
        var health = rules.Evaluate(snapshot, Start);
        Assert.Equal(
            [
                FindingKind.OfflinePartitions, FindingKind.UnderMinIsr, FindingKind.UnderReplicated,
                FindingKind.NotPreferredLeader, FindingKind.GrowingLag, FindingKind.BrokersDown,
            ],
            health.Findings.Select(f => f.Kind));
        Assert.Equal([new TopicPartition("a", 0)], health.Find(FindingKind.OfflinePartitions)!.Partitions);
        Assert.Equal([new TopicPartition("a", 1)], health.Find(FindingKind.UnderMinIsr)!.Partitions);
        Assert.Equal([2], health.Find(FindingKind.NotPreferredLeader)!.Brokers);
        Assert.Equal(["slow"], health.Find(FindingKind.GrowingLag)!.Names);
        Assert.Equal(Severity.Bad, health.Worst);
    }

    [Fact]
    public void Hosted_nodes_that_do_not_come_up_are_told_with_how_often_since_when_and_why_even_before_anything_could_be_read()
    {
        var unread = new ClusterSnapshot { Id = "local", Name = "local", Kind = ClusterKind.Hosted };
        var failing = new FailingNode("kafka1", 7, Start, "Port 9093 is taken.", TimeSpan.FromSeconds(30));
        foreach (var snapshot in (ClusterSnapshot[])[unread, Snapshot([])])
        {
            var told = snapshot with { FailingNodes = [failing] };
            told = told with { Health = rules.Evaluate(told, Start.AddMinutes(3)) };
            var finding = Assert.Single(told.Health.Findings);
            Assert.Equal((FindingKind.NodesFailing, "kafka1", Start), (finding.Kind, Assert.Single(finding.Names), finding.Since));
            var phrase = Assert.Single(Verdicts.Overview(told).Phrases);
            Assert.Equal("Verdict_NodesFailing", phrase.Key);
            Assert.Equal([1, "kafka1", 7, Start, TimeSpan.FromSeconds(30), failing.Reason, "kafka1"], phrase.Arguments);
        }
    }

    [Fact]
    public void Brokers_of_another_cluster_are_told_by_address_even_before_anything_could_be_read()
    {
        var unread = new ClusterSnapshot
        {
            Id = "t",
            Name = "t",
            Kind = ClusterKind.Hosted,
            ForeignBrokers = [new("127.0.0.1:9092", "theirs", Start.AddMinutes(-3))],
        };
        var found = new HealthRules().Evaluate(unread, Start).Find(FindingKind.ForeignBrokers)!;
        Assert.Equal((Severity.Bad, "127.0.0.1:9092", Start.AddMinutes(-3)), (found.Severity, Assert.Single(found.Names), found.Since));
        Assert.Equal(
            "Verdict_ForeignBrokers",
            Assert.Single(Verdicts.Overview(unread with { Health = new HealthRules().Evaluate(unread, Start) }).Phrases).Key);
    }

    [Fact]
    public void Since_is_when_the_oldest_that_is_still_wrong_began()
    {
        var broken = Topic("a", Partition(0, -1, [2], [2]));
        rules.Evaluate(Snapshot([broken]), Start);
        var later = rules.Evaluate(Snapshot([broken, Topic("b", Partition(0, -1, [2], [2]))]), Start.AddMinutes(1));
        Assert.Equal(Start, later.Find(FindingKind.OfflinePartitions)!.Since);
        var mended = rules.Evaluate(Snapshot([Topic("b", Partition(0, -1, [2], [2]))]), Start.AddMinutes(2));
        Assert.Equal(Start.AddMinutes(1), mended.Find(FindingKind.OfflinePartitions)!.Since);
        Assert.Empty(rules.Evaluate(Snapshot([]), Start.AddMinutes(3)).Findings);
        var again = rules.Evaluate(Snapshot([broken]), Start.AddMinutes(4));
        Assert.Equal(Start.AddMinutes(4), again.Find(FindingKind.OfflinePartitions)!.Since);
    }

    [Theory]
    [InlineData(0, null, false, null)]
    [InlineData(1, null, false, FindingKind.QuorumDegraded)]
    [InlineData(2, null, false, FindingKind.QuorumLost)]
    [InlineData(0, SectionErrorKind.TimedOut, false, FindingKind.QuorumSilent)]
    [InlineData(0, SectionErrorKind.TimedOut, true, null)]
    [InlineData(1, SectionErrorKind.Unreachable, false, FindingKind.QuorumDegraded)]
    [InlineData(0, SectionErrorKind.Refused, false, FindingKind.QuorumSilent)]
    public void A_quorum_is_degraded_with_a_majority_lost_without_one_and_silent_when_brokers_get_no_answer_from_it(
        int behind, SectionErrorKind? failure, bool topicsFail, FindingKind? found)
    {
        var members = Enumerable.Range(0, 3).Select(id => new QuorumMember(id, true, id == 0, 9, 0, Start, Start, id > 2 - behind));
        var quorum = Section<QuorumTable>.Unread.Read(new(0, 1, 9, [.. members], []), Start);
        var error = failure is { } kind ? new SectionError(kind, "x", null, "x", Start) : null;
        var snapshot = Snapshot([Topic("t", Partition(0, 0, [0, 1], [0, 1]))]) with { Quorum = quorum with { Error = error } };
        snapshot = topicsFail ? snapshot with { Topics = snapshot.Topics.Failed(error!) } : snapshot;
        Assert.Equal(found, rules.Evaluate(snapshot, Start).Findings.Select(f => (FindingKind?)f.Kind).SingleOrDefault());
    }

    /// <summary>Of brokers that are controllers as well: the last answer of a quorum that is gone says that it had a majority.</summary>
    [Theory]
    [InlineData(0, FindingKind.QuorumDegraded)]
    [InlineData(1, FindingKind.QuorumLost)]
    public void Voters_that_are_brokers_and_do_not_answer_do_not_vote(int silent, FindingKind found)
    {
        var members = Enumerable.Range(0, 3).Select(id => new QuorumMember(id, true, id == 0, 9, 0, Start, Start, id == 2));
        var quorum = Section<QuorumTable>.Unread.Read(new(0, 1, 9, [.. members], []), Start);
        var brokers = Enumerable.Range(0, 3)
            .Select(id => Broker(id, BrokerState.Up) with { SilentSince = id < silent ? Start : null });
        var snapshot = Snapshot([], [.. brokers]) with
        {
            Quorum = quorum.Failed(new(SectionErrorKind.Unreachable, "x", null, "x", Start)),
        };
        var health = rules.Evaluate(snapshot, Start);
        Assert.NotNull(health.Find(found));
        Assert.Equal(found == FindingKind.QuorumLost ? ["0", "2"] : ["2"], health.Find(found)!.Names);
        Assert.Null(rules.Evaluate(snapshot with { Quorum = quorum }, Start).Find(FindingKind.QuorumLost, FindingKind.QuorumSilent));
    }

    /// <summary>Shorter than that a controller may still be telling the brokers.</summary>
    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void Metadata_that_differs_for_a_minute_is_found_by_place_and_as_old_as_the_difference(int seconds, bool isFound)
    {
        MetadataDifference Difference(DifferenceKind kind, DateTimeOffset since) => new(kind, "t-0", "1", [new(1, "2")], since);
        var (leader, isr) = (Difference(DifferenceKind.Leader, Start), Difference(DifferenceKind.Isr, Start));
        var table = new DifferenceTable(
            null, [leader, isr], 2, 1, 0, 0, [1], System.Collections.Immutable.ImmutableSortedDictionary<int, SectionError>.Empty);
        var snapshot = Snapshot([Topic("t", Partition(0, 0, [0, 1], [0, 1]))]) with
        {
            Differences = Section<DifferenceTable>.Unread.Read(table, Start),
        };
        var found = rules.Evaluate(snapshot, Start.AddSeconds(seconds)).Find(FindingKind.MetadataDiffers);
        Assert.Equal(isFound, found is not null);
        Assert.Equal(isFound ? (1, Start, "t-0") : default, found is null ? default : (found.Count, found.Since, found.Names[0]));
    }

    [Fact]
    public void Who_may_not_see_the_quorum_hears_nothing_of_its_loss_and_not_that_there_is_no_controller()
    {
        var denied = new SectionError(SectionErrorKind.Refused, "x", "CLUSTER_AUTHORIZATION_FAILED", "x", Start)
        {
            Reason = FailureReason.Authorization,
        };
        var snapshot = Snapshot([Topic("t", Partition(0, 0, [0, 1], [0, 1]))]) with
        {
            Identity = Section<ClusterIdentity>.Unread.Read(new("id", null, null, CoordinationMode.KRaft, null, null), Start),
            Quorum = Section<QuorumTable>.Unread.Failed(denied),
        };
        Assert.Empty(rules.Evaluate(snapshot, Start).Findings);
    }

    [Theory]
    [InlineData("LFF", null)]
    [InlineData("LFD", FindingKind.EnsembleDegraded)]
    [InlineData("LFFDK", FindingKind.EnsembleDegraded)]
    [InlineData("DDD", FindingKind.EnsembleLost)]
    [InlineData("LFKDDO", FindingKind.EnsembleLost)]
    public void An_ensemble_is_degraded_with_a_majority_and_lost_without_one_whatever_its_observers_do(string roles, FindingKind? found)
    {
        var health = rules.Evaluate(Snapshot(ensemble: roles), Start);
        Assert.Equal(found, health.Findings.Select(f => (FindingKind?)f.Kind).SingleOrDefault());
        Assert.Equal(found is FindingKind.EnsembleLost ? Severity.Bad : found is null ? Severity.Ok : Severity.Warning, health.Worst);
    }

    [Theory]
    [InlineData(BrokerState.Up, true, FindingKind.BrokersSilent)]
    [InlineData(BrokerState.Unknown, true, FindingKind.BrokersSilent)]
    [InlineData(BrokerState.Unknown, false, null)]
    [InlineData(BrokerState.Down, true, FindingKind.BrokersDown)]
    [InlineData(BrokerState.Down, false, FindingKind.BrokersDown)]
    [InlineData(BrokerState.Up, false, null)]
    public void A_broker_that_is_not_down_and_does_not_answer_is_told_with_when_it_stopped(
        BrokerState state, bool silent, FindingKind? found)
    {
        var stopped = Start.AddSeconds(-5);
        var health = rules.Evaluate(Snapshot(brokers: [Broker(0), Broker(1, state) with { SilentSince = silent ? stopped : null }]), Start);
        Assert.Equal(found, health.Findings.Select(f => (FindingKind?)f.Kind).SingleOrDefault());
        if (health.Headline is { } finding)
        {
            Assert.Equal(["1"], finding.Names);
            Assert.Equal(silent ? stopped : Start, finding.Since);
        }
    }

    [Fact]
    public void That_there_is_no_controller_is_neither_found_nor_cleared_by_what_cannot_be_read()
    {
        var error = new SectionError(SectionErrorKind.Unreachable, "x", null, "x", Start);
        var present = Snapshot();
        var none = present with { Identity = present.Identity.Read(present.Identity.Value! with { ControllerId = null }, Start) };
        Assert.Empty(rules.Evaluate(none with { Identity = none.Identity.Failed(error) }, Start).Findings);
        Assert.NotNull(rules.Evaluate(none, Start.AddSeconds(1)).Find(FindingKind.NoController));
        var still = rules.Evaluate(present with { Identity = present.Identity.Failed(error) }, Start.AddSeconds(2));
        Assert.Equal(Start.AddSeconds(1), still.Find(FindingKind.NoController)!.Since);
        Assert.Empty(rules.Evaluate(present, Start.AddSeconds(3)).Findings);
    }

    [Fact]
    public void The_headline_is_the_first_that_is_bad_and_brokers_that_are_down_are_told_beside_it()
    {
        TopicInfo[] topics = [Topic("a", Partition(0, 0, [0, 2], [0]))];
        BrokerInfo[] brokers = [Broker(0), Broker(1), Broker(2, BrokerState.Down)];
        Assert.Equal(FindingKind.UnderReplicated, rules.Evaluate(Snapshot(topics, brokers, ensemble: "LFD"), Start).Headline!.Kind);
        Assert.Equal(FindingKind.EnsembleLost, rules.Evaluate(Snapshot(topics, brokers, ensemble: "KDD"), Start).Headline!.Kind);
        Assert.Equal(FindingKind.BrokersDown, rules.Evaluate(Snapshot([], brokers), Start).Headline!.Kind);
        Assert.Null(rules.Evaluate(Snapshot(), Start).Headline);
    }

    [Fact]
    public void Nothing_read_is_not_all_clear()
    {
        var unread = new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote };
        Assert.False(rules.Evaluate(unread, Start).IsKnown);
    }
}

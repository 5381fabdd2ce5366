using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>What titles say, case by case. Whole outages are in <see cref="OutageTests"/>.</summary>
public sealed class VerdictsTests
{
    static readonly SectionError error = new(SectionErrorKind.TimedOut, "x", null, "x", Start.AddSeconds(9));
    static readonly TopicInfo fine = Topic("a", Partition(0, 0, [0, 1], [0, 1]));
    static readonly TopicInfo thin = Topic("b", Partition(0, 0, [0, 1], [0]));

    [Fact]
    public void What_was_never_read_is_said_not_to_be_known()
    {
        var unread = new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote };
        Assert.Equal("Overview_Reading", Keys(Verdicts.Overview(unread)));
        Assert.Equal("Overview_Unreachable", Keys(Verdicts.Overview(unread with { Topics = unread.Topics.Failed(error) })));
        Verdict[] all = [Verdicts.Overview(unread), Verdicts.Topics(unread), Verdicts.Groups(unread), Verdicts.Brokers(unread)];
        foreach (var verdict in all)
        {
            Assert.Equal((false, false), (verdict.IsKnown, verdict.IsCurrent));
        }
    }

    [Fact]
    public void Only_what_was_read_is_all_clear()
    {
        var clear = Healthy(Snapshot([fine]));
        Assert.Equal("Overview_AllClear", Keys(Verdicts.Overview(clear)));
        Assert.Equal("Verdict_Stale_Brokers", Keys(Verdicts.Overview(clear with { Brokers = clear.Brokers.Failed(error) })));
        Assert.Equal("Verdict_Stale_Topics", Keys(Verdicts.Overview(clear with { Topics = clear.Topics.Failed(error) })));
        Assert.Equal("Verdict_Stale_Groups", Keys(Verdicts.Overview(clear with { Groups = clear.Groups.Failed(error) })));
        Assert.Equal("Verdict_Stale_Ensemble", Keys(Verdicts.Overview(clear with { Ensemble = clear.Ensemble.Failed(error) })));
        var unsupported = error with { Kind = SectionErrorKind.Unsupported };
        Assert.Equal("Overview_AllClear", Keys(Verdicts.Overview(clear with { Ensemble = clear.Ensemble.Failed(unsupported) })));
    }

    [Fact]
    public void Topics_and_groups_that_were_read_some_time_ago_are_told_as_of_then()
    {
        var calm = Snapshot([fine], groups: [Group("g")]);
        Assert.Equal("Topics_AllInSync", Keys(Verdicts.Topics(calm)));
        Assert.Equal("Groups_Fine", Keys(Verdicts.Groups(calm)));
        var old = calm with { Topics = calm.Topics.Failed(error), Groups = calm.Groups.Failed(error) };
        Assert.Equal("Topics_Count Verdict_LastRead", Keys(Verdicts.Topics(old)));
        Assert.Equal(Start, Verdicts.Topics(old).Phrases[1].Arguments[0]);
        Assert.Equal("Topics_State_ok Verdict_LastRead", Keys(Verdicts.Topic(fine, old)));
        Assert.Equal("Groups_Count Verdict_LastRead", Keys(Verdicts.Groups(old)));
        Assert.Equal("Verdict_LastRead", Keys(Verdicts.Group(old.Groups.Value!.Groups[0], old)!));
        Assert.Null(Verdicts.Group(calm.Groups.Value!.Groups[0], calm));
        var trouble = Snapshot([fine, thin], groups: [Group("g", 9, growing: true)]);
        Assert.Equal("Topics_Under Verdict_LastRead", Keys(Verdicts.Topics(trouble with { Topics = trouble.Topics.Failed(error) })));
        Assert.Equal("Groups_OneBehind Verdict_LastRead", Keys(Verdicts.Groups(trouble with { Groups = trouble.Groups.Failed(error) })));
    }

    [Fact]
    public void Leaders_and_reassignments_that_cannot_be_read_are_neither_all_preferred_nor_none()
    {
        var moved = Topic("m", Partition(0, 1, [0, 1], [0, 1]), Partition(1, 1, [0, 1], [1]));
        var offline = Topic("o", Partition(0, -1, [0, 1], [0]));
        Assert.Equal("Elections_AllPreferred", Leaders(Snapshot([fine])));
        Assert.Equal("Elections_Headline", Leaders(Snapshot([fine, moved])));
        Assert.Equal("Elections_Offline", Leaders(Snapshot([fine, offline])));
        Assert.Equal("Elections_OfflineAndMoved", Leaders(Snapshot([moved, offline])));
        Assert.Equal([1, 2, 1], Verdicts.Leaders(Snapshot([moved, offline]), null).Phrases[0].Arguments.Cast<int>());
        Assert.Equal("Elections_AllPreferred", Keys(Verdicts.Leaders(Snapshot([fine, offline]), "a")));
        Assert.Equal("Verdict_AllDown", Leaders(Snapshot([offline], [Broker(0, BrokerState.Down), Broker(1, BrokerState.Down)])));
        Assert.Equal("Elections_WerePreferred Verdict_LastRead", Leaders(Old(Snapshot([fine]))));
        Assert.Equal("Elections_Headline Verdict_LastRead", Leaders(Old(Snapshot([moved]))));
        Assert.Equal("Nav_Elections", Leaders(Snapshot() with { Topics = Section<TopicTable>.Unread }));

        Assert.Equal("Reassign_None", Moves(Moving(Snapshot())));
        Assert.Equal("Reassign_Headline", Moves(Moving(Snapshot(), "a")));
        Assert.Equal("Reassign_NoneRan Verdict_LastRead", Moves(Old(Moving(Snapshot()))));
        Assert.Equal("Reassign_Headline Verdict_LastRead", Moves(Old(Moving(Snapshot(), "a"))));
        Assert.Equal("Reassign_NoneRan Verdict_LastRead", Moves(Moving(Snapshot([fine], [Broker(0, BrokerState.Down)]))));
        Assert.Equal("Nav_Reassignments", Moves(Snapshot()));

        static string Leaders(ClusterSnapshot snapshot) => Keys(Verdicts.Leaders(snapshot, null));
        static string Moves(ClusterSnapshot snapshot) => Keys(Verdicts.Reassignments(snapshot));
        static ClusterSnapshot Moving(ClusterSnapshot snapshot, params string[] topics) => snapshot with
        {
            Reassignments = Section<ReassignmentTable>.Unread.Read(
                new([.. topics.Select(t => new ReassignmentInfo(t, 0, [0, 1], [1], [0], [0], null, null, Start))]), Start),
        };
        static ClusterSnapshot Old(ClusterSnapshot snapshot) => snapshot with
        {
            Topics = snapshot.Topics.Failed(error),
            Reassignments = snapshot.Reassignments.Failed(error),
        };
    }

    [Fact]
    public void What_a_silent_broker_leads_is_not_in_order_though_its_replicas_are_in_sync()
    {
        BrokerInfo[] brokers = [Broker(0) with { SilentSince = Start }, Broker(1), Broker(2) with { SilentSince = Start }];
        var snapshot = Snapshot([fine, Topic("c", Partition(0, 1, [1, 0], [0, 1]))], brokers);
        Assert.Equal("Topics_Unled", Keys(Verdicts.Topics(snapshot)));
        Assert.Equal([1, "0"], Verdicts.Topics(snapshot).Phrases[0].Arguments);
        Assert.Equal("Elections_Unled", Keys(Verdicts.Leaders(snapshot, null)));
        Assert.Equal("Topics_AllInSync", Keys(Verdicts.Topics(Snapshot([Topic("c", Partition(0, 1, [1, 0], [0, 1]))], brokers))));
    }

    /// <summary>What is led by brokers that hang can neither be read nor written: that must not be hidden by refused writes.</summary>
    [Fact]
    public void Silent_brokers_are_told_beside_what_is_wrong_with_partitions()
    {
        BrokerInfo[] brokers = [Broker(0) with { SilentSince = Start }, Broker(1)];
        var refused = Topic("r", Partition(0, 1, [1, 0], [1], minIsr: 2));
        var snapshot = Snapshot([fine, refused], brokers);
        snapshot = snapshot with { Health = new HealthRules().Evaluate(snapshot, Start) };
        Assert.Equal("Verdict_UnderMinIsr Verdict_BrokersSilent", Keys(Verdicts.Overview(snapshot)));
        Assert.Equal("Topics_Refused Topics_UnledToo", Keys(Verdicts.Topics(snapshot)));
        Assert.Equal([1, "0"], Verdicts.Topics(snapshot).Phrases[1].Arguments);
    }

    [Fact]
    public void A_lost_majority_is_told_before_who_is_silent_and_what_does_not_come_up()
    {
        var snapshot = Snapshot([fine], [Broker(0) with { SilentSince = Start }, Broker(1)]) with
        {
            FailingNodes = [new("zk1", 3, Start, "no space", TimeSpan.FromSeconds(30))],
        };
        Finding Bad(FindingKind kind) => new(kind, Severity.Bad, 1, [], ["1"], [], Start);
        snapshot = snapshot with
        {
            Health = new Health(true, [Bad(FindingKind.BrokersSilent), Bad(FindingKind.QuorumLost), Bad(FindingKind.NodesFailing)]),
        };
        Assert.Equal("Verdict_QuorumLost Verdict_BrokersSilent Verdict_NodesFailing", Keys(Verdicts.Overview(snapshot)));
        snapshot = snapshot with { Health = new Health(true, [Bad(FindingKind.BrokersSilent), Bad(FindingKind.NodesFailing)]) };
        Assert.Equal("Verdict_BrokersSilent Verdict_NodesFailing", Keys(Verdicts.Overview(snapshot)));
    }

    [Theory]
    [InlineData(CoordinationMode.KRaft, false, true)]
    [InlineData(CoordinationMode.KRaft, true, false)] // it was read, some time ago
    [InlineData(CoordinationMode.ZooKeeper, true, true)] // which has no such quorum
    [InlineData(CoordinationMode.Unknown, false, false)]
    public void Who_is_controller_is_known_while_those_who_tell_it_answer(CoordinationMode mode, bool quorumFails, bool known)
    {
        var snapshot = Snapshot([fine]);
        var identity = new ClusterIdentity("id", 1, 1, mode, null, null);
        snapshot = snapshot with
        {
            Identity = new Section<ClusterIdentity>(identity, null, Start),
            Quorum = quorumFails ? snapshot.Quorum.Failed(error) : snapshot.Quorum,
        };
        Assert.Equal(known, snapshot.IsControllerRead);
        Assert.Equal(known ? 1 : null, snapshot.ControllerId);
        Assert.False((snapshot with { Identity = snapshot.Identity.Failed(error) }).IsControllerRead);
    }

    /// <summary>Brokers that have lost their ensemble go on naming the controller they had.</summary>
    [Fact]
    public void Who_is_controller_is_not_known_while_the_ensemble_cannot_be_read()
    {
        var identity = new ClusterIdentity("id", 1, 1, CoordinationMode.ZooKeeper, null, null);
        var snapshot = Snapshot([fine]) with { Identity = new Section<ClusterIdentity>(identity, null, Start) };
        Assert.Equal(1, snapshot.ControllerId);
        Assert.Null((snapshot with { RegistrationError = error }).ControllerId);
        // where one may not read it, or has no address, metadata is all there is
        Assert.Equal(1, (snapshot with { RegistrationError = error with { Kind = SectionErrorKind.Refused } }).ControllerId);
        Assert.Equal(1, (snapshot with { RegistrationError = SectionError.Unsupported("ZooKeeper", "none", Start) }).ControllerId);
    }

    [Theory]
    [InlineData("UUU", "Brokers_AllUp")]
    [InlineData("UUD", "Brokers_OneDown")]
    [InlineData("UDD", "Brokers_Down")]
    [InlineData("UUS", "Brokers_Silent")]
    [InlineData("UDS", "Brokers_DownAndSilent")]
    [InlineData("DDD", "Verdict_AllDown")]
    [InlineData("DDS", "Verdict_NoneAnswers")]
    [InlineData("SSS", "Verdict_NoneAnswers")]
    [InlineData("KKK", "Brokers_Count Verdict_LastRead")]
    public void Brokers_are_up_only_where_they_answer(string states, string expected)
    {
        var brokers = states.Index().Select(s => s.Item switch
        {
            'D' => Broker(s.Index, BrokerState.Down),
            'S' => Broker(s.Index) with { SilentSince = Start },
            'K' => Broker(s.Index, BrokerState.Unknown) with { KnownAsOf = Start },
            _ => Broker(s.Index),
        });
        var snapshot = Snapshot([fine], brokers);
        snapshot = states.Contains('K', StringComparison.Ordinal) ? snapshot with { Brokers = snapshot.Brokers.Failed(error) } : snapshot;
        Assert.Equal(expected, Keys(Verdicts.Brokers(snapshot)));
        var served = states.IndexOfAny(['U', 'K']) >= 0;
        Assert.Equal(served ? "Topics_AllInSync" : $"Topics_None_Served {expected}", Keys(Verdicts.Topics(snapshot)));
        Assert.Equal(served, Verdicts.Groups(snapshot).IsCurrent);
    }

    static string Keys(Verdict verdict) => string.Join(' ', verdict.Phrases.Select(p => p.Key));

    static ClusterSnapshot Healthy(ClusterSnapshot snapshot) => snapshot with { Health = new HealthRules().Evaluate(snapshot, Start) };
}

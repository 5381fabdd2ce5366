using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

public sealed class EventDetectorTests
{
    readonly EventDetector detector = new();

    [Fact]
    public void The_first_reading_is_no_change()
    {
        var unread = new ClusterSnapshot { Id = "t", Name = "t", Kind = ClusterKind.Remote };
        Assert.Empty(detector.Compare(unread, Snapshot([Topic("a")]), Start));
    }

    [Fact]
    public void A_brokers_death_is_told_with_the_leaders_and_replicas_it_took_along()
    {
        var before = Snapshot([Topic("a", Partition(0, 2, [2, 1], [2, 1]), Partition(1, 2, [2, 0], [2, 0]))]);
        var after = Snapshot(
            [Topic("a", Partition(0, 1, [2, 1], [1]), Partition(1, 0, [2, 0], [0]))], [Broker(0), Broker(1), Broker(2, BrokerState.Down)]);
        var events = detector.Compare(before, after, Start.AddSeconds(5));
        Assert.Equal([EventKind.BrokerDown, EventKind.LeaderMoved, EventKind.IsrShrank], events.Select(e => e.Kind).Order());
        var moved = events.Single(e => e.Kind == EventKind.LeaderMoved);
        Assert.Equal(("a-0", 2), (moved.Subject, moved.Count));
        Assert.Equal(["a-0", "2", "1"], moved.Arguments);
        Assert.All(events, e => Assert.Equal(Start.AddSeconds(5), e.At));
        Assert.Equal(events.Length, events.Select(e => e.Sequence).Distinct().Count());
    }

    [Fact]
    public void A_clusters_first_brokers_and_first_controller_are_no_trouble()
    {
        var before = Snapshot(brokers: []);
        before = before with { Identity = before.Identity.Read(before.Identity.Value! with { ControllerId = null }, Start) };
        var events = detector.Compare(before, Snapshot(), Start);
        Assert.Equal([EventKind.BrokerUp, EventKind.BrokerUp, EventKind.BrokerUp, EventKind.ControllerMoved], events.Select(e => e.Kind));
        Assert.All(events, e => Assert.Equal(Severity.Ok, e.Severity));
    }

    [Fact]
    public void A_leader_that_moves_back_to_its_preferred_replica_is_good_news_and_the_worst_of_many_speaks_for_them()
    {
        var before = Snapshot([Topic("a", Partition(0, 1, [2, 1], [2, 1]), Partition(1, 0, [0, 1], [0, 1]))]);
        var back = Snapshot([Topic("a", Partition(0, 2, [2, 1], [2, 1]), Partition(1, 0, [0, 1], [0, 1]))]);
        var one = Assert.Single(detector.Compare(before, back, Start));
        Assert.Equal((Severity.Ok, "a-0", 1), (one.Severity, one.Subject, one.Count));
        var both = Snapshot([Topic("a", Partition(0, 2, [2, 1], [2, 1]), Partition(1, 1, [0, 1], [0, 1]))]);
        var two = Assert.Single(detector.Compare(before, both, Start));
        Assert.Equal((Severity.Warning, "a-1", 2), (two.Severity, two.Subject, two.Count));
    }

    [Fact]
    public void Topics_come_and_go_by_name()
    {
        var events = detector.Compare(Snapshot([Topic("old")]), Snapshot([Topic("new", Partition(0, 0, [0, 1], [0, 1]))]), Start);
        Assert.Equal([(EventKind.TopicCreated, "new"), (EventKind.TopicDeleted, "old")], events.Select(e => (e.Kind, e.Subject)));
    }

    [Fact]
    public void A_member_that_leaves_is_a_warning_and_growing_lag_is_told_once()
    {
        var events = detector.Compare(
            Snapshot(groups: [Group("g", members: 3)]), Snapshot(groups: [Group("g", lag: 500, growing: true, members: 2)]), Start);
        Assert.Equal([EventKind.GroupMembersChanged, EventKind.LagGrowing], events.Select(e => e.Kind));
        Assert.Equal(["g", "3", "2"], events[0].Arguments);
        var growing = Snapshot(groups: [Group("g", lag: 500, growing: true, members: 2)]);
        Assert.Empty(detector.Compare(growing, growing, Start));
    }
}

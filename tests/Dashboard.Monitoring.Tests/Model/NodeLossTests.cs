using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Model;

/// <summary>What goes with a node, from one reading.</summary>
public sealed class NodeLossTests
{
    [Theory]
    [InlineData(1, "0,1,2", 2, "", 1, 0, 0)] // another takes over
    [InlineData(1, "0,1", 2, "", 1, 0, 1)]
    [InlineData(1, "1", 1, "", 1, 1, 0)] // nobody takes over
    [InlineData(1, "0,1", 1, "0", 1, 1, 0)] // the other one in sync is known to be gone
    [InlineData(0, "0,1", 2, "", 0, 0, 1)] // a follower that counted
    [InlineData(0, "0,2", 2, "", 0, 0, 0)] // a replica that is behind was no help
    [InlineData(0, "0,1", 5, "", 0, 0, 1)] // no more copies are asked for than there are
    [InlineData(-1, "1", 1, "0,1,2", 0, 0, 0)] // offline already
    public void Of_a_broker_it_is_what_it_leads_and_what_falls_below_its_minimum(
        int leader, string isr, int minIsr, string offline, int leads, int goOffline, int under)
    {
        var partition = Partition(0, leader, [0, 1, 2], Ids(isr), minIsr) with { Offline = [.. Ids(offline)] };
        Assert.Equal(new BrokerLoss(leads, goOffline, under, false), BrokerLoss.Of(Snapshot([Topic("t", partition)]), 1));
    }

    [Fact]
    public void A_minimum_that_was_not_read_is_none_and_nothing_read_is_nothing_lost()
    {
        var snapshot = Snapshot([Topic("t", Partition(0, 0, [0, 1], [0, 1], minIsr: null))]);
        Assert.Equal(new BrokerLoss(1, 0, 0, true), BrokerLoss.Of(snapshot, 0));
        Assert.Equal(new BrokerLoss(0, 0, 0, true), BrokerLoss.Of(snapshot with { Topics = Section<TopicTable>.Unread }, 0));
    }

    [Theory]
    [InlineData("LFF", 2, 2, false)]
    [InlineData("LFD", 2, 1, true)]
    [InlineData("LFD", 3, 2, false)] // it is down already
    [InlineData("LFFO", 4, 3, false)] // an observer counts for nothing
    [InlineData("LFK", 3, 2, false)] // one that looks for a leader does not serve
    [InlineData("DDD", 1, 0, true)]
    public void Of_a_coordinator_it_is_its_vote_if_it_has_one(string roles, int server, int left, bool losesQuorum)
    {
        var loss = CoordinatorLoss.Of(Snapshot(ensemble: roles).Ensemble.Value!, server);
        Assert.Equal((left, losesQuorum), (loss.Left, loss.LosesQuorum));
    }

    [Fact]
    public void The_leaders_loss_is_followed_by_an_election()
    {
        var ensemble = Snapshot(ensemble: "LFF").Ensemble.Value! with { LeaderId = 1 };
        Assert.True(CoordinatorLoss.Of(ensemble, 1).IsLeader);
        Assert.False(CoordinatorLoss.Of(ensemble, 2).IsLeader);
    }

    [Theory]
    [InlineData(1, "2,1", 1)] // it stays where it can
    [InlineData(1, "2,0", 2)]
    [InlineData(-1, "2,0", 2)] // who leads nothing cannot stay
    [InlineData(1, "", -1)]
    public void After_a_reassignment_the_leader_stays_or_the_first_takes_over(int leader, string target, int then) =>
        Assert.Equal(then, Partition(0, leader, [0, 1], [0, 1]).LeaderAmong([.. Ids(target)]));

    static int[] Ids(string list) => [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
}

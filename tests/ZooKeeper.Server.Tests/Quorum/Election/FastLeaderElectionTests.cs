using ZooKeeper.Server.Quorum.Election;
using static ZooKeeper.Server.Quorum.Election.PeerState;

namespace ZooKeeper.Server.Tests.Quorum.Election;

public class FastLeaderElectionTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void With_zxids_8_8_8_7_7_and_servers_3_and_5_down_server_2_leads()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1), (7, 1), (7, 1));
        group.Start(1, 2, 4);
        group.Run(Second);
        Assert.Equal([(1, Following, 2), (2, Leading, 2), (4, Following, 2)], group.Outcome);
    }

    [Fact]
    public void With_all_five_up_server_3_leads_since_it_has_the_highest_id_of_the_longest_histories()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1), (7, 1), (7, 1));
        group.Start(1, 2, 3, 4, 5);
        group.Run(Second);
        Assert.All(group.Outcome, o => Assert.Equal(3, o.Leader));
    }

    [Fact]
    public void A_higher_epoch_beats_a_longer_history()
    {
        var group = new ElectionGroup((0x1_0000_0009, 2), (0x1_0000_0010, 1), (0x1_0000_0001, 1));
        group.Start(1, 2, 3);
        group.Run(Second);
        Assert.All(group.Outcome, o => Assert.Equal(1, o.Leader));
    }

    [Fact]
    public void A_minority_elects_nobody()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1), (7, 1), (7, 1));
        group.Start(1, 2);
        group.Run(TimeSpan.FromMinutes(5));
        Assert.All(group.Outcome, o => Assert.Equal(Looking, o.State));
    }

    [Fact]
    public void A_majority_waits_200_ms_for_a_better_vote_before_it_settles()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (9, 1));
        group.Start(1, 2);
        group.Run(TimeSpan.FromMilliseconds(199));
        Assert.All(group.Outcome, o => Assert.Equal(Looking, o.State));
        group.Start(3);
        Assert.All(group.Outcome, o => Assert.Equal(3, o.Leader));
        group.Run(TimeSpan.FromMilliseconds(200));
        Assert.Equal([(1, Following, 3), (2, Following, 3), (3, Leading, 3)], group.Outcome);
    }

    [Fact]
    public void When_all_voted_the_same_no_server_waits()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1));
        group.Start(1, 2, 3);
        Assert.Equal([(1, Following, 3), (2, Following, 3), (3, Leading, 3)], group.Outcome);
        Assert.Equal(TimeSpan.Zero, group.Now);
    }

    [Fact]
    public void A_late_server_learns_the_leader_from_the_answers_even_if_its_own_vote_is_better()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (9, 1));
        group.Start(1, 2);
        group.Run(Second);
        group[1].UpdateEpoch(2, group.Now);
        group[2].UpdateEpoch(2, group.Now);
        Assert.Equal((2, 1), (group[2].Traces[0].Epoch, group[2].Traces[0].Outcome!.Vote.PeerEpoch));
        group.Start(3);
        group.Run(Second);
        Assert.Equal([(1, Following, 2), (2, Leading, 2), (3, Following, 2)], group.Outcome);
        Assert.True(group[3].Traces[0].Outcome!.Joined);
        Assert.Equal(2, group[3].Vote.PeerEpoch);
    }

    [Fact]
    public void A_late_server_does_not_join_a_leader_that_does_not_say_itself_that_it_leads()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1), (8, 1), (8, 1));
        group.Start(1, 2, 3, 4, 5);
        group.Stop(5);
        // 1 to 3 have not noticed yet; 4 looks again
        group.Look(4);
        group.Run(Second);
        Assert.Equal(Looking, group[4].State);
        foreach (var id in (long[])[1, 2, 3])
        {
            group.Look(id);
        }

        group.Run(Second);
        Assert.Equal([(1, Following, 3), (2, Following, 3), (3, Leading, 3), (4, Following, 3)], group.Outcome);
    }

    [Fact]
    public void A_round_behind_is_answered_with_the_present_round_and_caught_up()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1));
        group.Start(1);
        group.Look(1);
        group.Look(1);
        Assert.Equal(3, group[1].Round);
        group.Loses = (to, _) => to == 2 && group.Now == TimeSpan.Zero;
        group.Start(2);
        Assert.Equal(1, group[2].Round);
        group.Run(Second);
        Assert.Equal([(1, Following, 2), (2, Leading, 2)], group.Outcome);
        Assert.Equal(3, group[2].Round);
    }

    [Fact]
    public void Lost_votes_are_sent_again_after_longer_and_longer_pauses()
    {
        var sent = new List<TimeSpan>();
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1));
        group.Loses = (to, _) =>
        {
            sent.Add(group.Now);
            return group.Now < TimeSpan.FromSeconds(20);
        };
        group.Start(1, 3);
        group.Run(TimeSpan.FromMinutes(1));
        Assert.Equal([(1, Following, 3), (3, Leading, 3)], group.Outcome);
        var pauses = sent.Distinct().Zip(sent.Distinct().Skip(1), (a, b) => (b - a).TotalMilliseconds).Take(6);
        Assert.Equal([200, 400, 800, 1600, 3200, 5000], pauses);
    }

    [Fact]
    public void A_server_without_a_vote_is_answered_and_not_counted()
    {
        var group = new ElectionGroup((8, 1), (8, 1), (8, 1));
        group.Start(1);
        var answers = group[1].Receive(new Notification(9, Looking, new Vote(9, 100, 7), 50), group.Now);
        Assert.Equal(9, Assert.IsType<ElectionEffect.Send>(Assert.Single(answers)).To);
        Assert.Equal(new Vote(1, 8, 1), group[1].Vote);
        Assert.Equal(1, group[1].Round);
    }

    [Fact]
    public void The_trace_has_each_vote_and_what_came_of_it()
    {
        var group = new ElectionGroup((8, 1), (9, 1), (8, 2));
        group.Start(1, 2, 3);
        group.Run(Second);
        var trace = Assert.Single(group[1].Traces);
        Assert.Equal((1, 1, 3), (trace.Server, trace.Round, trace.Outcome!.Leader));
        Assert.Equal(ElectionVerdict.Own, trace.Steps[0].Verdict);
        Assert.Contains(trace.Steps, s => s is { From: 2, To: 1, Verdict: ElectionVerdict.HigherZxid, Vote.Leader: 2 });
        Assert.Contains(trace.Steps, s => s is { From: 3, To: 1, Verdict: ElectionVerdict.HigherEpoch, Vote.Leader: 3 });
        Assert.Contains(trace.Steps, s => s is { From: 1, To: 0, Verdict: ElectionVerdict.Changed, Vote.Leader: 3 });
        Assert.Equal([1, 2, 3], trace.Outcome.Supporters);
        Assert.NotNull(trace.EndedAt);
        Assert.All(trace.Steps, s => Assert.Contains(s.Verdict, ElectionVerdict.All));
    }

    [Fact]
    public void A_long_election_keeps_a_bounded_trace()
    {
        var election = new FastLeaderElection(1, [1, 2, 3], 2, DateTimeOffset.UnixEpoch);
        election.Look(8, 1, TimeSpan.Zero);
        for (var i = 0; i < 1000; i++)
        {
            election.Receive(new Notification(2, Looking, new Vote(2, 1, 1), 1), TimeSpan.Zero);
        }

        Assert.Equal(ElectionTrace.MaxSteps, election.Traces[0].Steps.Length);
        Assert.Equal(1001 - ElectionTrace.MaxSteps, election.Traces[0].Dropped);
    }

    [Theory]
    [InlineData(8, 1, 1, ElectionVerdict.Equal)]
    [InlineData(8, 1, 2, ElectionVerdict.HigherId)]
    [InlineData(9, 1, 0, ElectionVerdict.HigherZxid)]
    [InlineData(0, 2, 0, ElectionVerdict.HigherEpoch)]
    [InlineData(7, 1, 9, ElectionVerdict.Lower)]
    [InlineData(99, 0, 9, ElectionVerdict.Lower)]
    public void Votes_are_ordered_by_epoch_then_zxid_then_id(long zxid, long epoch, long id, string verdict) =>
        Assert.Equal(verdict, new Vote(id, zxid, epoch).Against(new Vote(1, 8, 1)));
}

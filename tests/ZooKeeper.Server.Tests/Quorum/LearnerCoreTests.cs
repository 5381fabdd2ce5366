using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Tests.Quorum;

/// <summary>A learner without sockets, disk or clock: what it sends for what it is sent.</summary>
public class LearnerCoreTests
{
    static readonly QuorumSettings settings = new() { Self = 1, Voters = [1, 2, 3] };

    readonly List<QuorumEffect> effects = [];
    readonly MemoryReplica replica = new() { AcceptedEpoch = 4, CurrentEpoch = 4 };

    [Fact]
    public void It_introduces_itself_accepts_the_epoch_and_acknowledges_the_history_once_it_is_on_disk()
    {
        var learner = Connected();
        Assert.Equal((PacketType.FollowerInfo, 4L << 32), Sent());
        learner.Receive(Packets.LeaderInfo(5), default);
        Assert.Equal((PacketType.AckEpoch, 0L), Sent());
        Assert.Equal((5, 4), (replica.AcceptedEpoch, replica.CurrentEpoch));
        learner.Receive(Packets.Of(PacketType.Diff, 0x4_0000_0001), default);
        learner.Receive(Propose(0x4_0000_0001), default);
        learner.Receive(Packets.Of(PacketType.Commit, 0x4_0000_0001), default);
        learner.Receive(Packets.Of(PacketType.NewLeader, 5L << 32), default);
        Assert.DoesNotContain(effects, e => e is QuorumEffect.SendToLeader);
        Assert.Equal(4, replica.CurrentEpoch);
        learner.Durable(0x4_0000_0001);
        Assert.Equal((PacketType.Ack, 5L << 32), Sent());
        Assert.Equal(5, replica.CurrentEpoch);
        Assert.Null(replica.Serving);
        learner.Receive(Packets.Of(PacketType.UpToDate, -1), default);
        Assert.Equal(PeerState.Following, replica.Serving);
    }

    [Fact]
    public void A_proposal_is_acknowledged_when_it_is_on_disk_and_not_before()
    {
        var learner = Following();
        learner.Receive(Propose(0x5_0000_0001), default);
        learner.Receive(Propose(0x5_0000_0002), default);
        Assert.Empty(effects);
        learner.Durable(0x5_0000_0001);
        Assert.Equal((PacketType.Ack, 0x5_0000_0001), Sent());
        learner.Durable(0x5_0000_0002);
        Assert.Equal((PacketType.Ack, 0x5_0000_0002), Sent());
    }

    [Fact]
    public void An_epoch_that_was_accepted_before_is_not_acknowledged_again()
    {
        var learner = Connected();
        Sent();
        learner.Receive(Packets.LeaderInfo(4), default);
        var answer = Assert.IsType<QuorumEffect.SendToLeader>(Assert.Single(effects)).Packet;
        Assert.Equal(-1, Packets.ReadAckEpoch(answer));
    }

    [Fact]
    public void A_leader_of_a_lower_epoch_is_refused()
    {
        var learner = Connected();
        learner.Receive(Packets.LeaderInfo(3), default);
        Assert.Contains("below 4", learner.Over);
    }

    [Theory]
    [InlineData(0x5_0000_0001, 0x5_0000_0003)]
    [InlineData(0x5_0000_0002, 0x5_0000_0002)]
    [InlineData(0x5_0000_0002, 0x5_0000_0001)]
    public void A_gap_or_a_step_back_ends_the_term(long first, long second)
    {
        var learner = Following();
        learner.Receive(Propose(first), default);
        learner.Receive(Propose(second), default);
        Assert.Contains("does not follow", learner.Over);
    }

    [Fact]
    public void A_commit_out_of_order_ends_the_term()
    {
        var learner = Following();
        learner.Receive(Propose(0x5_0000_0001), default);
        learner.Receive(Packets.Of(PacketType.Commit, 0x5_0000_0002), default);
        Assert.Contains("next proposal is 0x500000001", learner.Over);
        Assert.Equal(0, replica.LastCommittedZxid);
    }

    /// <summary>"No" would make the client believe that its session has expired, where only the leader has gone.</summary>
    [Fact]
    public void A_question_about_a_session_is_not_answered_with_no_when_the_leader_goes()
    {
        var learner = Following();
        bool? answer = null;
        learner.Revalidate(7, 1000, alive => answer = alive);
        Assert.Equal((PacketType.Revalidate, -1L), Sent());
        learner.End("the leader has gone");
        learner.Revalidate(8, 1000, alive => answer = alive);
        Assert.Null(answer);
    }

    [Fact]
    public void A_question_about_a_session_gets_the_leaders_answer()
    {
        var learner = Following();
        var answers = new List<bool>();
        learner.Revalidate(7, 1000, answers.Add);
        learner.Revalidate(7, 1000, answers.Add);
        learner.Receive(Packets.Revalidated(7, alive: true), default);
        learner.Receive(Packets.Revalidated(7, alive: false), default);
        learner.Receive(Packets.Revalidated(9, alive: true), default);
        Assert.Equal([true, false], answers);
    }

    [Fact]
    public void A_log_that_was_not_cut_where_the_leader_said_asks_for_a_snapshot_next_time()
    {
        replica.Append(Proposal.Create(new TxnHeader { Zxid = 0x4_0000_0009 }, null));
        var learner = Connected();
        learner.Receive(Packets.LeaderInfo(5), default);
        learner.Receive(Packets.Of(PacketType.Trunc, 0x4_0000_0003), default);
        Assert.Contains(effects, e => e is QuorumEffect.Truncate { Zxid: 0x4_0000_0003 });
        learner.Installed(default);
        Assert.True(learner.NeedsSnapshot);
        Assert.NotNull(learner.Over);
        effects.Clear();
        var next = new LearnerCore(settings, replica, effects, 2, 2, fromScratch: true, default);
        next.Connected(default);
        Sent();
        next.Receive(Packets.LeaderInfo(6), default);
        Assert.Equal((PacketType.AckEpoch, 0L), Sent());
    }

    [Fact]
    public void A_silent_leader_is_left()
    {
        var learner = Following();
        learner.Tick(settings.SyncTimeout);
        Assert.Null(learner.Over);
        learner.Tick(settings.SyncTimeout + TimeSpan.FromMilliseconds(1));
        Assert.Contains("nothing heard", learner.Over);
    }

    LearnerCore Connected()
    {
        var learner = new LearnerCore(settings, replica, effects, 2, 1, fromScratch: false, default);
        learner.Connected(default);
        return learner;
    }

    LearnerCore Following()
    {
        var learner = Connected();
        learner.Receive(Packets.LeaderInfo(5), default);
        learner.Receive(Packets.Of(PacketType.Diff, 0), default);
        learner.Receive(Packets.Of(PacketType.NewLeader, 5L << 32), default);
        learner.Receive(Packets.Of(PacketType.UpToDate, -1), default);
        Assert.Equal(LearningPhase.Following, learner.Phase);
        effects.Clear();
        return learner;
    }

    static QuorumPacket Propose(long zxid) =>
        Packets.Proposal(Proposal.Create(new TxnHeader { Zxid = zxid, Type = (int)OpCode.Error }, new ErrorTxn { Err = -101 }));

    /// <summary>The one packet that was sent since the last call.</summary>
    (PacketType Type, long Zxid) Sent()
    {
        var packet = Assert.Single(effects.OfType<QuorumEffect.SendToLeader>()).Packet;
        effects.Clear();
        return (packet.Kind(), packet.Zxid);
    }
}

using Kafka.Broker.Groups;
using Kafka.Protocol;

namespace Kafka.Broker.Tests.Groups;

/// <summary>Joining, syncing and rounds of rebalancing.</summary>
public sealed class GroupMachineTests
{
    [Fact]
    public void The_first_round_waits_for_the_initial_delay_and_longer_while_members_come()
    {
        var world = new GroupWorld("group.initial.rebalance.delay.ms=3000");
        var first = world.Join();
        world.Advance(2_900);
        var second = world.Join();
        world.Advance(200);
        Assert.True(first.IsOpen);
        world.Advance(3_000);
        Assert.Equal((ErrorCode.None, 1), (first.Only.Error, first.Only.Generation));
        Assert.Equal(first.Only.MemberId, second.Only.Leader);
        Assert.Equal(2, first.Only.Members.Count);
        Assert.Empty(second.Only.Members);
        Assert.Equal(GroupState.CompletingRebalance, world.Group.State);
    }

    [Fact]
    public void The_initial_delay_ends_at_the_rebalance_timeout_though_members_keep_coming()
    {
        var world = new GroupWorld("group.initial.rebalance.delay.ms=3000");
        var first = world.Join(rebalance: 7_000);
        for (var i = 0; i < 4; i++)
        {
            world.Advance(2_000);
            world.Join(rebalance: 7_000);
        }

        Assert.False(first.IsOpen);
    }

    [Fact]
    public void Followers_are_answered_when_the_leaders_assignment_is_stored()
    {
        var world = new GroupWorld();
        var (first, second) = (world.Join(), world.Join());
        world.Advance(6_000);
        world.StoreResult = null;
        var follower = world.Sync(second.Only.MemberId, 1);
        var leader = world.Sync(first.Only.MemberId, 1, null, (first.Only.MemberId, 1), (second.Only.MemberId, 2));
        Assert.True(leader.IsOpen && follower.IsOpen);
        world.AnswerStore(ErrorCode.None);
        Assert.Equal([1], leader.Only.Assignment);
        Assert.Equal([2], follower.Only.Assignment);
        Assert.Equal(GroupState.Stable, world.Group.State);
        Assert.Equal([2], world.Sync(second.Only.MemberId, 1).Only.Assignment);
    }

    [Fact]
    public void An_assignment_that_cannot_be_stored_fails_for_all_members_and_begins_a_round()
    {
        var world = new GroupWorld();
        var (first, second) = (world.Join(), world.Join());
        world.Advance(6_000);
        world.StoreResult = ErrorCode.NotCoordinator;
        var follower = world.Sync(second.Only.MemberId, 1);
        var leader = world.Sync(first.Only.MemberId, 1);
        Assert.Equal(ErrorCode.NotCoordinator, leader.Only.Error);
        Assert.Equal(ErrorCode.NotCoordinator, follower.Only.Error);
        Assert.Equal(GroupState.PreparingRebalance, world.Group.State);
    }

    [Fact]
    public void Members_rejoin_when_another_comes_and_who_does_not_is_out()
    {
        var world = new GroupWorld();
        var ids = world.Stable(3);
        var fresh = world.Join();
        Assert.Equal(ErrorCode.RebalanceInProgress, world.Heartbeat(ids[0], 1));
        Assert.Equal(ErrorCode.RebalanceInProgress, world.Sync(ids[0], 1).Only.Error);
        Assert.Equal(ErrorCode.None, world.MayCommit(ids[0], 1));
        var (one, two) = (world.Join(ids[0]), world.Join(ids[1]));
        for (var i = 0; i < 12; i++)
        {
            world.Heartbeat(ids[2], 1);
            world.Advance(5_000);
        }

        Assert.Equal((2, 2, 2), (one.Only.Generation, two.Only.Generation, fresh.Only.Generation));
        Assert.Equal(3, one.Only.Members.Count);
        Assert.Equal(ErrorCode.UnknownMemberId, world.Heartbeat(ids[2], 2));
        Assert.Equal(ErrorCode.RebalanceInProgress, world.MayCommit(ids[0], 2));
    }

    [Fact]
    public void A_round_ends_at_once_when_all_members_are_there()
    {
        var world = new GroupWorld();
        var ids = world.Stable(2);
        var leader = world.Join(ids[0]);
        Assert.True(leader.IsOpen);
        var follower = world.Join(ids[1]);
        Assert.Equal(2, leader.Only.Generation);
        Assert.Equal(2, follower.Only.Generation);
    }

    [Fact]
    public void A_follower_that_joins_a_stable_group_unchanged_gets_the_generation_that_stands()
    {
        var world = new GroupWorld();
        var ids = world.Stable(2);
        var again = world.Join(ids[1]).Only;
        Assert.Equal((ErrorCode.None, 1, ids[0]), (again.Error, again.Generation, again.Leader));
        Assert.Equal(GroupState.Stable, world.Group.State);
        Assert.True(world.Join(ids[1], protocols: "range=changed").IsOpen);
        Assert.Equal(GroupState.PreparingRebalance, world.Group.State);
    }

    [Fact]
    public void A_silent_member_is_out_after_its_session_timeout()
    {
        var world = new GroupWorld();
        var ids = world.Stable(2);
        world.Advance(6_000);
        Assert.Equal(ErrorCode.None, world.Heartbeat(ids[0], 1));
        world.Advance(4_500);
        Assert.Equal(ErrorCode.RebalanceInProgress, world.Heartbeat(ids[0], 1));
        Assert.Equal(ErrorCode.UnknownMemberId, world.Heartbeat(ids[1], 1));
        Assert.Equal(2, world.Join(ids[0]).Only.Generation);
    }

    [Fact]
    public void The_group_is_empty_when_the_last_member_left()
    {
        var world = new GroupWorld();
        var ids = world.Stable(1);
        Assert.Equal(ErrorCode.None, world.Leave(ids[0]));
        Assert.Equal((GroupState.Empty, 2), (world.Group.State, world.Group.Generation));
        Assert.Equal("consumer", world.Group.ProtocolType);
        Assert.Equal(ErrorCode.UnknownMemberId, world.Leave(ids[0]));
        Assert.Equal(ErrorCode.None, world.MayCommit("", -1));
        Assert.Equal(ErrorCode.UnknownMemberId, world.Heartbeat(ids[0], 2));
    }

    [Fact]
    public void Members_that_never_sync_are_out_after_the_rebalance_timeout()
    {
        var world = new GroupWorld();
        var (first, second) = (world.Join(rebalance: 20_000, session: 60_000), world.Join(rebalance: 20_000, session: 60_000));
        world.Advance(6_000);
        var leader = world.Sync(first.Only.MemberId, 1);
        Assert.Equal(GroupState.Stable, world.Group.State);
        world.Advance(20_100);
        Assert.Equal(ErrorCode.UnknownMemberId, world.Heartbeat(second.Only.MemberId, 1));
        Assert.Equal(ErrorCode.RebalanceInProgress, world.Heartbeat(first.Only.MemberId, 1));
        Assert.Equal(ErrorCode.None, leader.Only.Error);
    }

    [Fact]
    public void From_version_4_on_a_member_is_given_an_id_to_join_with()
    {
        var world = new GroupWorld();
        var refused = world.Join(requireKnownId: true).Only;
        Assert.Equal(ErrorCode.MemberIdRequired, refused.Error);
        Assert.StartsWith("client-", refused.MemberId, StringComparison.Ordinal);
        Assert.Equal(GroupState.Empty, world.Group.State);
        var joined = world.Join(refused.MemberId, requireKnownId: true);
        world.Advance(3_100);
        Assert.Equal((ErrorCode.None, refused.MemberId), (joined.Only.Error, joined.Only.MemberId));
        Assert.Equal(ErrorCode.UnknownMemberId, world.Join("made up", requireKnownId: true).Only.Error);
    }

    [Fact]
    public void A_round_waits_for_whoever_was_given_an_id_until_that_expires()
    {
        var world = new GroupWorld();
        var ids = world.Stable(1);
        world.Join(requireKnownId: true, session: 8_000);
        var leader = world.Join(ids[0]);
        Assert.True(leader.IsOpen);
        world.Advance(8_100);
        Assert.Equal(2, leader.Only.Generation);
        Assert.Empty(world.Group.PendingMembers);
    }

    [Fact]
    public void The_protocol_is_one_that_all_support_and_most_prefer()
    {
        var world = new GroupWorld();
        var first = world.Join(protocols: ["sticky", "range", "roundrobin"]);
        world.Join(protocols: ["roundrobin", "range"]);
        world.Join(protocols: ["range", "roundrobin"]);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, world.Join(protocols: ["sticky"]).Only.Error);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, world.Join(type: "connect", protocols: ["range"]).Only.Error);
        world.Advance(10_000);
        Assert.Equal("range", first.Only.ProtocolName);
    }

    [Fact]
    public void A_group_without_protocols_is_refused()
    {
        var world = new GroupWorld();
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, world.Join(type: "").Only.Error);
    }

    [Fact]
    public void Wrong_generations_members_and_protocols_are_refused()
    {
        var world = new GroupWorld();
        var ids = world.Stable(1);
        Assert.Equal(ErrorCode.IllegalGeneration, world.Heartbeat(ids[0], 7));
        Assert.Equal(ErrorCode.IllegalGeneration, world.Sync(ids[0], 7).Only.Error);
        Assert.Equal(ErrorCode.IllegalGeneration, world.MayCommit(ids[0], 0));
        Assert.Equal(ErrorCode.UnknownMemberId, world.MayCommit("", -1));
        Assert.Equal(ErrorCode.UnknownMemberId, world.MayCommit("stranger", 1));
        Assert.Equal(ErrorCode.None, world.MayCommit(ids[0], 1));
        var answers = new Answers<SyncAnswer>();
        world.Machine.Sync(
            world.Group,
            new SyncQuestion("readers", 1, ids[0], null, new Dictionary<string, byte[]>()) { ProtocolName = "other" },
            answers.Add);
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, answers.Only.Error);
    }

    [Fact]
    public void A_full_group_takes_nobody()
    {
        var world = new GroupWorld("group.max.size=2");
        world.Stable(2);
        Assert.Equal(ErrorCode.GroupMaxSizeReached, world.Join().Only.Error);
        Assert.Equal(GroupState.Stable, world.Group.State);
    }

    [Fact]
    public void Members_that_wait_are_sent_away_when_the_coordinator_moves()
    {
        var world = new GroupWorld();
        world.Stable(2);
        var joining = world.Join();
        world.Machine.Unload(world.Group);
        Assert.Equal(ErrorCode.NotCoordinator, joining.Only.Error);
        world.Advance(400_000);
        Assert.Equal(GroupState.Dead, world.Group.State);
        Assert.Equal(ErrorCode.CoordinatorNotAvailable, world.Join().Only.Error);
    }
}

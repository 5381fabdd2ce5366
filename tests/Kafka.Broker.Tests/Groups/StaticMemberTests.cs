using Kafka.Broker.Groups;
using Kafka.Protocol;

namespace Kafka.Broker.Tests.Groups;

/// <summary>Members with group.instance.id (KIP-345).</summary>
public sealed class StaticMemberTests
{
    [Fact]
    public void A_static_member_that_restarts_takes_its_place_without_a_round()
    {
        var world = new GroupWorld();
        var ids = world.Stable(2, "one", "two");
        world.StoreResult = null;
        var back = world.Join(instance: "two");
        Assert.True(back.IsOpen);
        world.AnswerStore(ErrorCode.None);
        Assert.Equal((ErrorCode.None, 1, ids[0]), (back.Only.Error, back.Only.Generation, back.Only.Leader));
        Assert.NotEqual(ids[1], back.Only.MemberId);
        Assert.Equal(GroupState.Stable, world.Group.State);
        Assert.Equal([1], world.Sync(back.Only.MemberId, 1, "two").Only.Assignment);
        Assert.Equal(ErrorCode.FencedInstanceId, world.Heartbeat(ids[1], 1, "two"));
        Assert.Equal(ErrorCode.FencedInstanceId, world.MayCommit(ids[1], 1, "two"));
        Assert.Equal(ErrorCode.UnknownMemberId, world.Heartbeat(ids[0], 1, "three"));
    }

    [Fact]
    public void A_leader_that_restarts_skips_the_assignment_from_version_9_and_names_the_old_leader_before()
    {
        var world = new GroupWorld();
        var ids = world.Stable(2, "one", "two");
        var back = world.Join(instance: "one").Only;
        Assert.Equal((ids[0], false), (back.Leader, back.SkipAssignment));
        Assert.Empty(back.Members);
        var again = world.Join(instance: "one", skip: true).Only;
        Assert.Equal((again.MemberId, true), (again.Leader, again.SkipAssignment));
        Assert.Equal(2, again.Members.Count);
    }

    [Fact]
    public void A_return_that_cannot_be_stored_is_undone()
    {
        var world = new GroupWorld();
        var ids = world.Stable(2, "one", "two");
        world.StoreResult = ErrorCode.NotCoordinator;
        Assert.Equal(ErrorCode.NotCoordinator, world.Join(instance: "two").Only.Error);
        Assert.Equal(ErrorCode.None, world.Heartbeat(ids[1], 1, "two"));
    }

    [Fact]
    public void Two_with_one_instance_id_fence_each_other_while_they_join()
    {
        var world = new GroupWorld();
        var first = world.Join(instance: "one");
        var second = world.Join(instance: "one");
        Assert.Equal(ErrorCode.FencedInstanceId, first.Only.Error);
        world.Advance(6_000);
        Assert.Equal(ErrorCode.None, second.Only.Error);
        Assert.Single(world.Group.Members);
    }

    [Fact]
    public void A_static_member_keeps_its_place_over_a_round_until_its_session_ends()
    {
        var world = new GroupWorld();
        var ids = world.Stable(2, "one", "two");
        var leader = world.Join(ids[0], "one", session: 100_000, rebalance: 5_000);
        world.Group.Members[ids[1]].RebalanceTimeout = 5_000;
        world.Group.Members[ids[1]].SessionTimeout = 100_000;
        world.Heartbeat(ids[1], 1, "two");
        world.Advance(61_000);
        Assert.Equal(2, leader.Only.Members.Count);
    }

    /// <summary>The timeouts are what a client says: with none at all the round for a member that is away must not turn for ever.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    public void A_static_member_that_is_away_and_has_no_patience_is_waited_for_until_its_session_ends(int rebalance)
    {
        var world = new GroupWorld();
        var ids = world.Stable(2, "one", "two");
        world.Group.Members[ids[0]].RebalanceTimeout = rebalance;
        Assert.Equal(ErrorCode.None, world.Leave(ids[1], "two"));
        world.Advance(5_000);
        Assert.Equal((GroupState.PreparingRebalance, 1), (world.Group.State, world.Group.Members.Count));
        world.Advance(20_000);
        Assert.Equal((GroupState.Empty, 0), (world.Group.State, world.Group.Members.Count));
    }

    [Fact]
    public void An_administrator_removes_a_static_member_by_its_instance_id()
    {
        var world = new GroupWorld();
        world.Stable(2, "one", "two");
        Assert.Equal(ErrorCode.UnknownMemberId, world.Leave("", "three"));
        Assert.Equal(ErrorCode.FencedInstanceId, world.Leave("not its id", "two"));
        Assert.Equal(ErrorCode.None, world.Leave("", "two"));
        Assert.Single(world.Group.Members);
        Assert.Equal(GroupState.PreparingRebalance, world.Group.State);
    }
}

using Kafka.Broker.Controller;

namespace Kafka.Broker.Tests.Controller;

public sealed class LeaderElectionTests
{
    static readonly HashSet<int> none = [];

    [Fact]
    public void The_first_live_replica_of_the_isr_leads_in_the_order_of_the_assignment()
    {
        var elected = Elect(ElectionReason.Offline, [1, 2, 3], isr: [3, 2], live: [2, 3]);
        Assert.Equal((2, [3, 2]), elected);
    }

    [Fact]
    public void There_is_no_leader_when_the_isr_is_dead() => Assert.Null(Elect(ElectionReason.Offline, [1, 2], isr: [1], live: [2]));

    [Fact]
    public void An_unclean_election_takes_any_live_replica_and_the_isr_is_that_one()
    {
        Assert.Equal((2, [2]), Elect(ElectionReason.OfflineUnclean, [1, 2, 3], isr: [1], live: [2, 3]));
    }

    [Fact]
    public void An_unclean_election_prefers_the_isr() =>
        Assert.Equal((3, [3]), Elect(ElectionReason.OfflineUnclean, [1, 2, 3], isr: [1, 3], live: [2, 3]));

    [Fact]
    public void The_preferred_leader_must_be_alive_and_in_sync()
    {
        Assert.Equal((1, [2, 1]), Elect(ElectionReason.Preferred, [1, 2], isr: [2, 1], live: [1, 2]));
        Assert.Null(Elect(ElectionReason.Preferred, [1, 2], isr: [2], live: [1, 2]));
        Assert.Null(Elect(ElectionReason.Preferred, [1, 2], isr: [1, 2], live: [2]));
    }

    [Fact]
    public void A_reassignment_takes_its_leader_from_the_targets()
    {
        var assignment = new ReplicaAssignment([1, 2]).ReassignTo([3, 2]);
        Assert.Equal((3, [1, 2, 3]), LeaderElection.Elect(ElectionReason.Reassignment, assignment, State(1, [1, 2, 3]), _ => true, none));
    }

    [Fact]
    public void A_leaving_broker_is_neither_leader_nor_in_sync()
    {
        var elected = LeaderElection.Elect(
            ElectionReason.ControlledShutdown, new ReplicaAssignment([1, 2]), State(1, [1, 2]), _ => true, new HashSet<int> { 1 });
        Assert.Equal(2, elected!.Value.Leader);
        Assert.Equal([2], elected.Value.Isr);
    }

    [Fact]
    public void A_redirected_reassignment_forgets_what_the_first_one_added()
    {
        var first = new ReplicaAssignment([0, 1]).ReassignTo([1, 2]);
        Assert.Equal(new ReplicaAssignment([1, 2, 0], [2], [0]), first);
        Assert.Equal(new ReplicaAssignment([3, 1, 0], [3], [0]), first.ReassignTo([3, 1]));
        Assert.Equal(new ReplicaAssignment([1, 0]), first.ReassignTo(first.Origin));
    }

    static (int, IReadOnlyList<int>)? Elect(ElectionReason reason, int[] replicas, int[] isr, int[] live) =>
        LeaderElection.Elect(reason, new ReplicaAssignment(replicas), State(replicas[0], isr), live.Contains, none);

    static PartitionStateZNode State(int leader, int[] isr) => new(leader, 5, isr, 1, 7);
}

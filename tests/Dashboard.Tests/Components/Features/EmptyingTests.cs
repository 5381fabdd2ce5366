using System.Collections.Immutable;
using Dashboard.Monitoring.Commands;
using Dashboard.Monitoring.Commands.Placement;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;

namespace Dashboard.Tests.Components.Features;

/// <summary>What becomes of the copies of a broker that is to be emptied.</summary>
public sealed class EmptyingTests
{
    static readonly ImmutableDictionary<int, ImmutableArray<int>> none = ImmutableDictionary<int, ImmutableArray<int>>.Empty;

    static Emptying Of(int brokers, int factor)
    {
        var snapshot = new FakeCluster("local", ClusterKind.Hosted, TimeProvider.System).With(brokers, ("orders", 6, factor)).Snapshot();
        return Emptying.Of(snapshot.Topics.Value!.Topics[0], none, snapshot.Brokers.Value!.Brokers, 0);
    }

    [Fact]
    public void Every_copy_goes_to_a_broker_that_has_none()
    {
        var emptied = Of(3, 2);
        Assert.Empty(emptied.Stuck);
        Assert.NotEmpty(emptied.Targets);
        Assert.All(emptied.Targets.Values, target => Assert.Equal([1, 2], target.Order()));
    }

    [Fact]
    public void With_as_many_copies_as_brokers_nothing_can_go_and_that_is_told()
    {
        var stuck = Of(3, 3);
        Assert.Empty(stuck.Targets);
        Assert.Equal((6, 2), (stuck.Stuck.Length, stuck.Others));
    }
}

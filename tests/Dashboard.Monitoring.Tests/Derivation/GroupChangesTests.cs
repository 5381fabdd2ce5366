using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

public sealed class GroupChangesTests
{
    /// <summary>State and members before and after, and what is told.</summary>
    [Theory]
    [InlineData("Stable", 2, "Stable", 2, "")]
    [InlineData("Stable", 2, "PreparingRebalance", 2, "")] // on its way
    [InlineData("PreparingRebalance", 2, "Stable", 3, "GroupMembersChanged Ok g 2 3")]
    [InlineData("Stable", 3, "Stable", 2, "GroupMembersChanged Warning g 3 2")]
    [InlineData("PreparingRebalance", 2, "Stable", 2, "GroupStateChanged Ok g PreparingRebalance Stable")]
    [InlineData("Stable", 1, "Empty", 0, "GroupMembersChanged Warning g 1 0")]
    [InlineData("Empty", 0, "Dead", 0, "GroupStateChanged Ok g Empty Dead")]
    [InlineData("Stable", 0, "Unknown", 0, "")]
    public void Members_and_states(string state, int members, string stateNow, int membersNow, string told) =>
        Assert.Equal(told, Compare(
            Group("g", members: members) with { State = state },
            Group("g", members: membersNow) with { State = stateNow }));

    [Theory]
    [InlineData(false, true, "LagGrowing Warning g")]
    [InlineData(true, false, "LagRecovered Ok g")]
    [InlineData(true, true, "")]
    public void Lag(bool growing, bool growingNow, string told) =>
        Assert.Equal(told, Compare(Group("g", growing: growing), Group("g", lag: 1, growing: growingNow)));

    [Fact]
    public void Groups_that_come_and_go_are_no_event()
    {
        Assert.Empty(GroupChanges.Compare(GroupTable.Of([]), GroupTable.Of([Group("g", members: 3)])));
        Assert.Empty(GroupChanges.Compare(GroupTable.Of([Group("g", members: 3)]), GroupTable.Of([])));
    }

    [Fact]
    public void Each_group_is_compared_with_itself_among_others_that_came_and_went()
    {
        var before = GroupTable.Of([Group("a", members: 1), Group("b", members: 2), Group("d", members: 4)]);
        var after = GroupTable.Of([Group("b", members: 1), Group("c", members: 9), Group("d", members: 4)]);
        Assert.Equal(["b"], GroupChanges.Compare(before, after).Select(e => e.Subject));
    }

    [Fact]
    public void The_page_of_a_group_is_found_whatever_its_name()
    {
        var (before, after) = (GroupTable.Of([Group("a/b c", members: 1)]), GroupTable.Of([Group("a/b c", members: 2)]));
        Assert.Equal("groups/a%2Fb%20c", GroupChanges.Compare(before, after).Single().Href);
    }

    static string Compare(GroupInfo before, GroupInfo after) =>
        string.Join("; ", GroupChanges.Compare(GroupTable.Of([before]), GroupTable.Of([after]))
            .Select(e => string.Join(' ', [$"{e.Kind}", $"{e.Severity}", .. e.Arguments])));
}

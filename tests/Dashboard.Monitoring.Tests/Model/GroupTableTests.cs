using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Model;

public sealed class GroupTableTests
{
    [Fact]
    public void A_group_is_found_by_its_id_whatever_the_order_they_came_in()
    {
        var table = GroupTable.Of(((string[])["b", "B", "a", "ä", "", "b-1"]).Select(Named));
        Assert.Equal(["", "B", "a", "b", "b-1", "ä"], table.Groups.Select(g => g.GroupId));
        Assert.All(table.Groups, group => Assert.Same(group, table.Find(group.GroupId)));
        Assert.Null(table.Find("c"));
        Assert.Null(GroupTable.Of([]).Find(""));
    }

    [Fact]
    public void Beside_another_reading_each_has_what_it_was_there()
    {
        var before = GroupTable.Of(((string[])["a", "c", "d"]).Select(Named));
        var after = GroupTable.Of(((string[])["b", "c", "d", "e"]).Select(Named));
        Assert.Equal(
            [("b", null), ("c", before.Find("c")), ("d", before.Find("d")), ("e", null)],
            after.Beside(before).Select(pair => (pair.Group.GroupId, pair.Before)));
        Assert.All(after.Beside(null), pair => Assert.Null(pair.Before));
    }

    static GroupInfo Named(string id) =>
        new(id, "Empty", GroupKind.Classic, null, null, null, [], [], null, null, false, null, null, Start, null);
}

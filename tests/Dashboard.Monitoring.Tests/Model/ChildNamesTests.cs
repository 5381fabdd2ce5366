using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Tests.Model;

/// <summary>Names of children in order, a part at a time, out of very many.</summary>
public sealed class ChildNamesTests
{
    [Fact]
    public void They_come_in_order_whatever_part_is_asked_for()
    {
        var names = Enumerable.Range(0, 5000).Select(i => $"n{i * 7919 % 5000:00000}").ToArray();
        var children = ChildNames.Of(names);
        var sorted = names.Order(StringComparer.Ordinal).ToArray();
        // picked out, then sorted, then from what is sorted already
        foreach (var skip in (int[])[0, 200, 4800, 200, 4999, 5000])
        {
            var (part, matching) = children.Part(skip, 200);
            Assert.Equal(sorted.Skip(skip).Take(200), part);
            Assert.Equal(5000, matching);
        }

        Assert.Equal(sorted, children.All());
    }

    [Fact]
    public void A_filter_is_a_part_of_the_name_in_either_case()
    {
        var children = ChildNames.Of(["Orders-2", "payments", "orders-1", "订单", "ORDER"]);
        Same(["ORDER", "Orders-2", "orders-1"], "order");
        Same(["订单"], "订");
        Same([], "absent");

        void Same(string[] expected, string filter)
        {
            var (names, matching) = children.Part(0, 10, filter);
            Assert.Equal(expected, names);
            Assert.Equal(expected.Length, matching);
        }
    }

    [Fact]
    public void None_are_none()
    {
        var none = ChildNames.None;
        Assert.Equal((0, 0L, 0), (none.Count, none.WireLength, none.Part(0, 200).Matching));
    }
}

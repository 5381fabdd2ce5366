using Dashboard.Components.Foundation.Lists;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>A list's filters are its address.</summary>
public sealed class ListStateTests
{
    static readonly Dictionary<string, Func<(string Name, int? Lag), IComparable?>> columns = new()
    {
        ["name"] = r => r.Name,
        ["lag"] = r => r.Lag,
    };

    static ListState List(string? text = null, string? chip = null, string? sort = null, int? page = null) =>
        ListState.Of("clusters/local/groups", text, chip, sort, page, "-lag");

    [Fact]
    public void Defaults_are_left_out_of_the_address() => Assert.Equal("clusters/local/groups", List().Address);

    [Fact]
    public void Everything_else_is_in_it() =>
        Assert.Equal("clusters/local/groups?q=a%20b&is=growing&sort=name&page=3", List("a b", "growing", "name", 3).Address);

    [Fact]
    public void Another_filter_begins_at_the_first_page() =>
        Assert.Equal("clusters/local/groups?is=empty&sort=name", List(null, "growing", "name", 3).Href(chip: "empty"));

    [Fact]
    public void Clicking_the_column_again_turns_the_order_around()
    {
        Assert.Equal("clusters/local/groups?sort=lag", List().SortHref("lag", true));
        Assert.Equal("clusters/local/groups", List(sort: "lag").SortHref("lag", true));
    }

    [Theory]
    [InlineData("-lag", "c a b")]
    [InlineData("lag", "a c b")]
    [InlineData("nonsense", "a b c")]
    public void What_is_not_known_comes_last_whichever_way(string sort, string expected)
    {
        (string Name, int? Lag)[] rows = [("b", null), ("a", 1), ("c", 5)];
        var ordered = List(sort: sort).Order(rows, columns, r => r.Name);
        Assert.Equal(expected, string.Join(' ', ordered.Select(r => r.Name)));
    }
}

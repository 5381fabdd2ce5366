using Dashboard.Addresses;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;

namespace Dashboard.Tests.Api;

public sealed class GroupAddressTests
{
    static readonly string[] ids = ["a/b", "a%2Fb", "lit%2Feral", "100%", "plain", ".", "..", ""];
    static readonly GroupTable table = GroupTable.Of(ids.Select(id => FakeGroups.Of(id, "orders", 1, 0, DateTimeOffset.UnixEpoch)));

    /// <summary>As routes give it: decoded, but for slashes, which come either way.</summary>
    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("lit%2Feral", "lit%2Feral")]
    [InlineData("100%", "100%")]
    [InlineData("plain", "plain")]
    [InlineData("a", null)]
    [InlineData("lit/eral", null)]
    public void A_group_is_found_by_what_its_address_holds(string route, string? expected) =>
        Assert.Equal(expected, GroupAddress.Find(table, route)?.GroupId);

    /// <summary>What a browser, a proxy and the server make of a path is one rule each: what they could change is not in a path.</summary>
    [Theory]
    [InlineData("plain", "groups/plain")]
    [InlineData("中 文?x=1&y#z", "groups/%E4%B8%AD%20%E6%96%87%3Fx%3D1%26y%23z")]
    [InlineData("...", "groups/...")]
    [InlineData(".", "group?id=.")]
    [InlineData("..", "group?id=..")]
    [InlineData("", "group?id=")]
    [InlineData("a/b", "group?id=a%2Fb")]
    [InlineData("a%2Fb", "group?id=a%252Fb")]
    [InlineData("a\\b", "group?id=a%5Cb")]
    public void What_a_path_cannot_carry_stands_in_the_query(string id, string address) => Assert.Equal(address, GroupAddress.Of(id));
}

using System.Collections.Immutable;
using Dashboard.Api;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;

namespace Dashboard.Tests.Api;

public sealed class GroupAddressTests
{
    static readonly ImmutableArray<GroupInfo> groups = [.. ((string[])["a/b", "lit%2Feral", "100%", "plain"]).Select(id => FakeGroups.Of(id, "orders", 1, 0, DateTimeOffset.UnixEpoch))];
    static readonly GroupTable table = new(groups, groups.ToDictionary(g => g.GroupId), ImmutableDictionary<int, SectionError>.Empty);

    /// <summary>As routes give it: decoded, but for slashes, which come either way.</summary>
    [Theory]
    [InlineData("a/b", "a/b")]
    [InlineData("a%2Fb", "a/b")]
    [InlineData("a%2fb", "a/b")]
    [InlineData("lit%2Feral", "lit%2Feral")]
    [InlineData("lit/eral", "lit%2Feral")]
    [InlineData("100%", "100%")]
    [InlineData("plain", "plain")]
    [InlineData("a", null)]
    public void A_group_is_found_by_what_its_address_holds(string route, string? expected) => Assert.Equal(expected, GroupAddress.Find(table, route)?.GroupId);
}

using Dashboard.Components.Features.Groups;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Tests.Components.Features.Resets;

public sealed class OffsetResetTests
{
    static readonly DateTimeOffset at = new(2026, 11, 21, 14, 3, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("orders", "0-2, 5", "shift:-1000", null)]
    [InlineData("", "", "list", "orders,0,7\norders,1,-")]
    [InlineData("", "", "time:2026-11-21T13:55:00Z", null)]
    [InlineData("", "", "group:a b/c", null)]
    public void All_of_a_draft_stands_in_its_address(string topic, string partitions, string to, string? offsets)
    {
        var draft = OffsetResetDraft.Of("a/b", topic, partitions, to, offsets);
        var query = draft.Address.Split('?')[1].Split('&').Select(part => part.Split('='))
            .ToDictionary(part => part[0], part => Uri.UnescapeDataString(part[1]));
        Assert.Equal(draft, OffsetResetDraft.Of(
            query["group"], query.GetValueOrDefault("topic"), query.GetValueOrDefault("partitions"), query["to"],
            query.GetValueOrDefault("offsets")));
        int[]? named = draft.Request().Topics?["orders"] is { } ids ? [.. ids] : null;
        Assert.Equal(topic.Length == 0 ? null : new[] { 0, 1, 2, 5 }, named);
    }

    [Theory]
    [InlineData("2-1")]
    [InlineData("a")]
    [InlineData("0-99999999")]
    public void Partitions_that_cannot_be_read_are_no_request(string partitions)
    {
        var draft = OffsetResetDraft.Of("g", "orders", partitions, "latest", null);
        Assert.NotNull(draft.PartitionsFault);
        Assert.Throws<FormatException>(() => draft.Request());
    }

    [Theory]
    [InlineData("orders", "1,2", "latest", GroupKind.Classic, "consumer", "--topic orders:1,2 --reset-offsets --to-latest --execute")]
    [InlineData("", "", "shift:-5", GroupKind.Consumer, "consumer", "--all-topics --reset-offsets --shift-by -5 --execute")]
    [InlineData("", "", "group:x", GroupKind.Classic, "consumer", "--reset-offsets --from-file offsets.csv --execute")]
    [InlineData("t", "", "earliest", GroupKind.Share, "share", "--topic t --reset-offsets --to-earliest --execute")]
    [InlineData("t", "", "offset:1", GroupKind.Share, null, null)]
    public void The_line_for_Kafkas_tools_says_the_same(
        string topic, string partitions, string to, GroupKind kind, string? tool, string? options)
    {
        var line = OffsetResetTool.Line("b:9092", OffsetResetDraft.Of("it's", topic, partitions, to, null).Request(), kind);
        Assert.Equal(tool is null ? null : $"kafka-{tool}-groups.sh --bootstrap-server b:9092 --group 'it'\\''s' \\\n  {options}", line);
    }

    [Fact]
    public void A_rebalance_took_until_a_reading_found_the_group_stable()
    {
        ClusterEvent[] events =
        [
            Event(EventKind.GroupMembersChanged, 60, "g", "3", "2"),
            Event(EventKind.GroupStateChanged, 14, "g", "CompletingRebalance", "Stable"),
            Event(EventKind.GroupStateChanged, 12, "other", "CompletingRebalance", "Stable"),
            Event(EventKind.GroupMembersChanged, 4, "g", "2", "3"),
        ];
        var rebalances = Rebalance.Of("g", [.. events]);
        Assert.Equal([("3", "2", null), ("2", "3", TimeSpan.FromSeconds(10))], rebalances.Select(r => (r.From, r.To, r.Took)));
    }

    static ClusterEvent Event(EventKind kind, int second, params string[] arguments) =>
        new(second, at.AddSeconds(second), kind, Severity.Ok, arguments[0], [.. arguments], null, 1);
}

using Dashboard.Components.Palette;

namespace Dashboard.Tests.Components.Shell;

/// <summary>What a few letters find, and how well.</summary>
public sealed class FuzzyMatchTests
{
    [Theory]
    [InlineData("orders", "orders", MatchTier.Exact)]
    [InlineData("ORDERS", "orders", MatchTier.Exact)]
    [InlineData("ord", "orders", MatchTier.Prefix)]
    [InlineData("orders", "team.orders.event", MatchTier.Word)]
    [InlineData("orders", "xorders.orders", MatchTier.Word)]
    [InlineData("toe", "team.orders.event", MatchTier.WordStarts)]
    [InlineData("teorev", "team.orders.event", MatchTier.WordStarts)]
    [InlineData("oS", "orderService", MatchTier.WordStarts)]
    [InlineData("rder", "orders", MatchTier.Inside)]
    [InlineData("odr", "orders", MatchTier.Subsequence)]
    [InlineData("sro", "orders", MatchTier.None)]
    [InlineData("", "orders", MatchTier.None)]
    [InlineData("orders el", "Elect leaders of orders…", MatchTier.Word)]
    [InlineData("el orders", "Elect leaders of orders…", MatchTier.Word)]
    [InlineData("orders xyz", "Elect leaders of orders…", MatchTier.None)]
    [InlineData("create topic", "Create topic…", MatchTier.Prefix)]
    [InlineData("主题", "创建主题…", MatchTier.Inside)]
    public void A_name_fits_as_well_as_its_worst_word(string typed, string name, MatchTier tier) =>
        Assert.Equal(tier, FuzzyMatch.Rank(FuzzyMatch.Words(typed), name));

    [Theory]
    [InlineData("ord", "orders", "ORDers")]
    [InlineData("orders", "xorders.orders", "xorders.ORDERS")]
    [InlineData("toe", "team.orders.event", "Team.Orders.Event")]
    [InlineData("odr", "orders", "OrDeRs")]
    [InlineData("orders el", "elect leaders of orders", "ELect leaders of ORDERS")]
    public void The_letters_that_were_typed_are_marked(string typed, string name, string marked)
    {
        var marks = FuzzyMatch.Marks(FuzzyMatch.Words(typed), name);
        Assert.Equal(marked, string.Concat(name.Select((letter, at) => marks[at] ? char.ToUpperInvariant(letter) : letter)));
    }

    [Fact]
    public void The_better_fit_comes_first_then_what_was_opened_lately_then_the_open_cluster_then_the_shorter()
    {
        var ranking = new PaletteRanking(FuzzyMatch.Words("ord"), ["t/orders-lately"]);
        foreach (var name in new[] { "broad-sword", "orders-long-name", "my.ord", "orders-lately", "orders", "ord" })
        {
            ranking.Offer(new(PaletteKind.Topic, name, $"t/{name}"));
        }

        ranking.Offer(new(PaletteKind.Group, "orders-here", "g/orders-here") { IsHere = true });
        Assert.Equal(
            ["ord", "orders-lately", "orders-here", "orders", "orders-long-name", "my.ord", "broad-sword"],
            ranking.Hits().Select(hit => hit.Entry.Words));
    }

    [Fact]
    public void Many_of_a_kind_leave_room_for_the_others()
    {
        var ranking = new PaletteRanking(FuzzyMatch.Words("topic"), []);
        for (var i = 0; i < 1000; i++)
        {
            ranking.Offer(new(PaletteKind.Topic, $"topic-{i}", $"t/{i}"));
        }

        ranking.Offer(new(PaletteKind.Page, "All topics", "topics"));
        var hits = ranking.Hits();
        Assert.Equal(PaletteRanking.MostOfAKind + 1, hits.Length);
        Assert.Equal("All topics", hits[^1].Entry.Words);
    }
}

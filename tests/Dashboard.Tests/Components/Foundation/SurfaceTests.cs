using Bunit;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.Panels;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components.Web;
using TopicsPage = Dashboard.Components.Features.Topics.Topics;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>Notes, tables and chips: MudBlazor's elements with our shapes, and with what a reader without a mouse needs.</summary>
public sealed class SurfaceTests : PageContext
{
    [Theory]
    [InlineData(Severity.Ok, "success", "#ok")]
    [InlineData(Severity.Warning, "warning", "#warn")]
    [InlineData(Severity.Bad, "error", "#bad")]
    [InlineData(null, "normal", "#info")]
    public void A_note_has_one_shape_that_is_ours_and_a_tint(Severity? of, string tint, string shape)
    {
        var note = Render<Note>(p => p.Add(n => n.Of, of).AddChildContent("words")).Find($".mud-alert-text-{tint}");
        Assert.Equal(shape, Assert.Single(note.QuerySelectorAll("svg")).QuerySelector("use")!.GetAttribute("href"));
        Assert.Equal("words", note.TextContent.Trim());
    }

    [Fact]
    public void Only_a_note_that_answers_interrupts()
    {
        Assert.False(Render<Note>(p => p.AddChildContent("as it is")).Find(".mud-alert").HasAttribute("role"));
        var refusal = Render<Note>(p => p.AddChildContent("no").AddUnmatched("role", "alert"));
        Assert.Equal("alert", refusal.Find(".mud-alert").GetAttribute("role"));
    }

    [Fact]
    public void A_table_that_may_be_wider_than_its_place_is_scrolled_by_keys_and_has_a_name()
    {
        var topics = Render<DataTable>(p => p
            .Add(t => t.Label, "Topics")
            .Add(t => t.Class, "stacks")
            .AddChildContent("<tbody></tbody>"));
        var table = topics.Find(".mud-simple-table.stacks");
        Assert.Equal(
            ("region", "0", "Topics"),
            (table.GetAttribute("role"), table.GetAttribute("tabindex"), table.GetAttribute("aria-label")));
        var small = Render<DataTable>(p => p.AddChildContent("<tbody></tbody>")).Find(".mud-simple-table");
        Assert.False(small.HasAttribute("tabindex") || small.HasAttribute("role"));
    }

    [Fact]
    public void A_list_keeps_its_heads_their_order_and_the_labels_of_a_telephone()
    {
        var page = Render<TopicsPage>(p => p.Add(t => t.ClusterId, "local"));
        var heads = page.FindAll("[role=region] table > thead th");
        Assert.All(heads, head => Assert.Equal("col", head.GetAttribute("scope")));
        var sorted = Assert.Single(heads, head => head.HasAttribute("aria-sort"));
        Assert.Equal(("State", "descending"), (sorted.TextContent.Trim(), sorted.GetAttribute("aria-sort")));
        var rows = page.FindAll(".stacks tbody tr");
        Assert.Equal(2, rows.Count);
        Assert.All(rows, row => Assert.Equal("row", row.QuerySelector("th")!.GetAttribute("scope")));
        Assert.Equal(
            heads.Where((_, i) => i != 1).Select(head => head.TextContent.Trim()),
            rows[0].QuerySelectorAll("td").Select(cell => cell.GetAttribute("data-l")));
    }

    [Fact]
    public async Task Under_a_pointer_the_order_of_a_list_waits()
    {
        var page = Render<TopicsPage>(p => p.Add(t => t.ClusterId, "local"));
        await page.Find("[role=region]").TriggerEventAsync("onpointerenter", new PointerEventArgs());
        Cluster.With(3, ("audit", 1, 1));
        Time.Advance(TimeSpan.FromSeconds(5));
        Publish();
        page.WaitForAssertion(() => Assert.Contains("1 new", page.Find(".panel-head").TextContent, StringComparison.Ordinal));
        Assert.Equal(["orders", "payments"], Names(page));
        await page.Find("[role=region]").TriggerEventAsync("onpointerleave", new PointerEventArgs());
        page.WaitForAssertion(() => Assert.Equal(["audit", "orders", "payments"], Names(page)));
    }

    [Fact]
    public void A_chip_is_a_link_and_the_chosen_one_says_so()
    {
        var list = ListState.Of("clusters/local/topics", null, "offline", null, null, "name");
        var filters = Render<Filters>(p => p
            .Add(f => f.List, list)
            .Add(f => f.Chips, [new("", "All", 1200), new("offline", "Offline", 2, "bad")]));
        var chips = filters.FindAll(".chips li a");
        Assert.Equal(["clusters/local/topics", "clusters/local/topics?is=offline"], chips.Select(chip => chip.GetAttribute("href")));
        Assert.Equal([null, "true"], chips.Select(chip => chip.GetAttribute("aria-current")));
        Assert.All(chips, chip => Assert.True(chip.GetAttribute("role") is null or "link", chip.OuterHtml));
        Assert.Equal(["All 1,200", "Offline 2"], chips.Select(chip => chip.TextContent.Trim()));
        Assert.Equal(["#bad"], filters.FindAll(".chips use").Select(use => use.GetAttribute("href")));
    }

    static IEnumerable<string> Names(IRenderedComponent<TopicsPage> page) => page.FindAll("tbody th a").Select(a => a.TextContent);
}

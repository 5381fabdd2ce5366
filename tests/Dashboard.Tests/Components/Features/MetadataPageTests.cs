using Bunit;
using Dashboard.Components.Features.Groups;
using Dashboard.Components.Features.Metadata;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Testing;

namespace Dashboard.Tests.Components.Features;

/// <summary>The metadata check and the metadata browser.</summary>
public sealed class MetadataPageTests : PageContext
{
    [Fact]
    public void What_differs_is_told_in_words_with_who_says_what_since_when_and_what_to_do()
    {
        var page = Check(FakeMetadataCheck.Differing(Time.GetUtcNow()));
        Assert.Equal("5 differences", page.Find("h1").TextContent);
        var row = page.FindAll("tbody tr").Select(r => r.TextContent)
            .Single(text => text.Contains("orders-3 has another leader with brokers", StringComparison.Ordinal));
        Assert.Contains("brokers 3, 4: 2", row, StringComparison.Ordinal);
        Assert.Contains("whether the controller reaches them", row, StringComparison.Ordinal);
        Assert.Contains("Whether broker 2 agrees is not known", page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.Contains("does not know it", page.Markup, StringComparison.Ordinal);
        Assert.Contains("2 topics were not compared", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void All_agree_and_the_check_is_run_while_somebody_looks()
    {
        var page = Check(FakeMetadataCheck.Agreed(Time.GetUtcNow()));
        Assert.Equal("Brokers and ZooKeeper agree", page.Find("h1").TextContent);
        Assert.Contains("No difference was found", page.Markup, StringComparison.Ordinal);
        Assert.Equal(1, ((FakeMetadataCheck)Monitor.MetadataCheck).Asked);
    }

    [Fact]
    public void Without_ZooKeeper_brokers_are_beside_the_newest_of_them() => Assert.Contains(
        "beside broker 1", Check(FakeMetadataCheck.Agreed(Time.GetUtcNow(), reference: 1)).Find(".lede").TextContent,
        StringComparison.Ordinal);

    [Fact]
    public void A_place_is_shown_with_the_way_to_it_open()
    {
        var page = Browse("/topics/orders/0");
        Assert.Equal("0", page.Find("h1").TextContent);
        Assert.Equal("true", page.Find("[role=treeitem][aria-current=true]").GetAttribute("aria-selected"));
        Assert.Contains("\"leaderEpoch\"", page.Markup, StringComparison.Ordinal);
        Assert.Contains(page.FindAll("a.btn"), a => a.GetAttribute("href")!.EndsWith("topics/orders", StringComparison.Ordinal));
    }

    [Fact]
    public void Brokers_without_an_authorizer_are_no_fault_and_no_empty_list()
    {
        var page = Browse("/acls");
        Assert.Contains("have no authorizer", page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing is kept here", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_is_not_there_says_so() =>
        Assert.Contains("nothing at /topics/none", Browse("/topics/none").Find(".mud-alert").TextContent, StringComparison.Ordinal);

    [Fact]
    public async Task A_branch_opens_in_place()
    {
        var page = Browse(null);
        var before = page.FindAll("[role=treeitem]").Count;
        await page.FindAll(".toggle")[0].ClickAsync(new());
        await Eventually.TrueAsync(() => page.FindAll("[role=treeitem]").Count >= before, "it opened");
        Assert.Contains(page.FindAll("[role=treeitem]"), i => i.GetAttribute("aria-expanded") == "true");
    }

    [Fact]
    public void Old_consumers_are_below_the_groups_topic_by_topic()
    {
        Cluster.LegacyGroups = FakeGroups.Legacy(Time.GetUtcNow());
        Publish();
        var rows = Render<Groups>(p => p.Add(g => g.ClusterId, "local")).FindAll("tbody tr");
        var old = rows.Single(r => r.TextContent.Contains("mirror-maker-1", StringComparison.Ordinal)).TextContent;
        Assert.Contains("ZooKeeper (old consumer)", old, StringComparison.Ordinal);
        Assert.Contains("mirror-maker-1_a-0", old, StringComparison.Ordinal);
        Assert.Contains("60", old, StringComparison.Ordinal);
        var idle = rows.Single(r => r.TextContent.Contains("reports-2014", StringComparison.Ordinal)).TextContent;
        Assert.Contains("nobody", idle, StringComparison.Ordinal);
    }

    IRenderedComponent<MetadataCheck> Check(Section<DifferenceTable> differences)
    {
        Cluster.Differences = differences;
        Publish();
        return Render<MetadataCheck>(p => p.Add(c => c.ClusterId, "local"));
    }

    IRenderedComponent<Metadata> Browse(string? path)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(path is null ? Page.Href("metadata") : Page.Metadata(path));
        return Render<Metadata>(p => p.Add(m => m.ClusterId, "local"));
    }
}

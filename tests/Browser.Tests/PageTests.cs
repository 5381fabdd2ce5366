using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>
/// What holds for every page: a title, no violation of accessibility in either theme, and no sideways scrolling, on a telephone neither.
/// </summary>
public sealed partial class PageTests(Chromium chromium) : BrowserTest(chromium)
{
    public static TheoryData<string> Pages =>
    [
        "", "topics", "topics/orders", "topics/orders?tab=configs", "topics/orders?tab=groups", "topics/orders/messages",
        "topics/orders/messages?view=latest&columns=time,key,value.amount",
        "topics/orders/send", "topics/orders/generate", "topics/orders/import", "topics/orders/statistics",
        "topics/orders/redrive", "topics/orders/copy?target=clicks", "jobs",
        "brokers", "brokers/0", "groups", "groups/{group}", "reset-offsets", "reset-offsets?group={group}",
        "znodes", "znodes?path=/kafka/brokers/topics/orders/partitions/0/state", "ensemble", "metadata-check", "metadata",
        "metadata?path=/topics/orders/0",
        "schemas", "schemas/orders-value", "new-schema", "connect", "new-connector?connect=connect", "connect/connect/sink/offsets",
        "reassignments", "reassignments/new", "reassignments/new?topic=orders", "elections", "new-topic",
        "topics/orders/configs", "topics/orders/partitions", "topics/orders/purge", "topics/orders/recreate",
        "delete-topics?topic=orders&topic=clicks",
        "purge-topics?topic=orders&topic=clicks", "alter-topics?topic=orders&topic=clicks&set=retention.ms:3 days",
        "topics?tree=.&columns=state,last,lag&favourites=first",
        "topics?columns=state,partitions,factor,brokers,records,size,in,last,groups,lag,lag-total,kept,kept-bytes,policy,min-isr",
        "events", "audit", "nodes", "nodes/engine",
        "walkthrough", "/clusters", "/settings/clusters", "/settings/add-cluster",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_page_is_accessible_in_both_themes_and_fits_a_telephone(string path)
    {
        await Cluster.ReadyAsync(Dashboard);
        var page = path.Replace("{group}", await Cluster.AnyGroupAsync(Dashboard), StringComparison.Ordinal);
        var name = page.Length == 0 ? "overview" : page;
        await OpenAsync(page);
        await Assertions.Expect(Page).ToHaveTitleAsync(Title);
        await Expect(Heading.First).ToBeVisibleAsync();
        await Assertions.Expect(Page.Locator(".mud-skeleton")).ToHaveCountAsync(0);
        await Shots.SaveAsync(Page, $"{name}-light");
        await Axe.CheckAsync(Page, $"{name}, light");

        var over = await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(over <= 0, $"{name} is wider than its window, by {over} px");

        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Shots.SaveAsync(Page, $"{name}-dark");
        await Axe.CheckColoursAsync(Page, $"{name}, dark");

        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        await Page.SetViewportSizeAsync(390, 844);
        await Shots.SaveAsync(Page, $"{name}-390");
        const string PastTheEdge = "e.getBoundingClientRect().right > document.documentElement.clientWidth + 1";
        const string Scrolled = """e.closest(".scroll, .mud-simple-table[tabindex]")""";
        var wide = await Page.EvaluateAsync<string[]>(
            $$"""
            () => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
              [...document.querySelectorAll("body *")].filter(e => {{PastTheEdge}} && !{{Scrolled}})
                .slice(0, 8).map(e => `${e.tagName}.${e.className?.baseVal ?? e.className}: ${Math.round(e.getBoundingClientRect().right)}`)
            """);
        Assert.True(wide.Length == 0, $"{name} is wider than 390 px: {string.Join(", ", wide)}");
    }

    /// <summary>What it is about, and of which cluster, or of all.</summary>
    [GeneratedRegex(@"\S.* · (local|Castellan)$")]
    private static partial Regex Title { get; }
}

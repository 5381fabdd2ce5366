using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>What is filled in and not sent yet is an address: for somebody else, and for who comes back.</summary>
public sealed class SharingTests(Chromium chromium) : BrowserTest(chromium)
{
    static ILocator Start(IPage page) => page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Start 1 move") });

    [Fact]
    public async Task A_plan_for_replicas_is_there_for_who_opens_its_address()
    {
        await Cluster.ReadyAsync(Dashboard);
        await using var topic = await Cluster.TopicAsync(Dashboard, "shared", new() { ["0"] = [0, 1] });
        await OpenAsync("reassignments/new?topic=shared");
        await new Matrix(Page.Locator("svg.matrix[data-grid]").Nth(1)).Cell(0, 2).ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("targets=0%3A0%2C1%2C2$"));
        await Expect(Start(Page)).ToBeEnabledAsync();
        var other = await Page.Context.NewPageAsync();
        await other.GotoAsync(Page.Url);
        await Expect(Start(other)).ToBeEnabledAsync();
        await other.CloseAsync();
        await Button("Start over").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("topic=shared$"));
        await Expect(Start(Page)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_is_typed_is_there_again_for_who_goes_back()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("topics/orders/partitions");
        var count = Page.Locator("main input").First;
        await count.FillAsync("19");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/partitions\\?count=19$"));
        await Link("Discard").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/topics/orders$"));
        await Page.GoBackAsync();
        await Expect(count).ToHaveValueAsync("19");
        await Expect(Page.Locator("#add-why")).ToContainTextAsync("it would be accepted");
    }
}

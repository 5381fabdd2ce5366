using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>A second cluster, from its addresses to its end. It is the hosted one once more, by another name.</summary>
public sealed class ManyClustersTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Id = "the-copy";

    public override async ValueTask DisposeAsync()
    {
        // other tests find one cluster, as this one did
        using var answer = await Dashboard.Http.DeleteAsync($"/api/clusters/{Id}", CancellationToken.None);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_cluster_is_added_by_the_page_tested_watched_and_removed()
    {
        await Cluster.ReadyAsync(Dashboard);
        var broker = (await Cluster.ValueAsync(Dashboard, "brokers"))![0]!;
        await AddsAsync($"{broker["host"]}:{broker["port"]}");
        await SeesAllAsync();
        await IsReadOnlyAsync();
        await RemovesAsync();
    }

    async Task AddsAsync(string bootstrap)
    {
        await OpenAsync("");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Cluster local") }).ClickAsync();
        await Page.GetByRole(AriaRole.Menuitem, new() { Name = "Manage clusters" }).ClickAsync();
        await Link("Add cluster…").ClickAsync();
        await Page.GetByLabel("Name, shown everywhere").FillAsync("The copy");
        await Expect(Page.GetByLabel("Id, in addresses")).ToHaveValueAsync(Id);
        await Page.GetByLabel("Label", new() { Exact = true }).FillAsync("staging");
        await Page.GetByLabel("Bootstrap servers").FillAsync("127.0.0.1:1");
        await Page.GetByLabel("Read-only: nothing here changes this cluster").CheckAsync();
        await Button("Test").ClickAsync();
        await Expect(Page.Locator(".test.is-bad")).ToHaveCountAsync(1);
        await Shots.SaveAsync(Page, "add-cluster-refused");
        await Page.GetByLabel("Bootstrap servers").FillAsync(bootstrap);
        await Button("Test").ClickAsync();
        await Expect(Page.GetByText(new Regex("^all \\d steps went well$"))).ToBeVisibleAsync();
        await Axe.CheckAsync(Page, "a connection that was tested");
        await Button("Add cluster").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/settings/clusters$"));
        await Expect(Page.Locator(".mud-snackbar").GetByRole(AriaRole.Link, new() { Name = "Open The copy" })).ToBeVisibleAsync();
        await Expect(Row).ToContainTextAsync(bootstrap);
    }

    async Task SeesAllAsync()
    {
        await LoadAsync(() => Page.GotoAsync("/"));
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(2);
        await Expect(Row).ToContainTextAsync("read-only");
        await Expect(Row).ToContainTextAsync("staging");
        await Expect(Row.Locator("[data-l=Brokers]")).ToHaveTextAsync("3/3");
        await Expect(Row.Locator("[data-l=State]")).ToHaveTextAsync("all clear");
        await Shots.SaveAsync(Page, "fleet-of-two");
        await Axe.CheckAsync(Page, "two clusters");
        await Page.GetByLabel("name or label contains").FillAsync("stag");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/clusters\\?q=stag$"));
        await Expect(Page.Locator("tbody tr")).ToHaveCountAsync(1);
    }

    async Task IsReadOnlyAsync()
    {
        await OpenAsync($"/clusters/{Id}/topics");
        await Expect(Page.Locator(".topbar")).ToContainTextAsync("read-only");
        var create = Button("Create topic…");
        await Expect(create).ToHaveAttributeAsync("aria-disabled", "true");
        await create.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/topics$"));
        await Axe.CheckAsync(Page, "a cluster that is read-only");
    }

    async Task RemovesAsync()
    {
        await OpenAsync("/settings/clusters");
        await Button("Remove The copy").ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
        await Page.Keyboard.TypeAsync(Id);
        await dialog.GetByRole(AriaRole.Button, new() { Name = $"Remove {Id}" }).ClickAsync();
        await Expect(Row).ToHaveCountAsync(0);
        await LoadAsync(() => Page.GotoAsync("/"));
        Assert.EndsWith("/clusters/local", Page.Url, StringComparison.Ordinal);
    }

    ILocator Row => Page.Locator("tbody tr").Filter(new() { HasText = "The copy" });
}

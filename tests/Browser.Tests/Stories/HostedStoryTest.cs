using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests.Stories;

/// <summary>On a hosted cluster: brokers are killed and started on the page of nodes.</summary>
public abstract class HostedStoryTest(Chromium chromium) : StoryTest(chromium)
{
    protected override string Id => "local";

    protected override async Task KillAsync(int broker)
    {
        await NavigateAsync("Nodes");
        await Button($"Kill kafka{broker}").ClickAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = $"Kill kafka{broker}", Exact = true }).ClickAsync();
        await Expect(State(broker)).ToHaveTextAsync("killed");
    }

    protected override async Task StartAsync(int broker)
    {
        await NavigateAsync("Nodes");
        await Button($"Start kafka{broker}").ClickAsync();
        await Expect(State(broker)).ToHaveTextAsync("running");
    }

    protected async Task LooksAroundAsync()
    {
        await Expect(Page.Locator(".finding .g-bad")).ToHaveCountAsync(0);
        await Expect(Page.Locator(".node")).Not.ToHaveCountAsync(0);
        await NavigateAsync("Topics");
        foreach (var name in (string[])["orders", "payments", "clicks", "test-cluster-topic"])
        {
            await Expect(Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToBeVisibleAsync();
        }

        await Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = "orders", Exact = true }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync("orders");
        await Assertions.Expect(Placement.Cells).ToHaveCountAsync(18);
    }

    /// <summary>The sample topics' leaders moved as well when the broker was killed: all of them go back at once.</summary>
    protected async Task ElectsEverywhereAsync()
    {
        await NavigateAsync("Elections");
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Elect \\d+ leader") }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync(new Regex("^Every partition"));
        await Cluster.ReadyAsync(Program);
    }

    /// <summary>Of a broker, in the list of nodes.</summary>
    ILocator State(int broker)
    {
        var name = Page.GetByRole(AriaRole.Link, new() { Name = $"kafka{broker}", Exact = true });
        return Page.GetByRole(AriaRole.Row).Filter(new() { Has = name }).Locator(".state");
    }
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests;

/// <summary>The pages below a path, as a proxy would mount them: live, and never leaving it.</summary>
public sealed class BasePathTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task Pages_below_a_path_are_live_and_lead_nowhere_else()
    {
        await using var mounted = new RunningDashboard
        {
            Arguments =
            [
                "--urls", "http://127.0.0.1:0", "--no-local", "--base-path", "/kafka", "--kafka", $"127.0.0.1:{FreePorts.Take(1)[0]}",
            ],
        };
        await mounted.InitializeAsync();
        await LoadAsync(() => Page.GotoAsync(mounted.Address.ToString()));
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/kafka/clusters/remote$"));
        await Page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Topics" }).ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/kafka/clusters/remote/topics$"));
        var chinese = Page.GetByRole(AriaRole.Link, new() { Name = "中文" });
        await Expect(chinese).ToHaveAttributeAsync("href", new Regex("topics"));
        await chinese.ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/kafka/clusters/remote/topics$"));
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        var addresses = await Page.EvaluateAsync<string[]>(
            "[...document.querySelectorAll('[href],[src]')].map(e => e.href?.baseVal ?? e.href ?? e.src)");
        Assert.All(
            addresses.Where(address => address.StartsWith("http", StringComparison.Ordinal)),
            address => Assert.Contains("/kafka/", address, StringComparison.Ordinal));
        await Page.GotoAsync("about:blank"); // before its server ends
    }
}

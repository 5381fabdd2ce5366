using Microsoft.Playwright;
using Testing;

namespace Browser.Tests;

/// <summary>The dashboard ends and starts again while a page is open.</summary>
[Collection(typeof(ChromiumCollection))]
public sealed class ReconnectTests(Chromium chromium)
{
    [Fact]
    public async Task An_open_page_says_that_it_is_cut_off_and_comes_back_by_itself()
    {
        await using var context = await chromium.NewContextAsync();
        var page = await context.NewPageAsync();
        Uri address;
        await using (var first = new RunningDashboard { Arguments = Small("http://127.0.0.1:0") })
        {
            await first.InitializeAsync();
            address = first.Address;
            await new Circuit(page).LoadAsync(() => page.GotoAsync($"{address}clusters/local/nodes"));
        }

        await Assertions.Expect(page.Locator("html[data-lost]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await using var second = new RunningDashboard { Arguments = Small(address.GetLeftPart(UriPartial.Authority)) };
        await second.InitializeAsync();
        await Assertions.Expect(page.Locator("html[data-lost]")).ToHaveCountAsync(0);
        // over the new connection: only it can tell of a node that stops now
        using var answer = await second.Http.PostAsync("api/clusters/local/nodes/kafka0/kill", null, TestContext.Current.CancellationToken);
        await Assertions.Expect(page.GetByText("killed", new() { Exact = true })).ToBeVisibleAsync();
    }

    static string[] Small(string urls) => ["--urls", urls, "--coordinators", "1", "--brokers", "1", "--no-sample"];
}

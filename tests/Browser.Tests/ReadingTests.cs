using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Language, theme and keyboard.</summary>
public sealed class ReadingTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task The_language_changes_to_Chinese_and_back_and_the_page_stays_the_same()
    {
        await OpenAsync("topics");
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await LoadAsync(() => Link("中文").ClickAsync());
        Assert.EndsWith("/clusters/local/topics", Page.Url, StringComparison.Ordinal);
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "zh-Hans");
        await Expect(Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^主题") })).ToBeVisibleAsync();
        // once the socket is up as well: the circuit has the language too
        await Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^消费者组") }).ClickAsync();
        await Expect(Page).ToHaveTitleAsync(new Regex("^消费者组"));
        await LoadAsync(() => Link("EN").ClickAsync());
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("lang", "en");
        await Expect(Page).ToHaveTitleAsync(new Regex("^Consumer groups"));
    }

    [Fact]
    public async Task The_theme_changes_at_once_and_is_kept()
    {
        await OpenAsync("");
        Assert.True(await BrightnessAsync() > 200);
        await Button("Switch between light and dark").Or(Page.Locator("[data-theme-toggle]")).First.ClickAsync();
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.True(await BrightnessAsync() < 60);
        await OpenAsync("topics");
        await Expect(Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        Assert.True(await BrightnessAsync() < 60);
    }

    [Fact]
    public async Task The_matrix_is_one_tab_stop_and_arrows_move_and_explain()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("topics/orders");
        var stops = Page.Locator("svg.matrix[data-grid] .cell[tabindex='0']");
        await Expect(stops).ToHaveCountAsync(1);
        await stops.FocusAsync();
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("ArrowRight");
        await Page.Keyboard.PressAsync("ArrowRight");
        var cell = Page.Locator("svg.matrix[data-grid] .cell[data-x='2'][data-y='1']");
        await Expect(cell).ToBeFocusedAsync();
        await Expect(stops).ToHaveCountAsync(1);
        await Expect(Page.Locator(".explain").First).ToHaveTextAsync((await cell.GetAttributeAsync("aria-label"))!);
        await Page.Keyboard.PressAsync("ArrowUp");
        await Expect(Page.Locator("svg.matrix[data-grid] .cell[data-x='2'][data-y='0']")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Tab");
        await Expect(Page.Locator("svg.matrix[data-grid] .cell:focus")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_skip_link_leads_past_the_navigation()
    {
        await OpenAsync("");
        await Page.Locator(".skip").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page.Locator("main")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_filter_is_in_the_address_and_survives_a_reload()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("topics");
        await Page.Keyboard.PressAsync("/");
        await Page.Keyboard.TypeAsync("pay");
        await Expect(Page.Locator("main tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("pay"));
        await LoadAsync(() => Page.ReloadAsync());
        await Expect(Page.Locator("main tbody tr")).ToHaveCountAsync(1);
        await Expect(Page.Locator("main tbody tr")).ToContainTextAsync("payments");
    }

    [Fact]
    public async Task A_chip_is_a_link_for_every_button_of_a_mouse()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("topics?is=offline");
        var all = Page.Locator(".chips ul a").First;
        await Expect(Page.Locator(".chips ul a[aria-current]")).ToHaveAttributeAsync("href", new Regex("is=offline$"));
        var beside = await Page.Context.RunAndWaitForPageAsync(() => all.ClickAsync(new() { Button = MouseButton.Middle }));
        await Expect(beside).ToHaveURLAsync(new Regex("/topics$"));
        await beside.CloseAsync();
        await all.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Page).ToHaveURLAsync(new Regex("/topics$"));
        await Expect(all).ToHaveAttributeAsync("aria-current", "true");
    }

    static IPageAssertions Expect(IPage page) => Assertions.Expect(page);

    /// <summary>Of the page's ground: 0 is black, 255 white.</summary>
    Task<double> BrightnessAsync() => Page.EvaluateAsync<double>(
        "() => { const [r, g, b] = getComputedStyle(document.body).backgroundColor.match(/[\\d.]+/g).map(Number); "
        + "return (r + g + b) / 3; }");
}

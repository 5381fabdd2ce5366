using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>What stands around every page: the navigation, on a telephone a drawer, the cluster menu, crumbs and tooltips.</summary>
public sealed class ShellTests(Chromium chromium) : BrowserTest(chromium)
{
    ILocator Drawer => Page.Locator("#drawer");

    ILocator Menu => Page.GetByRole(AriaRole.Menu);

    ILocator Switch => Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Cluster local") });

    [Fact]
    public async Task The_drawer_of_a_telephone_keeps_the_focus_and_gives_it_back()
    {
        await TelephoneAsync();
        await OpenAsync("topics");
        await Expect(Drawer).ToBeHiddenAsync();
        await Button("Menu").FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(DrawerLink("Topics")).ToBeFocusedAsync();
        Assert.Equal("page", await DrawerLink("Topics").GetAttributeAsync("aria-current"));
        await FitsAsync();
        await Shots.SaveAsync(Page, "drawer-390");
        await Axe.CheckAsync(Page, "drawer, 390");
        var stops = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            stops.Add(await Page.EvaluateAsync<string>(
                "() => { const at = document.activeElement; "
                + "return at === document.body ? 'none' : at.closest('#drawer') ? 'drawer' : at.outerHTML; }"));
        }

        Assert.Contains("drawer", stops);
        Assert.Empty(stops.Except(["drawer", "none"]));
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Drawer).ToBeHiddenAsync();
        await Expect(Button("Menu")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_tap_beside_the_drawer_closes_it_and_touches_nothing_else()
    {
        await TelephoneAsync();
        await OpenAsync("topics");
        await Button("Menu").ClickAsync();
        await Expect(Drawer).ToBeVisibleAsync();
        var theme = (await Page.Locator("[data-theme-toggle]").BoundingBoxAsync())!;
        await Page.Mouse.ClickAsync(theme.X + (theme.Width / 2), theme.Y + (theme.Height / 2));
        await Expect(Drawer).ToBeHiddenAsync();
        await Expect(Button("Menu")).ToBeFocusedAsync();
        await Expect(Page.Locator("html[data-theme]")).ToHaveCountAsync(0);
        // what was out of reach is not any more
        await Page.Locator("[data-theme-toggle]").ClickAsync();
        await Expect(Page.Locator("html[data-theme]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_page_chosen_in_the_drawer_closes_it()
    {
        await TelephoneAsync();
        await OpenAsync("");
        await Button("Menu").ClickAsync();
        await DrawerLink("Brokers").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/clusters/local/brokers$"));
        await Expect(Drawer).ToBeHiddenAsync();
        await Expect(Heading).ToBeFocusedAsync();
        await Expect(Page.Locator("[inert]")).ToHaveCountAsync(0);
        await FitsAsync();
    }

    [Fact]
    public async Task The_drawer_opens_before_the_page_is_interactive_and_stays_open()
    {
        await TelephoneAsync();
        var open = await HoldTheSocketAsync();
        await LoadAsync(async () =>
        {
            await Page.GotoAsync("/clusters/local/topics");
            await Button("Menu").ClickAsync();
            await Expect(DrawerLink("Topics")).ToBeFocusedAsync();
            await Expect(Page.Locator("[data-live]")).ToHaveCountAsync(0);
            open.SetResult();
        });
        await Expect(DrawerLink("Topics")).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Drawer).ToBeHiddenAsync();
        await Expect(Button("Menu")).ToBeFocusedAsync();
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Nothing_moves_when_the_page_becomes_interactive(int width)
    {
        await Cluster.ReadyAsync(Dashboard);
        await Page.SetViewportSizeAsync(width, 900);
        var open = await HoldTheSocketAsync();
        var before = "";
        await LoadAsync(async () =>
        {
            await Page.GotoAsync("/clusters/local/audit");
            await Expect(Heading).ToBeVisibleAsync();
            await Page.EvaluateAsync("() => document.fonts.ready");
            before = await PlacesAsync();
            open.SetResult();
        });
        Assert.Equal(before, await PlacesAsync());
    }

    [Fact]
    public async Task The_cluster_menu_works_by_keyboard_and_its_entries_are_links()
    {
        await OpenAsync("topics");
        await Switch.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        var entry = Menu.GetByRole(AriaRole.Menuitem).First;
        await Expect(entry).ToBeFocusedAsync();
        await Expect(entry).ToHaveAttributeAsync("href", "clusters/local");
        await Expect(entry).ToContainTextAsync("hosted here");
        await Expect(Switch).ToHaveAttributeAsync("aria-expanded", "true");
        await Shots.SaveAsync(Page, "clusters-light");
        await Axe.CheckAsync(Page, "cluster menu");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Menu).ToHaveCountAsync(0);
        await Expect(Switch).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Space");
        await Expect(entry).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/clusters/local$"));
        await Expect(Menu).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Crumbs_lead_up_from_a_page()
    {
        await OpenAsync("znodes?path=/kafka/brokers/ids");
        var crumbs = Page.GetByRole(AriaRole.Navigation, new() { Name = "Breadcrumb", Exact = true });
        await Expect(crumbs.GetByRole(AriaRole.Link)).ToHaveTextAsync(["root", "kafka", "brokers"]);
        await crumbs.GetByRole(AriaRole.Link, new() { Name = "kafka", Exact = true }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync("kafka");
        await Expect(crumbs.GetByRole(AriaRole.Link)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task What_a_button_of_the_bar_does_is_told_to_the_keyboard_too()
    {
        await OpenAsync("");
        var theme = Page.Locator("[data-theme-toggle]");
        await Expect(Page.GetByText("Switch between light and dark")).ToHaveCountAsync(0);
        await theme.FocusAsync();
        await Expect(Page.GetByText("Switch between light and dark")).ToBeVisibleAsync();
        await Shots.SaveAsync(Page, "tooltip-light");
        await Page.Locator(".skip").FocusAsync();
        await Expect(Page.GetByText("Switch between light and dark")).ToHaveCountAsync(0);
    }

    Task TelephoneAsync() => Page.SetViewportSizeAsync(390, 844);

    ILocator DrawerLink(string name) => Drawer.GetByRole(AriaRole.Link, new() { NameRegex = new Regex($"^{name}") });

    async Task FitsAsync() => Assert.True(
        await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "wider than the screen");

    /// <summary>Where the shell's parts lie.</summary>
    Task<string> PlacesAsync()
    {
        const string Box = "const { x, y, width, height } = e.getBoundingClientRect();";
        return Page.EvaluateAsync<string>(
            $$"""
            () => [...document.querySelectorAll(".topbar, .topbar :is(a, button), #drawer, #drawer a, main, h1")]
              .map(e => { {{Box}} return `${e.tagName} ${[x, y, width, height].map(Math.round)}`; }).join("\n")
            """);
    }
}

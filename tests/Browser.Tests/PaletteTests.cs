using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>The command palette, by keys alone.</summary>
public sealed class PaletteTests(Chromium chromium) : BrowserTest(chromium)
{
    ILocator Field => Page.GetByRole(AriaRole.Combobox, new() { Name = "Find or run a command" });

    ILocator Options => Page.Locator("#palette-list [role=option]");

    [Fact]
    public async Task Keys_alone_find_a_topic_and_bring_back_the_focus()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("brokers");
        var theme = Page.Locator("[data-theme-toggle]");
        await theme.FocusAsync();
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Field).ToBeFocusedAsync();
        await Expect(Options.First).ToBeVisibleAsync();
        await Axe.CheckAsync(Page, "palette, light");
        await Shots.SaveAsync(Page, "palette-light");
        await Page.Keyboard.PressAsync("Escape");
        await Expect(Field).ToBeHiddenAsync();
        await Expect(theme).ToBeFocusedAsync();

        await Page.Keyboard.PressAsync("Control+k");
        await Page.Keyboard.TypeAsync("orders");
        await Expect(Page.Locator("#palette-list")).ToHaveAttributeAsync("data-for", "orders");
        await Expect(Options.First).ToHaveAttributeAsync("href", "clusters/local/topics/orders");
        await Expect(Options.First).ToHaveAttributeAsync("aria-selected", "true");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Options.Nth(1)).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(Field).ToHaveAttributeAsync("aria-activedescendant", "palette-1");
        await Page.Keyboard.PressAsync("ArrowUp");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/clusters/local/topics/orders$"));
        await Expect(Field).ToBeHiddenAsync();

        // opened last, it comes first
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Options.First).ToHaveAttributeAsync("href", "clusters/local/topics/orders");
        await Page.SetViewportSizeAsync(390, 844);
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Shots.SaveAsync(Page, "palette-390-dark");
        await Axe.CheckColoursAsync(Page, "palette, dark");
    }

    [Fact]
    public async Task Enter_before_the_answer_goes_where_the_answer_leads()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("topics");
        await Page.Keyboard.PressAsync("Control+k");
        await Expect(Options.First).ToBeVisibleAsync();
        await Page.Keyboard.TypeAsync("create topic");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/clusters/local/new-topic$"));
    }

    [Fact]
    public async Task The_menu_of_a_row_opens_at_its_row_and_is_walked_by_keys()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("topics");
        var opener = Page.Locator("[data-topic-menu=orders]");
        await opener.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        var items = Page.Locator("#topic-menu [role=menuitem]");
        await Expect(items.First).ToBeFocusedAsync();
        await Axe.CheckAsync(Page, "menu of a row");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Expect(items.Nth(1)).ToBeFocusedAsync();
        await Page.Keyboard.PressAsync("Escape");
        await Expect(items.First).ToBeHiddenAsync();
        await Expect(opener).ToBeFocusedAsync();
    }
}

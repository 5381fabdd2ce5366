using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests;

/// <summary>Choices and searches by keyboard alone, with the server's answers under way, and what works before there is a server.</summary>
public sealed class FieldTests(Chromium chromium) : BrowserTest(chromium)
{
    ILocator Listed => Page.Locator(".mud-popover-open .mud-list-item");

    [Fact]
    public async Task A_choice_is_made_by_keyboard()
    {
        await OpenAsync("nodes");
        var level = Page.GetByLabel("Level", new() { Exact = true });
        await Expect(level).ToHaveValueAsync("INFO and worse");
        await level.FocusAsync();
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Listed).Not.ToHaveCountAsync(0);
        await Axe.CheckAsync(Page, "an open choice, light");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Axe.CheckColoursAsync(Page, "an open choice, dark");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(Listed).ToHaveCountAsync(0);
        await Expect(level).Not.ToHaveValueAsync("INFO and worse");
        await Expect(level).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_topic_is_found_by_a_part_of_its_name_and_taken_with_Enter()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("reassignments/new");
        var topic = Page.Locator("input[name=topic]");
        await topic.FocusAsync();
        await Page.Keyboard.TypeAsync("aymen");
        await Expect(Listed).ToHaveTextAsync(["payments"]);
        await Axe.CheckAsync(Page, "topics found, light");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Axe.CheckColoursAsync(Page, "topics found, dark");
        await Page.Keyboard.PressAsync("ArrowDown");
        await Page.Keyboard.PressAsync("Enter");
        await Expect(topic).ToHaveValueAsync("payments");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("topic=payments"));
        await Expect(Heading).ToContainTextAsync("payments");
    }

    [Fact]
    public async Task A_topic_is_chosen_before_the_page_is_interactive()
    {
        await Cluster.ReadyAsync(Dashboard);
        var open = await HoldTheSocketAsync();
        await Page.GotoAsync("/clusters/local/reassignments/new");
        var topic = Page.Locator("input[name=topic]");
        await topic.FillAsync("payments");
        await topic.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("topic=payments"));
        await Expect(Heading).ToContainTextAsync("payments");
        open.SetResult();
    }

    [Fact]
    public async Task A_number_takes_digits_only_and_says_so()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("new-topic");
        var partitions = Page.GetByLabel("Partitions", new() { Exact = true });
        await Eventually.TrueAsync(
            async () =>
            {
                // the library's filter of keys comes a moment after the page
                await partitions.FocusAsync();
                await Page.Keyboard.PressAsync("Control+A");
                await Page.Keyboard.TypeAsync("1x2");
                return await partitions.InputValueAsync() == "12";
            },
            "only digits are taken");
        await partitions.FillAsync("many");
        await Expect(partitions).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(Page.Locator($"#{await partitions.GetAttributeAsync("aria-describedby")}")).ToHaveTextAsync("Not a valid number");
        await Expect(Button("Create topic")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_refusal_of_the_controller_stands_at_its_field()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("new-topic");
        var name = Page.GetByLabel("Name", new() { Exact = true });
        await name.FillAsync("orders");
        await Expect(name).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(Page.Locator($"#{await name.GetAttributeAsync("aria-describedby")}")).ToContainTextAsync("already exists");
        await Axe.CheckAsync(Page, "a refused name, light");
        await Page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await Axe.CheckColoursAsync(Page, "a refused name, dark");
        await name.FillAsync("not-there-yet");
        await Expect(name).ToHaveAttributeAsync("aria-invalid", "false");
    }
}

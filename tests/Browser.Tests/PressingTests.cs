using Microsoft.Playwright;
using Testing;

namespace Browser.Tests;

/// <summary>What is pressed before the page is interactive is done once it is: the last of it, once, where it is still the same.</summary>
public sealed class PressingTests(Chromium chromium) : BrowserTest(chromium)
{
    ILocator Settings => Page.Locator(".config-row");

    [Fact]
    public async Task A_button_pressed_twice_is_pressed_once_and_after_what_was_typed()
    {
        await Cluster.ReadyAsync(Dashboard);
        var name = Page.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true });
        await OpenHeldAsync("new-topic", async () =>
        {
            await name.FillAsync("typed-early");
            await Button("Add a setting").ClickAsync();
            await Button("Add a setting").ClickAsync();
            await Expect(Button("Add a setting")).ToHaveAttributeAsync("aria-busy", "true");
        });
        await Expect(Settings).ToHaveCountAsync(1);
        await Expect(name).ToHaveValueAsync("typed-early");
        await Button("Add a setting").ClickAsync();
        await Expect(Settings).ToHaveCountAsync(2); // so the early one was not done a second time
        await Expect(Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_key_presses_as_a_pointer_does_and_Escape_takes_it_back()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenHeldAsync("new-topic", () => Button("Add a setting").PressAsync("Space"));
        await Expect(Settings).ToHaveCountAsync(1);

        await OpenHeldAsync("new-topic", async () =>
        {
            await Button("Add a setting").ClickAsync();
            await Page.Keyboard.PressAsync("Escape");
            await Expect(Page.Locator("[aria-busy=true]")).ToHaveCountAsync(0);
        });
        await Button("Add a setting").ClickAsync();
        await Expect(Settings).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task The_button_of_a_row_is_that_of_the_same_row_and_what_the_browser_did_is_not_done_again()
    {
        await Cluster.ReadyAsync(Dashboard);
        var root = Page.Locator("html");
        await OpenHeldAsync("topics", async () =>
        {
            await Star("payments").ClickAsync();
            await Button("Switch between light and dark").ClickAsync();
            await Expect(root).ToHaveAttributeAsync("data-theme", "dark");
        });
        await Expect(Star("payments")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(Page.Locator(".star[aria-pressed=true]")).ToHaveCountAsync(1);
        await Expect(root).ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact]
    public async Task What_is_gone_by_then_is_not_looked_for_in_another_place()
    {
        await Cluster.ReadyAsync(Dashboard);
        const string name = "pressed-too-late";
        await using (await Cluster.TopicAsync(Dashboard, name, new() { ["0"] = [0] }))
        {
            await OpenHeldAsync("topics", async () =>
            {
                await Star(name).ClickAsync();
                using var answer = await Dashboard.Http.DeleteAsync($"/api/clusters/local/topics/{name}", Cancellation);
                Assert.True(answer.IsSuccessStatusCode);
                await new Rest(Dashboard).EventuallyAsync(
                    "topics", topics => topics.AsArray().All(t => t!["name"]!.ToString() != name), $"{name} is gone");
            });
        }

        await Star("orders").ClickAsync();
        await Expect(Star("orders")).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(Page.Locator(".star[aria-pressed=true]")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_list_of_choices_asked_for_early_opens()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenHeldAsync("topics/payments/send", () => Page.GetByLabel("Compression", new() { Exact = true }).ClickAsync());
        await Expect(Page.Locator(".mud-popover-open .mud-list-item").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_page_that_takes_long_to_become_interactive_says_so()
    {
        await OpenHeldAsync("topics", async () =>
        {
            await Expect(Page.Locator(".live .when-opening")).ToBeVisibleAsync();
            await Expect(Page.Locator(".live .when-live")).ToBeHiddenAsync();
        });
        await Expect(Page.Locator(".live .when-live")).ToBeVisibleAsync();
        await Expect(Page.Locator(".live .when-opening")).ToBeHiddenAsync();
    }

    ILocator Star(string topic) => Page.Locator("main tbody tr")
        .Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = topic, Exact = true }) }).Locator(".star");

    /// <summary>Does something on the page as it was prerendered, and lets it become interactive then.</summary>
    async Task OpenHeldAsync(string path, Func<Task> early)
    {
        var open = await HoldTheSocketAsync();
        await LoadAsync(async () =>
        {
            await Page.GotoAsync($"/clusters/local/{path}");
            await early();
            await Expect(Page.Locator("[data-live]")).ToHaveCountAsync(0);
            open.SetResult();
        });
    }
}

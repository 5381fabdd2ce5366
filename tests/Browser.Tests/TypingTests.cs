using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>Nothing that is typed is lost: not by typing fast, not by typing before the page is interactive.</summary>
public sealed class TypingTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Name = "a-topic.with_a-long-name-that-is-typed-as-fast-as-it-can-be-0123456789";

    [Fact]
    public async Task A_topics_name_and_settings_typed_without_a_pause_are_whole()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("new-topic");
        var name = Page.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true });
        await name.FocusAsync();
        await Page.Keyboard.TypeAsync(Name);
        await Expect(name).ToHaveValueAsync(Name);
        await Button("Add a setting").ClickAsync();
        var setting = Page.Locator(".config-row input");
        await setting.First.FocusAsync();
        await Page.Keyboard.TypeAsync("min.insync.replicas");
        await Page.Keyboard.PressAsync("Tab");
        await Page.Keyboard.TypeAsync("2");
        await Expect(Button("Create topic")).ToBeEnabledAsync();
        await Expect(setting.First).ToHaveValueAsync("min.insync.replicas");
        // the server has all of it: the placement is labelled with the name
        await Expect(Page.Locator($"svg[aria-label*='{Name}']")).ToHaveCountAsync(1);
        await Expect(name).ToHaveValueAsync(Name);
    }

    [Fact]
    public async Task A_znode_filter_typed_without_a_pause_is_whole()
    {
        await OpenAsync("znodes?path=/kafka/brokers/topics");
        var filter = Page.Locator(".tree-find input");
        await filter.FocusAsync();
        await Page.Keyboard.TypeAsync("no-such-child-of-this-node-has-a-name-like-this");
        await Expect(filter).ToHaveValueAsync("no-such-child-of-this-node-has-a-name-like-this");
        await filter.FillAsync("/kafka/brokers");
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("path="));
    }

    [Fact]
    public async Task What_is_typed_before_the_page_is_interactive_is_kept_with_the_focus()
    {
        await Cluster.ReadyAsync(Dashboard);
        var open = await HoldTheSocketAsync();
        await LoadAsync(async () =>
        {
            await Page.GotoAsync("/clusters/local/topics");
            await Page.Keyboard.PressAsync("/");
            await Page.Keyboard.TypeAsync("pay");
            await Expect(Page.Locator("[data-live]")).ToHaveCountAsync(0);
            open.SetResult();
        });
        await Page.Keyboard.TypeAsync("ments");
        await Expect(Page.Locator("input[name=q]")).ToHaveValueAsync("payments");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("q=payments"));
        await Expect(Page.Locator("main tbody tr")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_form_filled_in_before_the_page_is_interactive_is_kept_and_Enter_does_not_empty_it()
    {
        await Cluster.ReadyAsync(Dashboard);
        var open = await HoldTheSocketAsync();
        var name = Page.GetByRole(AriaRole.Textbox, new() { Name = "Name", Exact = true });
        await LoadAsync(async () =>
        {
            await Page.GotoAsync("/clusters/local/new-topic");
            await name.FillAsync("typed-early");
            await name.PressAsync("Enter");
            await Expect(Page.Locator("[data-live]")).ToHaveCountAsync(0);
            open.SetResult();
        });
        await Expect(name).ToHaveValueAsync("typed-early");
        await Expect(Button("Create topic")).ToBeEnabledAsync();
        await Expect(Page.Locator("svg[aria-label*='typed-early']")).ToHaveCountAsync(1);
    }
}

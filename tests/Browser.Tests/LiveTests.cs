using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>What changes on the page without anybody touching it.</summary>
public sealed class LiveTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_partitions_state_is_told_in_words_and_changes_while_one_looks()
    {
        await Cluster.ReadyAsync(Dashboard);
        await using var topic = await Cluster.TopicAsync(Dashboard, "watched", new() { ["0"] = [1, 2] });
        await OpenAsync("znodes?path=/kafka/brokers/topics/watched/partitions/0/state");
        var words = Page.Locator(".meaning .say");
        await Expect(words).ToHaveTextAsync(new Regex("Partition 0 of watched: leader 1, ISR 1, 2"));
        await Expect(words.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", new Regex("/topics/watched"));
        var partitions = new Dictionary<string, int[]> { ["0"] = [2, 1] };
        await Cluster.PostAsync(Dashboard, "reassignments", new { topic = "watched", partitions });
        await Cluster.PostAsync(Dashboard, "elections", new { type = "preferred", topic = "watched", partitions = (int[])[0] });
        await Expect(words).ToHaveTextAsync(new Regex("Partition 0 of watched: leader 2"), new() { Timeout = 5000 });
    }

    [Fact]
    public async Task The_tree_of_znodes_opens_by_keyboard_and_a_new_child_appears()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("znodes?path=/kafka/brokers");
        var topics = Item("topics");
        await topics.FocusAsync();
        await Page.Keyboard.PressAsync("ArrowRight");
        await Expect(topics).ToHaveAttributeAsync("aria-expanded", "true");
        await Expect(Item("orders")).ToBeVisibleAsync();
        await using (await Cluster.TopicAsync(Dashboard, "appears", new() { ["0"] = [0] }))
        {
            await Expect(Item("appears")).ToBeVisibleAsync(new() { Timeout = 5000 });
        }

        await Expect(Item("appears")).ToHaveCountAsync(0);
        await topics.FocusAsync();
        await Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(topics).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(Item("orders")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Groups_show_their_lag_and_a_group_its_members_and_offsets()
    {
        await Cluster.ReadyAsync(Dashboard);
        var group = await Cluster.AnyGroupAsync(Dashboard);
        await OpenAsync("groups");
        var row = Page.Locator("tbody tr").Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = group, Exact = true }) });
        await Expect(row).ToHaveCountAsync(1);
        var lag = await row.Locator("td[data-l^='Lag']").First.InnerTextAsync();
        Assert.True(long.TryParse(lag, NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _));
        await row.GetByRole(AriaRole.Link, new() { Name = group, Exact = true }).ClickAsync();
        await Expect(Heading).ToContainTextAsync(group);
        await Expect(Page.Locator("main svg").First).ToBeVisibleAsync();
        await Expect(Page.Locator("main tbody tr").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Ages_count_on_and_offsets_move()
    {
        await Cluster.ReadyAsync(Dashboard);
        await OpenAsync("topics/orders");
        var end = Page.Locator("tr[data-row='p0'] td[data-l='High watermark']")
            .Or(Page.Locator("tr[data-row='p0'] td.mono.num").Nth(1))
            .First;
        var before = await end.InnerTextAsync();
        await Expect(end).Not.ToHaveTextAsync(before);
    }

    ILocator Item(string name) =>
        Page.GetByRole(AriaRole.Treeitem, new() { NameRegex = new Regex($"^{Regex.Escape(name)}(\\W|\\d|$|E|new|changed)") });
}

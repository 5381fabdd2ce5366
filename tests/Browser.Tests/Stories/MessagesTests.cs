using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests.Stories;

/// <summary>Reading a topic: columns that are kept, a range over the volume, two records compared, and what is written now.</summary>
public sealed class MessagesTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Path = "topics/payments/messages";

    ILocator Rows => Page.Locator(".messages tbody tr");

    [Fact]
    public async Task A_reader_chooses_columns_and_a_range_compares_two_records_and_follows_what_is_written()
    {
        await Cluster.ReadyAsync(Dashboard);
        await KeepsColumnsAsync();
        await ChoosesRangeAsync();
        await ComparesAsync();
        await FollowsAsync();
    }

    /// <summary>What a page found stays on it, and must not pass for what the topic of that name has now.</summary>
    [Fact]
    public async Task Records_of_a_topic_that_was_made_again_are_told_to_be_of_the_one_before()
    {
        const string topic = "made-again";
        await Cluster.ReadyAsync(Dashboard);
        await using var made = await Cluster.TopicAsync(Dashboard, topic, new() { ["0"] = [0] });
        await Cluster.PostAsync(Dashboard, $"topics/{topic}/messages", new { value = "of the first" });
        await OpenAsync($"topics/{topic}/messages?from=oldest");
        await Expect(Rows).ToHaveCountAsync(1);
        var note = Page.GetByText($"{topic} was deleted after this was read, and made again: these are records of the one before.");
        await Expect(note).ToHaveCountAsync(0);
        await Cluster.PostAsync(Dashboard, $"topics/{topic}/recreate", new { });
        await Expect(note).ToBeVisibleAsync();
        await Axe.CheckAsync(Page, "records of a topic that was made again");
        await Button("Read again").ClickAsync();
        await Expect(Rows).ToHaveCountAsync(0);
        await Expect(note).ToHaveCountAsync(0);
    }

    async Task KeepsColumnsAsync()
    {
        await OpenAsync(Path);
        await Expect(Rows.First).ToBeVisibleAsync();
        await Page.Locator("details.columns summary").Last.ClickAsync();
        await Page.Locator("details.columns a").Filter(new() { HasText = "Headers" }).ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("columns="));
        await Page.GetByLabel(new Regex("^Add value")).FillAsync("value.method");
        await Button("Add").ClickAsync();
        await Expect(Page.Locator("thead th").Filter(new() { HasText = "method" })).ToHaveCountAsync(1);
        await Axe.CheckAsync(Page, "columns of messages");
        await OpenAsync(Path);
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("columns=.*value\\.method"));
    }

    /// <summary>Nothing is read before Enter.</summary>
    async Task ChoosesRangeAsync()
    {
        var to = Page.Locator("[data-brush-handle=to]");
        await Expect(to).ToBeVisibleAsync();
        await to.FocusAsync();
        await Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(Page.GetByLabel("To", new() { Exact = true }).First).ToHaveValueAsync(new Regex(@"^\d{4}-\d\d-\d\d "));
        await Assertions.Expect(Page).Not.ToHaveURLAsync(new Regex("to=time"));
        await Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("from=time.*to=time"));
    }

    async Task ComparesAsync()
    {
        await OpenAsync(Path);
        await Page.Locator(".pick").Nth(0).ClickAsync();
        await Expect(Page.Locator(".pick[aria-current]")).ToHaveCountAsync(1);
        await Page.Locator(".pick").Nth(1).ClickAsync();
        await Expect(Page.Locator(".diff").Last).ToBeVisibleAsync();
        await Axe.CheckAsync(Page, "two records compared");
    }

    async Task FollowsAsync()
    {
        await OpenAsync($"{Path}?tail=true&zone=utc");
        await Expect(Rows.Nth(3)).ToBeVisibleAsync();
        await Rows.Nth(1).HoverAsync();
        var show = Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("new, show$") });
        await Expect(show).ToBeVisibleAsync();
        var first = await Rows.First.TextContentAsync();
        await Expect(Rows.First).ToHaveTextAsync(first!);
        await show.ClickAsync();
        await Expect(Rows.First).Not.ToHaveTextAsync(first!);
        await Button("Stop").ClickAsync();
        await Expect(Heading).ToHaveTextAsync(new Regex("came until it was stopped$"));
        await Axe.CheckAsync(Page, "what was written to a topic");
    }
}

using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Browser.Tests;

/// <summary>The newcomer's first quarter of an hour, in one piece and by mouse and keyboard alone.</summary>
public sealed class StoryTests(Chromium chromium) : BrowserTest(chromium)
{
    const string Topic = "newcomer";

    [Fact]
    public async Task A_newcomer_creates_a_topic_kills_a_broker_brings_it_back_elects_reassigns_and_deletes()
    {
        await Cluster.ReadyAsync(Dashboard);
        await LooksAroundAsync();
        await CreatesTheTopicAsync();
        var partition = await Cluster.PartitionAsync(Dashboard, Topic, 0);
        var (leader, follower) = (partition["replicas"]![0]!.GetValue<int>(), partition["replicas"]![1]!.GetValue<int>());
        await KillsAsync(leader, follower);
        await BringsBackAsync(leader, follower);
        await ElectsAsync(leader, follower);
        await ReassignsAsync(leader, follower, 3 - leader - follower);
        await DeletesAsync();
        await ElectsEverywhereAsync();
    }

    Matrix Placement => new(Page.Locator(".placement svg.matrix[data-grid]"));

    async Task LooksAroundAsync()
    {
        await LoadAsync(() => Page.GotoAsync("/"));
        Assert.EndsWith("/clusters/local", Page.Url, StringComparison.Ordinal);
        await Expect(Page.Locator(".finding .g-bad")).ToHaveCountAsync(0);
        await Expect(Page.Locator(".node")).Not.ToHaveCountAsync(0);
        await Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Topics") }).ClickAsync();
        foreach (var name in (string[])["orders", "payments", "clicks", "test-cluster-topic"])
        {
            await Expect(Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = name, Exact = true })).ToBeVisibleAsync();
        }

        await Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = "orders", Exact = true }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync("orders");
        await Assertions.Expect(Placement.Cells).ToHaveCountAsync(18);
    }

    async Task CreatesTheTopicAsync()
    {
        await Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Topics") }).ClickAsync();
        await Link("Create topic…").First.ClickAsync();
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync(Topic);
        await Page.GetByLabel("Partitions", new() { Exact = true }).FillAsync("3");
        await Page.GetByLabel("Factor", new() { Exact = false }).First.FillAsync("2");
        await Assertions.Expect(new Matrix(Page.Locator(".placement svg.matrix[data-grid]")).Cells).ToHaveCountAsync(6);
        await Expect(Button("Create topic")).ToBeEnabledAsync();
        await Button("Create topic").ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex($"/topics/{Topic}$"));
        await Expect(Heading).ToHaveTextAsync(Topic);
        await Assertions.Expect(Page.Locator(".placement .cell.leader[data-y]")).ToHaveCountAsync(3);
    }

    async Task KillsAsync(int leader, int follower)
    {
        await Placement.SaysAsync(0, leader, "leader");
        await Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Nodes") }).ClickAsync();
        await Button($"Kill kafka{leader}").ClickAsync();
        await Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = $"Kill kafka{leader}", Exact = true }).ClickAsync();
        await Expect(State(leader)).ToHaveTextAsync("killed");

        await GoToTopicAsync();
        await Placement.SaysAsync(0, leader, "offline");
        await Placement.SaysAsync(0, follower, $"leader, epoch \\d+\\. ISR {follower} of ");
        var row = Page.Locator("tr[data-row='p0']");
        await Expect(row.Locator("td").Nth(0)).ToContainTextAsync($"{follower}");
        await Expect(row.Locator("td[data-l='ISR']")).ToContainTextAsync($"− {leader}");
    }

    async Task BringsBackAsync(int leader, int follower)
    {
        await Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Nodes") }).ClickAsync();
        await Button($"Start kafka{leader}").ClickAsync();
        await Expect(State(leader)).ToHaveTextAsync("running");
        await GoToTopicAsync();
        await Placement.SaysAsync(
            0, leader, $"follower in ISR, follows broker {follower}\\. Preferred leader; broker {follower} leads instead", 40);
    }

    /// <summary>Of a broker, in the list of nodes.</summary>
    ILocator State(int broker)
    {
        var name = Page.GetByRole(AriaRole.Link, new() { Name = $"kafka{broker}", Exact = true });
        return Page.GetByRole(AriaRole.Row).Filter(new() { Has = name }).Locator(".state");
    }

    async Task ElectsAsync(int leader, int follower)
    {
        await Link("Elect leaders…").ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Elect \\d+ leader") }).ClickAsync();
        await Expect(Page.Locator(".mud-alert-text-success").First).ToBeVisibleAsync();
        await GoToTopicAsync();
        await Placement.SaysAsync(0, leader, "leader");
        await Placement.SaysAsync(0, follower, $"follower in ISR, follows broker {leader}");
    }

    async Task ReassignsAsync(int leader, int follower, int third)
    {
        await Link("Reassign…").ClickAsync();
        var then = new Matrix(Page.Locator("svg.matrix[data-grid]").Nth(1));
        await then.Cell(0, third).ClickAsync();
        await Expect(then.Cell(0, third)).ToHaveAttributeAsync("aria-label", $"Partition 0 is copied to broker {third}.");
        await then.Cell(0, follower).ClickAsync();
        await Expect(then.Cell(0, follower)).ToHaveAttributeAsync("aria-label", new Regex("^Partition 0 leaves broker"));
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Start 1 move") }).ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/reassignments$"));
        await Expect(Heading).ToHaveTextAsync(new Regex("No reassignment"));
        await GoToTopicAsync();
        await Placement.SaysAsync(0, third, $"follower in ISR, follows broker {leader}");
        await Expect(Placement.Cell(0, follower)).ToHaveCountAsync(0);
    }

    async Task DeletesAsync()
    {
        await Button("Delete…").ClickAsync();
        var dialog = Page.GetByRole(AriaRole.Dialog);
        var delete = dialog.GetByRole(AriaRole.Button, new() { Name = $"Delete {Topic}", Exact = true });
        await Expect(delete).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync("newcome");
        await Expect(delete).ToBeDisabledAsync();
        await dialog.GetByRole(AriaRole.Textbox).FillAsync(Topic);
        await delete.ClickAsync();
        await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/topics$"));
        await Expect(Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = "orders", Exact = true })).ToBeVisibleAsync();
        await Expect(Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = Topic, Exact = true })).ToHaveCountAsync(0);
    }

    /// <summary>The sample topics' leaders moved as well when the broker was killed: all of them go back at once.</summary>
    async Task ElectsEverywhereAsync()
    {
        await Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Elections") }).ClickAsync();
        await Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Elect \\d+ leader") }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync(new Regex("^Every partition"));
        await Cluster.ReadyAsync(Dashboard);
    }

    async Task GoToTopicAsync()
    {
        await Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^Topics") }).ClickAsync();
        await Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = Topic, Exact = true }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync(Topic);
    }
}

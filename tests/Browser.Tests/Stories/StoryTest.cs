using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests.Stories;

/// <summary>What a newcomer does with a topic in the first quarter of an hour, by mouse and keyboard alone, on whatever cluster.</summary>
public abstract class StoryTest(Chromium chromium) : BrowserTest(chromium)
{
    protected const string Topic = "newcomer";

    /// <summary>The program, and the cluster in it.</summary>
    protected abstract RunningDashboard Program { get; }

    protected abstract string Id { get; }

    /// <summary>What the page of nodes does where there is one, and a signal elsewhere.</summary>
    protected abstract Task KillAsync(int broker);

    protected abstract Task StartAsync(int broker);

    /// <summary>From the list of topics on.</summary>
    protected async Task LivesOnAsync()
    {
        await CreatesTheTopicAsync();
        var partition = await Cluster.PartitionAsync(Program, Topic, 0, Id);
        var (leader, follower) = (partition["replicas"]![0]!.GetValue<int>(), partition["replicas"]![1]!.GetValue<int>());
        await KillsAsync(leader, follower);
        await BringsBackAsync(leader, follower);
        await ElectsAsync(leader, follower);
        await ReassignsAsync(leader, follower, 3 - leader - follower);
    }

    private protected Matrix Placement => new(Page.Locator(".placement svg.matrix[data-grid]"));

    async Task CreatesTheTopicAsync()
    {
        await NavigateAsync("Topics");
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
        await KillAsync(leader);
        await GoToTopicAsync();
        await Placement.SaysAsync(0, leader, "offline", 60);
        await Placement.SaysAsync(0, follower, $"leader, epoch \\d+\\. ISR {follower} of ");
        var row = Page.Locator("tr[data-row='p0']");
        await Expect(row.Locator("td").Nth(0)).ToContainTextAsync($"{follower}");
        await Expect(row.Locator("td[data-l='ISR']")).ToContainTextAsync($"− {leader}");
    }

    async Task BringsBackAsync(int leader, int follower)
    {
        await StartAsync(leader);
        await GoToTopicAsync();
        await Placement.SaysAsync(
            0, leader, $"follower in ISR, follows broker {follower}\\. Preferred leader; broker {follower} leads instead", 60);
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

    protected async Task DeletesAsync()
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
        await Expect(Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = Topic, Exact = true })).ToHaveCountAsync(0);
    }

    /// <summary>By the menu.</summary>
    protected Task NavigateAsync(string page) =>
        Page.Locator(".nav").GetByRole(AriaRole.Link, new() { NameRegex = new Regex($"^{page}") }).ClickAsync();

    protected async Task GoToTopicAsync()
    {
        await NavigateAsync("Topics");
        await Page.Locator("tbody").GetByRole(AriaRole.Link, new() { Name = Topic, Exact = true }).ClickAsync();
        await Expect(Heading).ToHaveTextAsync(Topic);
    }
}

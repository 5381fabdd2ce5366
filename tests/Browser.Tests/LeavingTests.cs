using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Testing;

namespace Browser.Tests;

/// <summary>What is begun on a page and not finished there.</summary>
public sealed class LeavingTests(Chromium chromium) : BrowserTest(chromium)
{
    [Fact]
    public async Task A_reassignment_that_cannot_end_is_cancelled_from_its_page()
    {
        await Cluster.ReadyAsync(Dashboard);
        // the controller has to answer: another broker is the one that does not
        var controller = (await Cluster.ValueAsync(Dashboard, ""))!["controllerId"]!.GetValue<int>();
        var (silent, other) = ((controller + 1) % 3, (controller + 2) % 3);
        await using var topic = await Cluster.TopicAsync(Dashboard, "stuck", new() { ["0"] = [controller, other] });
        await OpenAsync("reassignments/new?topic=stuck");
        await new Matrix(Page.Locator("svg.matrix[data-grid]").Nth(1)).Cell(0, silent).ClickAsync();
        var start = Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Start 1 move") });
        await Expect(start).ToBeEnabledAsync();
        // a paused broker fetches nothing; its session has not ended yet when the move is asked for
        await Cluster.PostAsync(Dashboard, $"nodes/kafka{silent}/pause");
        try
        {
            await start.ClickAsync();
            await Assertions.Expect(Page).ToHaveURLAsync(new Regex("/reassignments$"));
            await Expect(Heading).ToHaveTextAsync("1 partition moves, of 1 topic");
            await Page.Locator("main").GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Cancel") }).ClickAsync();
            var dialog = Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Button).Last.ClickAsync();
            await Expect(dialog.Locator(".mud-alert-text-success")).ToContainTextAsync("1 move cancelled");
            await Page.Keyboard.PressAsync("Escape");
            await Expect(dialog).ToHaveCountAsync(0);
            await Expect(Heading).ToHaveTextAsync(new Regex("^No reassignment"));
            // the reassignments and the topics are two readings: the one may be seen before the other
            await Eventually.TrueAsync(
                async () => (await Cluster.PartitionAsync(Dashboard, "stuck", 0))["replicas"]!.ToJsonString() == $"[{controller},{other}]",
                "the partition has the replicas it had before");
        }
        finally
        {
            await Cluster.RestoreAsync(Dashboard, $"kafka{silent}", "resume");
        }
    }

    [Fact]
    public async Task Leaving_the_walkthrough_right_after_a_kill_leaves_the_cluster_as_it_was()
    {
        await Cluster.ReadyAsync(Dashboard);
        // a controller that is back before its session ends leads on in the same epoch: nothing would tell that the kill was noticed
        await Cluster.MoveControllerAsync(Dashboard, from: 1);
        await OpenAsync("walkthrough");
        var next = Page.Locator(".page-head button.primary");
        await next.ClickAsync();
        await Expect(Step).ToHaveTextAsync("2");
        await next.ClickAsync();
        await Button("Place all").ClickAsync();
        await next.ClickAsync();
        await Expect(Step).ToHaveTextAsync("4");
        await next.ClickAsync();
        var orders = (await Cluster.ValueAsync(Dashboard, "topics/orders"))!["partitions"]!.AsArray();
        var led = orders.First(p => p!["leader"]!.GetValue<int>() == 1)!["partition"]!.GetValue<int>();
        var epoch = (await Cluster.PartitionAsync(Dashboard, "orders", led))["leaderEpoch"]!.GetValue<int>();
        await Button("Kill broker 1").ClickAsync();
        await Expect(Button("Start broker 1")).ToBeVisibleAsync();
        await Page.GotoAsync("about:blank");
        await Eventually.TrueAsync(
            async () => (await Cluster.ValueAsync(Dashboard, "topics"))!.AsArray().All(t => t!["name"]!.ToString() != "walkthrough-demo"),
            "its topic is gone",
            TimeSpan.FromSeconds(60));
        // away when the kill is noticed, and back: two epochs at least
        await Eventually.TrueAsync(
            async () => await Cluster.PartitionAsync(Dashboard, "orders", led) is var p
                && p["leader"]!.GetValue<int>() == 1
                && p["leaderEpoch"]!.GetValue<int>() >= epoch + 2,
            "broker 1 leads again what it led",
            TimeSpan.FromSeconds(60));
        await Cluster.ReadyAsync(Dashboard);
    }

    ILocator Step => Page.Locator(".steps li[aria-current=step] .step-no");
}

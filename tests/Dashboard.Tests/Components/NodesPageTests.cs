using Bunit;
using Dashboard.Nodes;
using NodesPage = Dashboard.Components.Features.Nodes.Nodes;

namespace Dashboard.Tests.Components;

public sealed class NodesPageTests : PageContext
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void What_was_set_for_the_nodes_is_shown_with_how_to_take_it_out()
    {
        Nodes.Settings = new(NodeSettings.None.Broker.Add("num.partitions", "4"), NodeSettings.None.Coordinator);
        var page = Open();
        Assert.Contains("Every broker", page.Markup, StringComparison.Ordinal);
        Assert.Equal("num.partitions", page.Find("dl.connect dt.mono").TextContent);
        Assert.Contains("KEY=</code> takes one out again", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Every coordinator", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broker_is_added_after_a_look_at_what_that_does()
    {
        var dialog = RenderDialogs();
        var page = Open();
        page.FindAll("button").Single(b => b.TextContent == "Add a broker…").Click();
        Assert.Contains("kafka3 is made and started, as broker 3", dialog.Markup, StringComparison.Ordinal);
        dialog.FindAll("button").Single(b => b.TextContent == "Add a broker").Click();
        page.WaitForAssertion(() => Assert.Contains(page.FindAll("th a"), a => a.TextContent == "kafka3"), patience);
        var audited = Assert.Single(await Audit.ReadLastAsync(9, Xunit.TestContext.Current.CancellationToken));
        Assert.Equal(("node.add", "kafka3", "done"), (audited.Action, audited.Subject, audited.Outcome));
    }

    [Fact]
    public void A_broker_with_replicas_is_not_removed_and_the_topics_are_named()
    {
        Monitor.Refreshed = () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Publish();
        };
        var dialog = RenderDialogs();
        var page = Open();
        page.FindAll("button").Single(b => b.GetAttribute("aria-label") == "Remove kafka2").Click();
        dialog.WaitForAssertion(
            () => Assert.Contains("Move them to other brokers first", dialog.Markup, StringComparison.Ordinal), patience);
        Assert.Contains(dialog.FindAll(".mud-alert a"), a => a.TextContent == "orders");
        Assert.True(dialog.FindAll("button").Single(b => b.TextContent == "Remove kafka2").HasAttribute("disabled"));
        Assert.Equal(6, Nodes.Nodes.Length);
    }

    [Fact]
    public async Task Why_a_paused_node_cannot_be_stopped_stands_in_its_row_and_of_others_the_state_says_it()
    {
        await Nodes.ActAsync("kafka1", NodeAction.Pause, "me", Xunit.TestContext.Current.CancellationToken);
        await Nodes.ActAsync("kafka2", NodeAction.Kill, "me", Xunit.TestContext.Current.CancellationToken);
        var reasons = Open().FindAll("tr.sub").Select(row => row.TextContent.Trim()).ToArray();
        Assert.Equal(2, reasons.Length);
        Assert.EndsWith("It is paused: resume it first, or kill it.", reasons[0], StringComparison.Ordinal);
        Assert.DoesNotContain("It does not run", reasons[1], StringComparison.Ordinal);
    }

    IRenderedComponent<NodesPage> Open() => Render<NodesPage>(p => p.Add(n => n.ClusterId, "local"));
}

using Bunit;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;
using NodesPage = Dashboard.Components.Features.Nodes.Nodes;

namespace Dashboard.Tests.Components.Features;

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
    public async Task What_was_done_and_is_not_in_the_audit_log_is_told_and_not_offered_again()
    {
        await Nodes.AddBrokerAsync("me", Xunit.TestContext.Current.CancellationToken);
        Monitor.Refreshed = () =>
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Publish();
        };
        var dialog = RenderDialogs();
        var page = Open();
        page.FindAll("button").Single(b => b.GetAttribute("aria-label") == "Remove kafka3").Click();
        dialog.WaitForAssertion(() => Assert.False(Remove().HasAttribute("disabled")), patience);
        Audit.Fault = new IOException("No space left on device");
        Remove().Click();
        dialog.WaitForAssertion(
            () => Assert.Contains(
                "node.remove kafka3 (done) is not in the audit log: audit.jsonl cannot be written: No space left on device",
                dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal),
            patience);
        Assert.True(Remove().HasAttribute("disabled"));
        Assert.DoesNotContain(Nodes.Nodes, n => n.Name == "kafka3");

        AngleSharp.Dom.IElement Remove() => dialog.FindAll("button").Single(b => b.TextContent.Trim() == "Remove kafka3");
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

    [Fact]
    public void Processes_of_Apache_are_named_with_their_ids_and_signals()
    {
        Assert.Contains("Castellan's own servers", Decoded(Open()), StringComparison.Ordinal);
        Nodes.Engine = new(EngineKind.Apache, HostedMode.ZooKeeper, "Apache Kafka 3.9.2 with ZooKeeper 3.9.5, Java 17");
        Nodes.Nodes = [.. Nodes.Nodes.Select(n => n with { ProcessId = 40_000 + n.Id })];
        var page = Open();
        Assert.Contains("Apache Kafka 3.9.2 with ZooKeeper 3.9.5, Java 17", page.Markup, StringComparison.Ordinal);
        Assert.Equal("process 40002", page.FindAll("tbody tr")[^1].QuerySelector("td small")!.TextContent);
        Assert.Equal(["SIGTERM", "SIGKILL", "SIGSTOP"], page.FindAll("dl.node-terms code").Select(code => code.TextContent));
        Assert.DoesNotContain("Castellan's own servers", Decoded(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Controllers_have_their_role_and_what_is_lost_with_one_of_them()
    {
        var now = Time.GetUtcNow();
        var voters = Enumerable.Range(101, 2).Select(id => new QuorumMember(id, true, id == 101, 9, 0, now, now, false));
        Monitor.Publish(Monitor.Current with
        {
            Version = Monitor.Current.Version + 1,
            HasZooKeeper = false,
            Quorum = Section<QuorumTable>.Unread.Read(new(101, 7, 9, [.. voters], []), now),
        });
        Nodes.Nodes =
        [
            .. Enumerable.Range(101, 2).Select(id => new HostedNode(
                $"controller{id}", NodeKind.Controller, id, NodeState.Running, 9192, now, null, null, 0)),
            .. Nodes.Nodes.Where(n => n.Kind == NodeKind.Broker),
        ];
        var dialog = RenderDialogs();
        var page = Open();
        var roles = page.FindAll("tbody tr").Take(2).Select(row => row.QuerySelectorAll("td")[1].TextContent);
        Assert.Equal(["controller, epoch 7", "controller, follows"], roles);
        Assert.DoesNotContain(page.FindAll("button"), b => b.GetAttribute("aria-label") == "Remove controller101");
        page.FindAll("button").Single(b => b.GetAttribute("aria-label") == "Kill controller101").Click();
        Assert.Contains("1 controller would be left, 2 are needed", dialog.Markup, StringComparison.Ordinal);
        Assert.Contains("It is the active controller", dialog.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("It leads no partition", dialog.Markup, StringComparison.Ordinal);
    }

    static string Decoded(IRenderedComponent<NodesPage> page) => System.Net.WebUtility.HtmlDecode(page.Markup);

    IRenderedComponent<NodesPage> Open() => Render<NodesPage>(p => p.Add(n => n.ClusterId, "local"));
}

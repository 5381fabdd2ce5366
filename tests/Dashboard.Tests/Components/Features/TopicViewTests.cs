using Bunit;
using Dashboard.Components.Features.Bulk;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.States;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Testing;

namespace Dashboard.Tests.Components.Features;

/// <summary>How the list of topics is looked at: columns, folders, favourites; and what is done to several.</summary>
public sealed class TopicViewTests : PageContext
{
    static TopicView Of(string columns = "", string tree = "", string open = "") =>
        TopicView.Of(name => name switch { "columns" => columns, "tree" => tree, "open" => open, _ => null });

    [Fact]
    public void A_view_is_what_its_address_says_and_the_usual_one_needs_none()
    {
        Assert.Empty(TopicView.Default.Query);
        Assert.Empty(Of().Query);
        var view = Of("lag,state,nonsense", ".", "team.");
        Assert.Equal([("columns", "state,lag"), ("tree", "."), ("open", "team.")], view.Query);
        Assert.Equal(["lag"], view.Turn("state").Columns);
        Assert.Equal([("columns", "none")], view.Turn("state").Turn("lag").Query.Take(1));
        Assert.Null(Of(tree: "x").Tree);
    }

    [Fact]
    public void A_folder_that_is_shut_shuts_those_in_it()
    {
        var view = Of(tree: ".", open: "a.,a.b.,c.");
        Assert.Equal(["c."], view.Fold("a.").Open);
        Assert.Equal(["a.", "a.b.", "c.", "d."], view.Fold("d.").Open);
    }

    /// <summary>Each open page keeps kilobytes for each of them, times its rows.</summary>
    [Fact]
    public void A_row_of_the_list_is_one_component_with_nothing_in_it()
    {
        var page = Render<Topics>();
        var rows = page.FindComponents<TopicListRow>();
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.Empty(row.FindComponents<IComponent>()));
        Assert.Empty(page.FindComponent<DataTable>().FindComponents<Glyph>());
        Assert.All(rows, row => Assert.NotNull(row.Find(".state use")));
        Assert.All(rows, row => Assert.NotNull(row.Find("svg.bal rect.lead")));
    }

    /// <summary>Each open page is refreshed several times a second, and most readings change little.</summary>
    [Fact]
    public async Task A_reading_draws_the_rows_that_it_changes_and_sends_nothing_of_the_others()
    {
        var page = Render<Topics>();
        await Eventually.TrueAsync(() => Monitor.Subscribers == 1, "the page follows the monitor", TimeSpan.FromSeconds(20));
        page.Render(); // from here on each row knows what it is drawn from
        var rows = page.FindComponents<TopicListRow>().ToDictionary(row => row.Instance.Line.Name);
        var before = rows.ToDictionary(row => row.Key, row => row.Value.RenderCount);
        var snapshot = Monitor.Current;
        var offsets = snapshot.Offsets.Value!.Partitions.ToDictionary();
        var first = new TopicPartition("orders", 0);
        offsets[first] = offsets[first] with { End = offsets[first].End + 5_000_000_000 };
        Monitor.Publish(snapshot with
        {
            Version = snapshot.Version + 1,
            Topics = snapshot.Topics with { AsOf = snapshot.Topics.AsOf!.Value.AddSeconds(2) },
            Offsets = snapshot.Offsets with { Value = snapshot.Offsets.Value with { Partitions = offsets } },
        });
        page.WaitForAssertion(() => Assert.Contains("5,000,", rows["orders"].Markup, StringComparison.Ordinal));
        Assert.Equal(before["orders"] + 1, rows["orders"].RenderCount);
        Assert.Equal(before["payments"], rows["payments"].RenderCount);
    }

    [Fact]
    public async Task What_is_done_to_a_row_draws_it()
    {
        var page = Render<Topics>();
        page.Render();
        await page.Find("[aria-label='Choose payments']").ChangeAsync(new() { Value = true });
        Assert.True(page.Find("[aria-label='Choose payments']").HasAttribute("checked"));
        await page.Find("[aria-label='Choose payments']").ChangeAsync(new() { Value = false });
        Assert.False(page.Find("[aria-label='Choose payments']").HasAttribute("checked"));
    }

    [Fact]
    public void A_state_that_changes_is_tinted_and_one_that_stays_is_not()
    {
        var snapshot = Cluster.Snapshot();
        var topic = TopicRow.Of(snapshot.Topics.Value!.Topics[0], snapshot);
        var row = Render<TopicListRow>(
            p => p.Add(f => f.View, TopicView.Default).Add(f => f.Brokers, []).Add(f => f.Line, TopicLine.Of(topic)));
        row.Render(p => p.Add(f => f.Line, TopicLine.Of(topic with { Groups = 7 })));
        Assert.Empty(row.FindAll(".fade"));
        row.Render(p => p.Add(f => f.Line, TopicLine.Of(topic with { Offline = topic.Offline + 1 })));
        Assert.Single(row.FindAll(".fade"));
    }

    static IEnumerable<string> Lines(string open, params string[] names)
    {
        var snapshot = new FakeCluster("local", ClusterKind.Hosted, TimeProvider.System)
            .With(3, [.. names.Select(name => (name, 1, 1))]).Snapshot();
        var rows = snapshot.Topics.Value!.Topics.Where(topic => names.Contains(topic.Name)).Select(topic => TopicRow.Of(topic, snapshot));
        return TopicTree.Lines(rows, '.', folder => open.Split(',').Contains(folder))
            .Select(line => $"{new string(' ', line.Depth)}{line.Label}{(line.Sums is { } sums ? $" {sums.Topics}" : "")}");
    }

    [Theory]
    [InlineData("", "team. 3|other.one|plain")]
    [InlineData("team.", "team. 3| a. 2| b.x|other.one|plain")]
    [InlineData("team.,team.a.", "team. 3| a. 2|  x|  y| b.x|other.one|plain")]
    public void Names_fold_at_the_separator_and_a_folder_of_one_is_none(string open, string expected)
    {
        var lines = Lines(open, "team.a.x", "team.a.y", "team.b.x", "other.one", "plain");
        Assert.Equal(expected, string.Join('|', lines));
    }

    [Fact]
    public void Ten_thousand_names_are_folded_in_no_time()
    {
        var snapshot = Cluster.Snapshot();
        var rows = Enumerable.Range(0, 10_000).Select(i => TopicRow.Of(
            new TopicInfo($"team-{i % 97}.service-{i % 31}.event-{i}", default, false, []), snapshot)).ToList();
        var best = Enumerable.Range(0, 5).Min(_ =>
        {
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            Assert.Equal(97, TopicTree.Lines(rows, '.', _ => false).Count);
            return System.Diagnostics.Stopwatch.GetElapsedTime(began);
        });
        Assert.True(best < TimeSpan.FromMilliseconds(100), $"The fastest took {best.TotalMilliseconds} ms.");
    }

    [Fact]
    public void Folders_that_hold_nothing_but_a_folder_are_one() =>
        Assert.Equal(["com.acme. 2", "plain"], Lines("", "com.acme.a", "com.acme.b", "plain"));

    [Fact]
    public void Figures_of_the_newest_record_are_asked_for_the_rows_on_the_screen_only_where_the_column_is_shown()
    {
        var asked = ((FakeLastRecords)Services.GetRequiredService<Messages.Scanning.ILastRecords>()).Asked;
        Render<Topics>();
        Assert.Empty(asked);
        Services.GetRequiredService<NavigationManager>().NavigateTo("clusters/local/topics?columns=last&q=ord");
        var list = Render<Topics>();
        list.WaitForAssertion(() => Assert.Equal(["orders"], asked.Distinct()));
        Assert.Equal(["Choose", "Topic", "Last record", "Actions"], list.FindAll("thead th").Select(head => head.TextContent.Trim()));
    }

    [Fact]
    public async Task The_menu_of_a_row_has_what_can_be_done_and_why_something_cannot()
    {
        Who.Actor = FakePermissions.Actor(permission => permission.Action != AccessAction.Delete);
        var list = Render<Topics>();
        await list.Find("[data-topic-menu=payments]").ClickAsync();
        var items = list.FindAll("#topic-menu [role=menuitem]");
        Assert.Equal("payments", list.Find("#topic-menu").GetAttribute("data-of"));
        Assert.Contains(items, item => item.GetAttribute("href") == "clusters/local/topics/payments/messages");
        var delete = items[^1];
        Assert.Null(delete.GetAttribute("href"));
        Assert.Contains("may not", delete.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_star_is_kept_and_favourites_come_first_or_alone()
    {
        var address = Services.GetRequiredService<NavigationManager>();
        address.NavigateTo("clusters/local/topics?favourites=first&sort=name");
        var list = Render<Topics>();
        await list.Find("[aria-label='Favourite: payments']").ClickAsync();
        Assert.Equal("payments", list.Find("tbody th a").TextContent);
        Assert.Equal("true", list.Find("[aria-label='Favourite: payments']").GetAttribute("aria-pressed"));
        Assert.Contains(JSInterop.Invocations, call => call.Arguments.Any(one => one is "topics:stars:local"));
    }

    [Fact]
    public async Task One_setting_of_several_topics_is_written_to_each()
    {
        Services.GetRequiredService<NavigationManager>()
            .NavigateTo("clusters/local/alter-topics?topic=orders&topic=payments&set=retention.ms:5 days");
        var page = Render<AlterMany>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        Assert.Contains("→ 432000000", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        var button = () => page.Find(".panel-foot button");
        Assert.True(button().HasAttribute("disabled"));
        await page.Find(".panel-foot input").InputAsync(new() { Value = "change 2" });
        await button().ClickAsync();
        page.WaitForAssertion(
            () => Assert.Contains("2 done, 0 not", page.Find(".panel-foot .state").TextContent, StringComparison.Ordinal));
    }
}

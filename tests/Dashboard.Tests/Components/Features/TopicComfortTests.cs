using Bunit;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Lists;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Features;

/// <summary>Several topics deleted at once, one made like another, pages of another size.</summary>
public sealed class TopicComfortTests : PageContext
{
    [Fact]
    public async Task Several_topics_are_deleted_once_their_number_is_typed()
    {
        var form = Render<DeleteManyForm>(p => p.Add(f => f.Names, ["orders", "payments"]).Add(f => f.All, 2));
        Assert.Equal(["orders", "payments"], form.FindAll("tbody th").Select(cell => cell.TextContent));
        var button = () => form.Find(".panel-foot button.danger");
        Assert.True(button().HasAttribute("disabled"));
        await form.Find(".panel-foot input").InputAsync(new() { Value = "delete 2" });
        await button().ClickAsync();
        form.WaitForAssertion(() => Assert.False(Cluster.Exists("orders") || Cluster.Exists("payments")));
        var entries = await Audit.ReadLastAsync(5, Xunit.TestContext.Current.CancellationToken);
        Assert.Equal(["topic.delete", "topic.delete"], entries.Select(e => e.Action));
        Assert.EndsWith("clusters/local/topics", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chosen_topics_are_in_the_address_of_the_page_that_deletes_them()
    {
        var list = Render<Topics>();
        var button = () => list.FindAll(".page-head button.danger").Single();
        Assert.True(button().HasAttribute("disabled"));
        await list.Find("input[aria-label='Choose payments']").ChangeAsync(new() { Value = true });
        await list.Find("input[aria-label='Choose orders']").ChangeAsync(new() { Value = true });
        await list.Find("input[aria-label='Choose orders']").ChangeAsync(new() { Value = false });
        await button().ClickAsync();
        Assert.EndsWith(
            "clusters/local/delete-topics?topic=payments", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public void A_topic_like_another_begins_with_its_placement_and_its_own_settings()
    {
        var form = Render<CreateTopicForm>(p => p.Add(f => f.Snapshot, Cluster.Snapshot()).Add(f => f.Like, "orders"));
        var placement = Cluster.Snapshot().Topics.Value!.Find("orders")!.Partitions[1].Replicas;
        Assert.Equal("orders-copy", form.Find("input").GetAttribute("value"));
        Assert.Equal(
            $"1: {string.Join(", ", placement)}", form.Find("textarea").GetAttribute("value")!.Split('\n')[1].Trim());
        Assert.Contains(form.FindAll(".config-row input"), input => input.GetAttribute("value") == "retention.ms");
        Assert.Contains(form.FindAll(".config-row input"), input => input.GetAttribute("value") == "259200000");
    }

    [Fact]
    public void The_size_of_a_page_is_in_the_address_and_begins_at_the_first_page()
    {
        var list = ListState.Of("clusters/local/topics", "ord", null, null, 3, "-state") with { DefaultSize = 50, Sizes = [25, 50, 100] };
        Assert.Equal("clusters/local/topics?q=ord&size=100", list.Href(size: 100));
        Assert.Equal("clusters/local/topics?q=ord&page=4&size=25", (list with { Size = 25 }).Href(page: 4));
        Assert.Equal("clusters/local/topics?q=ord", (list with { Size = 25 }).Href(size: 50));
        Assert.Contains(("size", "25"), (list with { Size = 25 }).Kept);
    }
}

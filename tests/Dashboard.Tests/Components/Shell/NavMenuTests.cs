using Bunit;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Shell;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Shell;

/// <summary>The navigation marks the page one is on, once, and counts.</summary>
public sealed class NavMenuTests : PageContext
{
    [Theory]
    [InlineData("", "Overview")]
    [InlineData("?from=mail", "Overview")]
    [InlineData("topics", "Topics")]
    [InlineData("topics/orders?tab=configs", "Topics")]
    [InlineData("new-topic", "Topics")]
    [InlineData("reassignments/new?topic=orders", "Reassignments")]
    [InlineData("elections", "Elections")]
    public void Marks_the_page(string address, string name)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address.StartsWith('?') ? Page.Href() + address : Page.Href(address));
        var here = Render<NavMenu>().FindAll("[aria-current]");
        Assert.Equal(name, Assert.Single(here).TextContent.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)[0]);
        Assert.Equal(("A", "page"), (here[0].TagName, here[0].GetAttribute("aria-current")));
    }

    [Fact]
    public void The_mark_moves_with_the_reader_and_counts_stand_beside_the_words()
    {
        var menu = Render<NavMenu>();
        Assert.Equal("2", menu.Find("a[href='clusters/local/topics'] .count").TextContent.Trim());
        Services.GetRequiredService<NavigationManager>().NavigateTo(Page.Href("brokers"));
        menu.WaitForAssertion(() => Assert.Equal("clusters/local/brokers", menu.Find("[aria-current]").GetAttribute("href")));
    }

    [Fact]
    public void What_makes_no_other_count_draws_no_link()
    {
        var menu = Render<NavMenu>();
        menu.Render();
        var after = Render<Follower>(); // is told in the same turn, after the menu
        var before = menu.RenderCount;
        Publish();
        after.WaitForAssertion(() => Assert.Equal($"{Monitor.Current.Version}", after.Markup));
        Assert.Equal(before, menu.RenderCount);
        Cluster.Delete("payments");
        Publish();
        menu.WaitForAssertion(() =>
        {
            Time.Advance(LiveComponent.MinimumInterval);
            Assert.Equal("1", menu.Find("a[href='clusters/local/topics'] .count").TextContent.Trim());
        });
    }

    sealed class Follower : LiveComponent
    {
        protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Version];

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Snapshot.Version);
    }
}

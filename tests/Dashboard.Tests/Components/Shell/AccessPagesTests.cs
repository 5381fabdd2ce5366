using Bunit;
using Dashboard.Components.Features.Fleet;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Shell;
using Dashboard.Monitoring.Access;
using Dashboard.Security.Access;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Tests.Components.Shell;

/// <summary>Pages for those who may not all: buttons that are off and say why, pages and clusters that are not theirs.</summary>
public sealed class AccessPagesTests : PageContext
{
    public AccessPagesTests()
    {
        SetRendererInfo(new("Server", true));
        Who.Actor = FakeActor.With("viewer");
    }

    [Fact]
    public void A_viewer_finds_buttons_off_with_the_reason_within_reach_of_keys()
    {
        var page = Render<Topic>(p => p.Add(t => t.Name, "orders"));
        var off = page.FindAll(".btn[aria-disabled=true]");
        Assert.Equal(10, off.Count);
        Assert.All(off, button =>
        {
            Assert.StartsWith("viewer anna may not ", button.GetAttribute("title"), StringComparison.Ordinal);
            Assert.Equal(button.GetAttribute("title"), page.Find('#' + button.GetAttribute("aria-describedby")).TextContent);
            Assert.False(button.HasAttribute("disabled") || button.HasAttribute("blazor:onclick"));
        });
    }

    [Fact]
    public void Who_sees_no_cluster_is_not_told_that_there_is_none_nor_to_add_one()
    {
        Who.Actor = new Actor("bob", null, Permissions.None);
        var page = Render<FleetPage>();
        Assert.Equal("No cluster here that you may see", page.Find("h1").TextContent);
        Assert.DoesNotContain("yet", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("Add one", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_elects_and_moves_and_does_not_delete()
    {
        Who.Actor = FakeActor.With("operator");
        var page = Render<Topic>(p => p.Add(t => t.Name, "orders"));
        var off = page.FindAll(".btn[aria-disabled=true]");
        Assert.Equal(["Recreate…", "Delete…"], off.Select(one => one.TextContent.Trim()));
        Assert.All(off, one => Assert.Contains("delete topics", one.GetAttribute("title"), StringComparison.Ordinal));
    }

    [Fact]
    public void Records_are_withheld_from_a_viewer_and_that_is_said()
    {
        var page = Render<Dashboard.Components.Features.Messages.Messages>(p => p.Add(m => m.Name, "orders"));
        page.WaitForAssertion(() => Assert.Contains("reading records takes a role", page.Markup, StringComparison.Ordinal));
        Assert.Contains("not allowed: needs records.read", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("customer", page.Markup, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(Dashboard.Components.Features.Audit.Audit), "viewer anna may not see the audit log on local")]
    [InlineData(typeof(Dashboard.Components.Features.Znodes.Znodes), null)]
    public void A_page_that_is_not_the_readers_says_what_is_missing(Type type, string? why)
    {
        var scope = Open(type, "local");
        Assert.Equal(why is null ? "in it" : "This page is not for you", scope.Find(why is null ? "p" : "h1").TextContent);
        if (why is not null)
        {
            Assert.StartsWith(why, scope.Find(".lede").TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_rule_that_changes_holds_for_pages_that_are_open()
    {
        Who.Actor = FakeActor.With("admin");
        var scope = Open(typeof(Dashboard.Components.Features.Audit.Audit), "local");
        Assert.Equal("in it", scope.Find("p").TextContent);
        Who.Actor = FakeActor.With("viewer");
        Registry.Set(Monitor); // as after a change of the file
        scope.WaitForAssertion(() => Assert.Equal("This page is not for you", scope.Find("h1").TextContent));
        Who.Actor = new Actor("nobody", null, Permissions.None);
        Registry.Set(Monitor);
        scope.WaitForAssertion(() => Assert.DoesNotContain("in it", scope.Markup, StringComparison.Ordinal));
    }

    [Fact]
    public void A_cluster_that_one_may_not_see_is_not_there()
    {
        Who.Actor = new Actor("nobody", null, Permissions.None);
        Assert.Equal("There is no cluster called local", Open(typeof(NewTopic), "local").Find("h1").TextContent);
        Assert.DoesNotContain("/clusters/local", Render<FleetPage>().Markup, StringComparison.Ordinal);
    }

    IRenderedComponent<ClusterScope> Open(Type page, string cluster) => Render<ClusterScope>(p => p
        .Add(s => s.Route, new Microsoft.AspNetCore.Components.RouteData(page, new Dictionary<string, object?> { ["ClusterId"] = cluster }))
        .Add(s => s.ChildContent, "<p>in it</p>"));
}

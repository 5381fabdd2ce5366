using Bunit;
using Dashboard.Components.Features.Fleet;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Shell;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Tests.Components.Shell;

/// <summary>What the cluster of an address is, and what becomes of a page whose cluster changes or goes.</summary>
public sealed class ClusterScopeTests : PageContext
{
    public ClusterScopeTests()
    {
        SetRendererInfo(new("Server", true));
        RenderTree.Add<CascadingValue<ClusterContext>>(p => p.Add(c => c.Value, null!)); // above it there is none
    }

    [Fact]
    public void A_page_of_a_cluster_that_is_removed_says_so_and_leads_to_all()
    {
        var page = Open(typeof(Dashboard.Components.Features.Topics.Topics), "local");
        Assert.Equal("in local", page.Find("p").TextContent);
        Registry.Set();
        page.WaitForAssertion(() => Assert.Equal("local is not shown here any longer", page.Find("h1").TextContent));
        Assert.Equal("clusters", page.Find("main .actions a").GetAttribute("href"));
        Registry.Set(Monitor);
        page.WaitForAssertion(() => Assert.Equal("in local", page.Find("p").TextContent));
    }

    [Fact]
    public void A_cluster_that_never_was_is_missing() =>
        Assert.Equal("There is no cluster called nowhere", Open(typeof(NewTopic), "nowhere").Find("h1").TextContent);

    [Fact]
    public void A_page_about_all_clusters_is_in_none_and_another_without_one_in_the_first()
    {
        Assert.Equal("in none", Open(typeof(FleetPage), null).Find("p").TextContent);
        Assert.Equal("in local", Open(typeof(MissingPage), null).Find("p").TextContent);
    }

    [Fact]
    public void A_definition_that_changes_is_taken_up()
    {
        Catalog.Define(new ClusterDefinition { Id = "local", Name = "local", Label = "staging" });
        var page = Open(typeof(NewTopic), "local");
        Assert.Equal("in local staging", page.Find("p").TextContent);
        Catalog.Define(new ClusterDefinition { Id = "local", Name = "local", Label = "production" });
        page.WaitForAssertion(() => Assert.Equal("in local production", page.Find("p").TextContent));
    }

    IRenderedComponent<ClusterScope> Open(Type page, string? cluster)
    {
        var values = new Dictionary<string, object?>();
        if (cluster is not null)
        {
            values["ClusterId"] = cluster;
        }
        return Render<ClusterScope>(p => p.Add(s => s.Route, new(page, values)).AddChildContent<Where>());
    }

    sealed class Where : UiComponent
    {
        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddContent(1, $"in {Context?.Id ?? "none"} {Context?.Definition?.Label}".Trim());
            builder.CloseElement();
        }
    }
}

using Bunit;
using Dashboard.Components.Foundation.Panels;

namespace Dashboard.Tests.Components.Foundation;

/// <summary>Crumbs are the way up: links in a list of their own landmark, the page itself is not among them.</summary>
public sealed class CrumbsTests : PageContext
{
    [Fact]
    public void Each_is_a_link_and_none_is_the_page_itself()
    {
        var crumbs = Render<Crumbs>(p => p.Add(
            c => c.Trail, [new("Topics", "clusters/local/topics"), new("orders", "clusters/local/topics/orders")]));
        Assert.Equal("Breadcrumb", crumbs.Find("nav").GetAttribute("aria-label"));
        Assert.Equal(
            ["clusters/local/topics", "clusters/local/topics/orders"],
            crumbs.FindAll("nav li a").Select(a => a.GetAttribute("href")));
        Assert.Empty(crumbs.FindAll("[aria-current]"));
        Assert.All(crumbs.FindAll("li:not(:has(a))"), separator => Assert.Equal("true", separator.GetAttribute("aria-hidden")));
    }
}

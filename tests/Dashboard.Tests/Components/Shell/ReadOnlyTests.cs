using Bunit;
using Dashboard.Components.Features.Topics;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Shell;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Components.Shell;

/// <summary>A cluster that is read-only: what would change it is off, and says why within reach of keys.</summary>
public sealed class ReadOnlyTests : PageContext
{
    [Theory]
    [InlineData(typeof(Dashboard.Components.Features.Topics.Topics))]
    [InlineData(typeof(Topic))]
    [InlineData(typeof(NewTopic))]
    [InlineData(typeof(Dashboard.Components.Features.Brokers.Brokers))]
    [InlineData(typeof(Dashboard.Components.Features.Elections.Elections))]
    [InlineData(typeof(Dashboard.Components.Features.Reassignments.NewReassignment))]
    public void What_would_change_it_is_off_and_says_why(Type page)
    {
        var open = Show(page, readOnly: false);
        Assert.Empty(open.FindAll("[aria-disabled=true]"));
        var shut = Show(page, readOnly: true);
        var off = shut.FindAll(".btn[aria-disabled=true]");
        Assert.NotEmpty(off);
        Assert.All(off, button =>
        {
            Assert.Equal("BUTTON", button.TagName);
            Assert.False(button.HasAttribute("disabled")); // keys reach it
            Assert.StartsWith("prod is read-only here", button.GetAttribute("title"), StringComparison.Ordinal);
            Assert.Equal("read-only", button.GetAttribute("aria-describedby"));
            Assert.False(button.HasAttribute("blazor:onclick"));
        });
        Assert.DoesNotContain(shut.FindAll("a.btn"), link => link.GetAttribute("href")!.EndsWith("/new-topic", StringComparison.Ordinal));
    }

    [Fact]
    public void The_bar_says_so_and_is_what_buttons_are_described_by()
    {
        var bar = Render<ClusterStatus>(p => p.AddCascadingValue(Of(readOnly: true)));
        Assert.StartsWith("read-only", bar.Find("#read-only").TextContent.Trim(), StringComparison.Ordinal);
        Assert.Empty(Render<ClusterStatus>(p => p.AddCascadingValue(Of(readOnly: false))).FindAll("#read-only"));
    }

    IRenderedComponent<DynamicComponent> Show(Type page, bool readOnly)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/?topic=orders");
        var parameters = page == typeof(Topic) ? new Dictionary<string, object> { ["Name"] = "orders" } : [];
        return Render<DynamicComponent>(p => p.AddCascadingValue(Of(readOnly)).Add(c => c.Type, page).Add(c => c.Parameters, parameters));
    }

    ClusterContext Of(bool readOnly)
    {
        var cluster = new FakeCluster("prod", ClusterKind.Remote, Time) { ReadOnly = readOnly }.With(3, ("orders", 4, 2));
        var monitor = new FakeClusterMonitor(cluster.Snapshot()) { Commands = new FakeCommands(cluster, Audit, Time) };
        return new(monitor, null, Who);
    }
}

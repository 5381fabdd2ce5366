using AngleSharp.Dom;
using Bunit;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Shell;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Testing;

namespace Dashboard.Tests.Components;

/// <summary>The cluster menu: links to all clusters, live while it is open, nothing while it is closed.</summary>
public sealed class ClusterMenuTests : PageContext
{
    readonly FakeClusterMonitor other;
    readonly IRenderedComponent<MudBlazor.MudPopoverProvider> popovers;
    readonly IRenderedComponent<ClusterStatus> status;

    public ClusterMenuTests()
    {
        other = new(new FakeCluster("prod-eu", ClusterKind.Remote, Time).With(3, ("orders", 4, 2)).Snapshot());
        popovers = Render<MudBlazor.MudPopoverProvider>();
        var page = new ClusterContext(Monitor, new FakeClusterRegistry(Monitor, other), Nodes);
        status = Render<ClusterStatus>(p => p.AddCascadingValue(page));
    }

    IReadOnlyList<IElement> Entries => popovers.FindAll("[role=menuitem]");

    [Fact]
    public async Task Its_entries_are_links_and_the_cluster_of_the_page_is_marked()
    {
        Assert.Empty(Entries);
        await ToggleAsync();
        Assert.Equal(["/clusters/local", "/clusters/prod-eu"], Entries.Select(entry => entry.GetAttribute("href")));
        Assert.Equal(["true", null], Entries.Select(entry => entry.GetAttribute("aria-current")));
        Assert.All(Entries, entry => Assert.Equal("A", entry.TagName));
    }

    [Fact]
    public async Task Another_clusters_trouble_shows_while_it_is_open_and_costs_nothing_while_it_is_closed()
    {
        Assert.Equal(0, other.Subscribers);
        await ToggleAsync();
        await Eventually.TrueAsync(() => other.Subscribers == 1, "it follows the other cluster");
        Assert.DoesNotContain("offline", Entries[1].TextContent, StringComparison.Ordinal);
        var finding = new Finding(FindingKind.OfflinePartitions, Severity.Bad, 2, [], ["x"], [], Time.GetUtcNow());
        other.Publish(other.Current with { Version = other.Current.Version + 1, Health = new Health(true, [finding]) });
        await Eventually.TrueAsync(() => Entries[1].TextContent.Contains("2 offline", StringComparison.Ordinal), "it tells");
        await ToggleAsync();
        await Eventually.TrueAsync(() => other.Subscribers == 0, "it follows no more");
    }

    Task ToggleAsync() => status.Find("button").ClickAsync(new());
}

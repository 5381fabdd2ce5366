using AngleSharp.Dom;
using Bunit;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Shell;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Testing;

namespace Dashboard.Tests.Components.Shell;

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
        Registry.Set(Monitor, other);
        status = Render<ClusterStatus>();
    }

    IReadOnlyList<IElement> Entries => popovers.FindAll("[role=menuitem]");

    [Fact]
    public async Task Its_entries_are_links_and_the_cluster_of_the_page_is_marked()
    {
        Assert.Empty(Entries);
        await ToggleAsync();
        Assert.Equal(
            ["clusters/local", "clusters/prod-eu", "clusters", "settings/clusters"],
            Entries.Select(entry => entry.GetAttribute("href")));
        Assert.Equal(["true", null, null, null], Entries.Select(entry => entry.GetAttribute("aria-current")));
        Assert.All(Entries, entry => Assert.Equal("A", entry.TagName));
    }

    [Fact]
    public async Task Another_clusters_trouble_comes_first_while_it_is_open_and_costs_nothing_while_it_is_closed()
    {
        Assert.Equal(0, other.Subscribers);
        await ToggleAsync();
        await Eventually.TrueAsync(() => other.Subscribers == 1, "it follows the other cluster");
        Assert.DoesNotContain("offline", Entries[1].TextContent, StringComparison.Ordinal);
        var finding = new Finding(FindingKind.OfflinePartitions, Severity.Bad, 2, [], ["x"], [], Time.GetUtcNow());
        other.Publish(other.Current with { Version = other.Current.Version + 1, Health = new Health(true, [finding]) });
        await Eventually.TrueAsync(
            () =>
            {
                Time.Advance(LiveComponent.MinimumInterval);
                return Entries[0].TextContent.Contains("2 offline", StringComparison.Ordinal);
            },
            "it tells");
        await ToggleAsync();
        await Eventually.TrueAsync(() => other.Subscribers == 0, "it follows no more");
    }

    [Fact]
    public async Task Clusters_come_and_go_while_it_is_open_and_one_alone_needs_no_list_of_all()
    {
        await ToggleAsync();
        Registry.Set(Monitor);
        await Eventually.TrueAsync(
            () =>
            {
                Time.Advance(LiveComponent.MinimumInterval);
                return Entries.Count == 2;
            },
            "the other is gone");
        Assert.Equal(["clusters/local", "settings/clusters"], Entries.Select(entry => entry.GetAttribute("href")));
    }

    Task ToggleAsync() => status.Find("button").ClickAsync(new());
}

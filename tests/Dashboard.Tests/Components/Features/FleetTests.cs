using System.Globalization;
using AngleSharp.Dom;
using Bunit;
using Dashboard.Components.Features.Fleet;
using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Shell;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Dashboard.Tests.Fakes;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Testing;
using Wire;

namespace Dashboard.Tests.Components.Features;

/// <summary>The page of all clusters: who is on it, in which order, and what it says of each.</summary>
public sealed class FleetTests : PageContext
{
    readonly FakeClusterMonitor eu;
    readonly FakeClusterMonitor us;

    public FleetTests()
    {
        eu = new(new FakeCluster("prod-eu", ClusterKind.Remote, Time).With(3, ("orders", 4, 2)).Snapshot());
        us = new(new FakeCluster("prod-us", ClusterKind.Remote, Time) { ReadOnly = true }.With(2, ("clicks", 2, 2)).Snapshot());
        Registry.Set(Monitor, eu, us);
        Catalog.Define(new() { Id = "prod-eu", Name = "prod-eu", Label = "production", Colour = "red" });
    }

    NavigationManager Navigation => Services.GetRequiredService<NavigationManager>();

    [Fact]
    public void Each_row_says_what_the_cluster_is_and_leads_to_it()
    {
        var page = Open("/clusters");
        Assert.Equal(["local", "prod-eu", "prod-us"], Names(page));
        var rows = page.FindAll("tbody tr");
        Assert.Equal("clusters/prod-eu", rows[1].QuerySelector("th a")!.GetAttribute("href"));
        var label = rows[1].QuerySelector(".label")!;
        Assert.Equal(("production", "red"), (label.TextContent, label.GetAttribute("data-colour")));
        Assert.Contains("read-only", rows[2].QuerySelector("th")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("read-only", rows[1].TextContent, StringComparison.Ordinal);
        Assert.Equal("3/3", Cell(rows[1], "Brokers"));
        Assert.Equal("1", Cell(rows[1], "Topics"));
        Assert.Equal("4", Cell(rows[1], "Partitions"));
        Assert.Equal("clusters/prod-eu/topics", rows[1].QuerySelector("[data-l=Topics] a")!.GetAttribute("href"));
        Assert.Equal("All clear: 3 clusters", page.Find("h1").TextContent);
    }

    [Fact]
    public void Not_all_is_clear_while_one_that_is_defined_is_not_watched()
    {
        Catalog.Problems = [CodedText.Plain("clusters.json: the secrets of cluster pay cannot be decrypted.")];
        Assert.Equal("3 clusters are fine; 1 entry of the settings is not watched", Open("/clusters").Find("h1").TextContent);
    }

    /// <summary>The rows are worked out once for all readers, in a loop that the first of them begins.</summary>
    [Fact]
    public async Task What_changes_is_told_in_the_language_of_each_reader()
    {
        var before = CultureInfo.CurrentUICulture;
        try
        {
            var english = Render<FleetStatus>();
            await Eventually.TrueAsync(() => us.Subscribers == 1, "the first reader follows every cluster");
            CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo("zh-Hans");
            var chinese = Render<FleetStatus>();
            CultureInfo.CurrentUICulture = before;
            us.Publish(Broken(us.Current));
            await EventuallyAsync(() => Assert.Contains("1 broken", english.Markup, StringComparison.Ordinal));
            await EventuallyAsync(() => Assert.Contains("1 个故障", chinese.Markup, StringComparison.Ordinal));
            Assert.Contains("3 个集群", chinese.Markup, StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }

    [Fact]
    public async Task What_breaks_comes_first_with_words_and_since_when()
    {
        var page = Open("/clusters");
        await Eventually.TrueAsync(() => us.Subscribers == 1 && eu.Subscribers == 1, "the page follows every cluster");
        us.Publish(Broken(us.Current));
        await EventuallyAsync(() => Assert.Equal(["prod-us", "local", "prod-eu"], Names(page)));
        var row = page.Find("tbody tr");
        Assert.Equal("is-bad", row.ClassName);
        Assert.Contains("2 offline", Cell(row, "State"), StringComparison.Ordinal);
        Assert.NotEmpty(Cell(row, "Since"));
        Assert.Equal("1 of 3 clusters needs someone: prod-us now", page.Find("h1").TextContent);
    }

    [Fact]
    public async Task A_cluster_out_of_reach_says_why_and_since_when_its_figures_are_old()
    {
        var error = new SectionError(SectionErrorKind.Unreachable, "Kafka at 10.0.0.1:9092", null, "refused", Time.GetUtcNow());
        var page = Open("/clusters");
        await Eventually.TrueAsync(() => eu.Subscribers == 1, "the page follows it");
        eu.Publish(eu.Current with
        {
            Version = 99,
            Topics = eu.Current.Topics.Failed(error),
            Brokers = eu.Current.Brokers.Failed(error),
            Ensemble = Section<EnsembleTable>.Unread,
        });
        await EventuallyAsync(() => Assert.Equal("prod-eu", Names(page)[0]));
        var row = page.Find("tbody tr");
        Assert.Contains("is-old", row.ClassName!, StringComparison.Ordinal);
        Assert.Contains("Kafka at 10.0.0.1:9092 cannot be reached.", Cell(row, "State"), StringComparison.Ordinal);
        Assert.NotNull(row.QuerySelector("[data-l=Read] .warn"));
    }

    [Fact]
    public async Task Nothing_moves_under_the_pointer_and_a_cluster_that_is_gone_goes()
    {
        var page = Open("/clusters");
        await Eventually.TrueAsync(() => us.Subscribers == 1 && eu.Subscribers == 1, "the page follows every cluster");
        await page.Find("[role=region]").TriggerEventAsync("onpointerenter", new Microsoft.AspNetCore.Components.Web.PointerEventArgs());
        us.Publish(Broken(us.Current));
        await EventuallyAsync(() => Assert.NotEmpty(page.FindAll(".waiting")));
        Assert.Equal(["local", "prod-eu", "prod-us"], Names(page));
        Registry.Set(Monitor, us);
        await EventuallyAsync(() => Assert.Equal(["local", "prod-us"], Names(page)));
        await Eventually.TrueAsync(() => eu.Subscribers == 0, "it is followed no more");
        await page.Find("[role=region]").TriggerEventAsync("onpointerleave", new Microsoft.AspNetCore.Components.Web.PointerEventArgs());
        Assert.Equal(["prod-us", "local"], Names(page));
    }

    [Fact]
    public void It_is_searched_by_label_and_sorted_by_address()
    {
        Assert.Equal(["prod-eu"], Names(Open("/clusters?q=PRODUCTION")));
        Assert.Equal(["prod-us", "prod-eu", "local"], Names(Open("/clusters?sort=-name")));
        Assert.Equal(["local", "prod-eu", "prod-us"], Names(Open("/clusters?is=ok")));
        Assert.Equal("Nothing matches these filters. Show all", Open("/clusters?is=broken").Find(".nothing").TextContent.Trim());
    }

    [Fact]
    public void The_first_page_is_the_only_clusters_own_or_of_all()
    {
        Assert.Equal(3, Names(Open("/")).Length);
        Assert.Equal("/", new Uri(Navigation.Uri).AbsolutePath);
        Registry.Set(Monitor);
        Open("/");
        Assert.Equal("/clusters/local", new Uri(Navigation.Uri).AbsolutePath);
    }

    [Fact]
    public void Without_a_cluster_it_leads_to_adding_one()
    {
        Registry.Set();
        var page = Open("/");
        Assert.Equal("No cluster is watched here yet", page.Find("h1").TextContent);
        Assert.Equal("settings/add-cluster", page.Find(".blank a").GetAttribute("href"));
    }

    [Fact]
    public void A_page_has_at_most_fifty_rows()
    {
        Registry.Set(Enumerable.Range(0, 100).Select(i =>
            new FakeClusterMonitor(new FakeCluster($"c{i:00}", ClusterKind.Remote, Time).With(1, ("t", 1, 1)).Snapshot())));
        Assert.Equal(50, Names(Open("/clusters")).Length);
        Assert.Equal("c50", Names(Open("/clusters?page=2"))[0]);
    }

    [Fact]
    public async Task A_hundred_clusters_are_followed_once_however_many_look_and_not_at_all_while_nobody_does()
    {
        const int readers = 20;
        FakeClusterMonitor[] clusters =
        [
            .. Enumerable.Range(0, 100).Select(i =>
                new FakeClusterMonitor(new FakeCluster($"c{i:00}", ClusterKind.Remote, Time).With(1, ("t", 1, 1)).Snapshot())),
        ];
        Registry.Set(clusters);
        var pages = Enumerable.Range(0, readers).Select(_ => Open("/clusters")).ToList();
        var feed = Services.GetRequiredService<FleetFeed>();
        await Eventually.TrueAsync(() => clusters.All(c => c.Subscribers == 1), "each is followed once");
        var (before, began) = (feed.TimesWorkedOut, TimeProvider.System.GetTimestamp());
        Array.ForEach(clusters, cluster => cluster.Publish(Broken(cluster.Current)));
        await EventuallyAsync(() => Assert.All(pages, page => Assert.Equal("is-bad", page.Find("tbody tr").ClassName)));
        var (worked, took) = (feed.TimesWorkedOut - before, TimeProvider.System.GetElapsedTime(began));
        Xunit.TestContext.Current.TestOutputHelper?.WriteLine(
            $"{clusters.Length} clusters changed before {readers} readers: rows worked out {worked} times, {took.TotalMilliseconds:0} ms");
        Assert.InRange(worked, 1, readers - 1); // one feed a reader worked them out at least once for each

        await DisposeComponentsAsync();
        await Eventually.TrueAsync(() => clusters.All(c => c.Subscribers == 0), "nobody is followed");
    }

    IRenderedComponent<FleetPage> Open(string address)
    {
        Navigation.NavigateTo(address);
        return Render<FleetPage>();
    }

    /// <summary>It renders at most four times a second, by the clock of the test.</summary>
    Task EventuallyAsync(Action assertion) => Eventually.TrueAsync(
        () =>
        {
            Time.Advance(LiveComponent.MinimumInterval);
            try
            {
                assertion();
                return true;
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or ElementNotFoundException)
            {
                return false;
            }
        },
        "the page shows it");

    static string[] Names(IRenderedComponent<FleetPage> page) =>
        [.. page.FindAll("tbody tr th a").Select(name => name.TextContent)];

    static string Cell(IElement row, string label) => row.QuerySelector($"[data-l='{label}']")!.TextContent.Trim();

    ClusterSnapshot Broken(ClusterSnapshot snapshot) => snapshot with
    {
        Version = snapshot.Version + 1,
        Health = new(true, [new(FindingKind.OfflinePartitions, Severity.Bad, 2, [], ["x"], [], Time.GetUtcNow())]),
    };
}

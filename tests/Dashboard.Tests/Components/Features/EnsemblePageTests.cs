using AngleSharp.Dom;
using Bunit;
using Dashboard.Components.Features.Ensemble;
using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Testing;

namespace Dashboard.Tests.Components.Features;

public sealed class EnsemblePageTests : PageContext
{
    static readonly TimeSpan took = TimeSpan.FromMilliseconds(212);

    /// <summary>Coordinators that start again may remember no election: the page is open and goes on showing the last one.</summary>
    [Fact]
    public async Task It_stays_when_every_coordinator_has_forgotten_its_elections()
    {
        Publish(Election(3, 4));
        var page = Render<Ensemble>(p => p.Add(e => e.ClusterId, "local"));
        Assert.Contains("212 ms", page.Markup, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Monitor.Subscribers > 0, "the page listens");

        var first = Monitor.Current;
        var ensemble = first.Ensemble.Value!;
        var down = ensemble with
        {
            LeaderId = null,
            Elections = [],
            Servers = [.. ensemble.Servers.Select(s => s with { Role = ServerRole.Down })],
        };
        Monitor.Publish(first with { Version = first.Version + 1, Ensemble = first.Ensemble with { Value = down } });
        await Eventually.TrueAsync(
            () => page.Markup.Contains("Nobody leads", StringComparison.Ordinal), "what the ensemble has become is shown");
        Assert.Contains("212 ms", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_that_is_not_allowed_is_named_with_the_line_that_allows_it()
    {
        var ensemble = Monitor.Current.Ensemble.Value!;
        var servers = ensemble.Servers.SetItem(0, ensemble.Servers[0] with { ByAdminServer = true });
        Monitor.Publish(Monitor.Current with
        {
            Version = Monitor.Current.Version + 1,
            Ensemble = Monitor.Current.Ensemble with { Value = ensemble with { Refused = ["mntr"], Servers = servers } },
        });
        var page = Render<Ensemble>(p => p.Add(e => e.ClusterId, "local"));
        Assert.Contains("does not allow mntr", page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.Contains("4lw.commands.whitelist=srvr, mntr, conf", page.Find(".mud-alert").TextContent, StringComparison.Ordinal);
        Assert.Contains("partly by its AdminServer", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_election_is_seen_as_it_runs_in_place_of_the_one_before()
    {
        Publish(Election(3, 4));
        var page = Render<Ensemble>(p => p.Add(e => e.ClusterId, "local"));
        Assert.Equal("zk3 is elected and opens epoch 4", Title(page));
        await Eventually.TrueAsync(() => Monitor.Subscribers > 0, "the page listens");

        var running = Election(2, null) with { Id = "b", EndedAt = null, LeaderId = null };
        Publish(running, Election(3, 4));
        await Eventually.TrueAsync(() => Title(page) == "An election is under way: zk2", "the running one replaces it");
        Assert.Contains("#elections", page.Find("#election .panel-head a").GetAttribute("href"), StringComparison.Ordinal);
        Assert.Equal(2, page.FindAll("#elections tbody tr").Count);
        var ended = Election(2, 5) with { Id = "b" };
        Time.Advance(LiveComponent.MinimumInterval);
        Publish(ended, Election(3, 4));
        await Eventually.TrueAsync(() => Title(page) == "zk2 is elected and opens epoch 5", "and it goes on to its end");
    }

    [Fact]
    public async Task One_that_the_address_names_stays_and_the_newest_is_a_link_away()
    {
        Publish(Election(3, 4));
        Services.GetRequiredService<NavigationManager>().NavigateTo("/clusters/local/ensemble?election=a");
        var page = Render<Ensemble>(p => p.Add(e => e.ClusterId, "local"));
        await Eventually.TrueAsync(() => Monitor.Subscribers > 0, "the page listens");
        Publish(Election(2, 5) with { Id = "b" }, Election(3, 4));
        await Eventually.TrueAsync(() => page.FindAll(".mud-alert a").Count == 1, "it says that there is a newer one");
        Assert.Equal("zk3 is elected and opens epoch 4", Title(page));
        Assert.Equal("clusters/local/ensemble", page.Find(".mud-alert a").GetAttribute("href"));
    }

    [Fact]
    public void A_rejoin_is_told_as_a_question_and_its_answer()
    {
        var at = Time.GetUtcNow();
        Publish(new ElectionView("r", ElectionKind.Rejoin, 2, at, at.AddMilliseconds(1), 2, 5,
        [
            new VoteStep(at, "initial", 3, null, 3, 7, 4, "own"),
            new VoteStep(at, "received", 3, 2, 2, 7, 5, "settled"),
            new VoteStep(at, "decided", 3, null, 2, 7, 5, "following"),
        ]));
        var page = Render<Ensemble>(p => p.Add(e => e.ClusterId, "local"));
        Assert.Equal("zk3 asks, is told that zk2 leads", Title(page));
        Assert.DoesNotContain("votes for itself", page.Markup, StringComparison.Ordinal);
        Assert.Contains("zk3 follows zk2", page.Markup, StringComparison.Ordinal);
    }

    ElectionView Election(int leader, long? epoch)
    {
        var at = Time.GetUtcNow();
        return new ElectionView("a", ElectionKind.Election, 1, at, at + took, leader, epoch,
        [
            new VoteStep(at, "initial", leader, null, leader, 7, 4, "own"),
            new VoteStep(at + took, "decided", leader, null, leader, 7, 4, "leading"),
        ]);
    }

    void Publish(params ElectionView[] elections)
    {
        var before = Monitor.Current;
        var ensemble = before.Ensemble with { Value = before.Ensemble.Value! with { Elections = [.. elections] } };
        Monitor.Publish(before with { Version = before.Version + 1, Ensemble = ensemble });
    }

    static string Title(IRenderedComponent<Ensemble> page) => page.Find("#election h2").Text();
}

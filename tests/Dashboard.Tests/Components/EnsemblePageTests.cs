using Bunit;
using Dashboard.Components.Pages;
using Dashboard.Monitoring.Model;
using Testing;

namespace Dashboard.Tests.Components;

public sealed class EnsemblePageTests : PageContext
{
    /// <summary>Coordinators that start again remember no election: the page is open and goes on showing the last one.</summary>
    [Fact]
    public async Task It_stays_when_every_coordinator_has_forgotten_its_elections()
    {
        var first = Monitor.Current;
        var ensemble = first.Ensemble.Value!;
        var at = Time.GetUtcNow();
        var election = new ElectionView(1, at, at.AddMilliseconds(212), 3, 4, [new VoteStep(at, "initial", 3, null, 3, 7, 4, ""), new VoteStep(at, "decided", 3, null, 3, 7, 4, "leading")]);
        Monitor.Publish(first with { Version = first.Version + 1, Ensemble = first.Ensemble with { Value = ensemble with { Elections = [election] } } });
        var page = Render<Ensemble>(p => p.Add(e => e.ClusterId, "local"));
        Assert.Contains("212 ms", page.Markup, StringComparison.Ordinal);
        await Eventually.TrueAsync(() => Monitor.Subscribers > 0, "the page listens");

        var down = ensemble with { LeaderId = null, Elections = [], Servers = [.. ensemble.Servers.Select(s => s with { Role = ServerRole.Down })] };
        Monitor.Publish(first with { Version = first.Version + 2, Ensemble = first.Ensemble with { Value = down } });
        await Eventually.TrueAsync(() => page.Markup.Contains("Nobody leads", StringComparison.Ordinal), "what the ensemble has become is shown");
        Assert.Contains("212 ms", page.Markup, StringComparison.Ordinal);
    }
}

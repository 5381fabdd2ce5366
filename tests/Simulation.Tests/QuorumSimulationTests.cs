using System.Collections.Concurrent;
using System.Globalization;

namespace Simulation.Tests;

public class QuorumSimulationTests
{
    /// <summary>CASTELLAN_SEEDS=n: how many seeds are tried.</summary>
    static int Seeds =>
        int.TryParse(Environment.GetEnvironmentVariable("CASTELLAN_SEEDS"), CultureInfo.InvariantCulture, out var seeds) ? seeds : 300;

    /// <summary>CASTELLAN_SEED=n replays one seed and prints what happens in it.</summary>
    static int? Replayed =>
        int.TryParse(Environment.GetEnvironmentVariable("CASTELLAN_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : null;

    [Fact]
    public void Whatever_crashes_no_acknowledged_write_is_lost_and_all_servers_agree()
    {
        if (Replayed is { } seed)
        {
            Run(seed, trace: text => TestContext.Current.TestOutputHelper?.WriteLine(text));
            return;
        }

        var runs = new ConcurrentBag<Ensemble>();
        Parallel.For(0, Seeds, i => runs.Add(Run(i)));
        var notes = runs.SelectMany(r => r.World.Notes).GroupBy(n => n.Key, n => n.Value).OrderBy(n => n.Key);
        var summary = string.Join(", ", notes.Select(n => $"{n.Key} {n.Sum()}"))
            + $"; {runs.Sum(r => r.World.Events)} events, {runs.Sum(r => r.Ledger.Acknowledged)} writes acknowledged, "
            + $"{runs.Sum(r => r.Ledger.Epochs)} epochs";
        TestContext.Current.TestOutputHelper?.WriteLine(summary);
        Assert.True(runs.Sum(r => r.Ledger.Acknowledged) > Seeds * 50, summary);
        Assert.True(runs.Sum(r => r.Ledger.Epochs) > Seeds * 2, summary);
        Assert.All(
            ["Diff", "Trunc", "Snap", "crashes", "pauses"],
            what => Assert.True(runs.Sum(r => r.World.Notes.GetValueOrDefault(what)) > 10, $"{what}: {summary}"));
    }

    [Fact]
    public void The_same_seed_makes_the_same_world()
    {
        var one = Run(7).World;
        var other = Run(7).World;
        Assert.Equal((one.Events, one.Fingerprint), (other.Events, other.Fingerprint));
        Assert.NotEqual(one.Fingerprint, Run(8).World.Fingerprint);
    }

    [Fact]
    public void A_majority_that_is_none_is_noticed() =>
        Assert.Contains(Enumerable.Range(0, 60), seed => Breaks(new Ensemble(new World(seed), 3, majority: 1)));

    [Fact]
    public void Acknowledging_before_the_disk_has_it_is_noticed() =>
        Assert.Contains(Enumerable.Range(0, 60), seed => Breaks(new Ensemble(new World(seed), 3) { AcknowledgesBeforeSync = true }));

    static bool Breaks(Ensemble ensemble)
    {
        try
        {
            new Scenario(ensemble).Run();
            return false;
        }
        catch (BrokenInvariantException)
        {
            return true;
        }
    }

    static Ensemble Run(int seed, Action<string>? trace = null)
    {
        var world = new World(seed) { Trace = trace };
        var ensemble = new Ensemble(world, servers: seed % 3 == 0 ? 5 : 3);
        try
        {
            new Scenario(ensemble).Run();
            return ensemble;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"Seed {seed} fails at {world.Now.TotalMilliseconds:0.000} ms (CASTELLAN_SEED={seed} replays it): {e.Message}", e);
        }
    }
}

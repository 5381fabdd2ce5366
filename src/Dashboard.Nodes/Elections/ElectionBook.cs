using System.Collections.Immutable;
using ZooKeeper.Server.Quorum.Election;

namespace Dashboard.Nodes.Elections;

/// <summary>
/// The elections of the hosted coordinators over their lives. A server keeps its traces in memory only; here they outlive it, at most
/// <see cref="ElectionTrace.MaxTraces"/> of each. Safe from any thread.
/// </summary>
sealed class ElectionBook(IEnumerable<string> coordinators, TimeProvider time)
{
    readonly Lock gate = new();
    readonly Dictionary<string, Shelf> shelves = coordinators.ToDictionary(name => name, _ => new Shelf([], () => []));

    /// <summary>What a coordinator traced in its earlier lives, and what it traces in this one.</summary>
    sealed record Shelf(ImmutableArray<ElectionTrace> Past, Func<IReadOnlyList<ElectionTrace>> Present);

    int Majority => shelves.Count / 2 + 1;

    /// <summary>A new life began; what the one before had traced is kept.</summary>
    public void Begin(string coordinator, Func<IReadOnlyList<ElectionTrace>> traces)
    {
        // a life that was killed has not said goodbye: what it traced is taken over here
        End(coordinator);
        lock (gate)
        {
            shelves[coordinator] = shelves[coordinator] with { Present = traces };
        }
    }

    /// <summary>It died or was stopped: a server that was looking for a leader no longer does.</summary>
    public void End(string coordinator)
    {
        lock (gate)
        {
            shelves[coordinator] = new Shelf([.. All(shelves[coordinator]).Select(Close).Take(ElectionTrace.MaxTraces)], () => []);
        }
    }

    /// <summary>Newest first.</summary>
    public ImmutableArray<HostedElection> Read() => ElectionMerge.Merge(Traces, Majority);

    /// <summary>Of all coordinators, in no order.</summary>
    public IReadOnlyList<ElectionTrace> Traces
    {
        get
        {
            lock (gate)
            {
                return [.. shelves.Values.SelectMany(All)];
            }
        }
    }

    static IEnumerable<ElectionTrace> All(Shelf shelf) => shelf.Present().Concat(shelf.Past);

    ElectionTrace Close(ElectionTrace trace) => trace.EndedAt is null ? trace with { EndedAt = time.GetUtcNow() } : trace;
}

using System.Collections.Concurrent;

namespace Dashboard.Components.Features.Walkthroughs;

/// <summary>
/// One walkthrough at a time changes a cluster: two would delete each other's topic and start brokers the other has just killed. Safe from
/// any thread.
/// </summary>
public sealed class WalkthroughTurn
{
    readonly ConcurrentDictionary<string, object> taken = new(StringComparer.Ordinal);

    /// <summary>True when it is, or already was, <paramref name="by"/>'s turn.</summary>
    public bool TryTake(string cluster, object by) => taken.GetOrAdd(cluster, by) == by;

    public void GiveBack(string cluster, object by) => taken.TryRemove(new(cluster, by));

    /// <summary>Whether it is another one's turn.</summary>
    public bool IsTaken(string cluster, object by) => taken.TryGetValue(cluster, out var other) && other != by;
}

using System.Collections.Concurrent;

namespace Dashboard.Operations;

/// <summary>
/// One walkthrough at a time changes a cluster: two would delete each other's topic and start brokers the other has just killed. Safe from
/// any thread.
/// </summary>
public sealed class WalkthroughTurn
{
    readonly ConcurrentDictionary<string, ITurnTaker> taken = new(StringComparer.Ordinal);

    /// <summary>True when it is, or already was, <paramref name="by"/>'s turn.</summary>
    public bool TryTake(string cluster, ITurnTaker by) => taken.GetOrAdd(cluster, by) == by;

    public void GiveBack(string cluster, ITurnTaker by) => taken.TryRemove(new(cluster, by));

    /// <summary>Whether it is another one's turn.</summary>
    public bool IsTaken(string cluster, ITurnTaker by) => taken.TryGetValue(cluster, out var other) && other != by;

    /// <summary>Whose turn it is; null: nobody's.</summary>
    public ITurnTaker? Taker(string cluster) => taken.GetValueOrDefault(cluster);
}

/// <summary>A walkthrough, or what takes away what one has left.</summary>
public interface ITurnTaker
{
    /// <summary>Who began it.</summary>
    string By { get; }

    /// <summary>Ends it wherever it stands. Done when what it changed is undone and the turn given back.</summary>
    /// <param name="by">Who wants that.</param>
    Task EndAsync(string by);
}

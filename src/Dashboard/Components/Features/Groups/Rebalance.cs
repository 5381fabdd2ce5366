using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Groups;

/// <summary>Members of a group came or went.</summary>
/// <param name="From">How many there were.</param>
/// <param name="Took">
/// Until a reading found the group stable again; null: no reading found it anything else, or it is not stable yet, or members changed again
/// before.
/// </param>
public sealed record Rebalance(DateTimeOffset At, string From, string To, TimeSpan? Took)
{
    /// <param name="events">Newest first.</param>
    public static IReadOnlyList<Rebalance> Of(string group, ImmutableArray<ClusterEvent> events)
    {
        var all = new List<Rebalance>();
        DateTimeOffset? stable = null;
        foreach (var one in events.Where(e => e.Subject == group))
        {
            switch (one.Kind)
            {
                // arguments: the group, the state before, the state after
                case EventKind.GroupStateChanged:
                    stable = one.Arguments is [_, _, "Stable"] ? one.At : null;
                    break;
                case EventKind.GroupMembersChanged when one.Arguments is [_, var from, var to]:
                    all.Add(new Rebalance(one.At, from, to, stable - one.At));
                    stable = null;
                    break;
                default:
                    break;
            }
        }

        return all;
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Components.Controls;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Pages;

/// <summary>All consumer groups of a reading as the list shows them, worked out once for all readers.</summary>
public sealed class GroupList
{
    static readonly ListShape<GroupInfo> shape = new(
        g => g.GroupId,
        new Dictionary<string, Func<GroupInfo, IComparable?>>
        {
            ["name"] = g => g.GroupId,
            ["state"] = g => g.State,
            ["protocol"] = g => g.Type ?? g.ProtocolType,
            ["members"] = g => g.Members.Length,
            ["lag"] = g => g.TotalLag,
            ["time"] = g => g.Members.Length == 0 ? null : g.LagSeconds,
            ["since"] = g => g.GrowingSince,
            ["growth"] = g => g.LagPerSecond,
        },
        [
            new("growing", "warn", g => g.IsLagGrowing),
            new("lagging", "info", g => g.TotalLag > 0),
            new("rebalancing", "warn", g => g.State is "PreparingRebalance" or "CompletingRebalance" or "Assigning" or "Reconciling"),
            new("stable", "ok", g => g.State == "Stable"),
            new("empty", "info", g => g.State == "Empty"),
            new("dead", "killed", g => g.State == "Dead"),
            new("unread", "stale", g => g.Error is not null),
        ]);

    static readonly ConditionalWeakTable<GroupTable, GroupList> known = [];
    static readonly GroupList none = new([]);

    GroupList(ImmutableArray<GroupInfo> all)
    {
        Rows = new(all, shape);
        WithMembers = all.Count(g => g.Members.Length > 0);
        TotalLag = all.Sum(g => g.TotalLag ?? 0);
        Growing = all.Count(g => g.IsLagGrowing);
        Worst = all.Where(g => g.IsLagGrowing).MaxBy(g => g.TotalLag);
    }

    public ListRows<GroupInfo> Rows { get; }

    public int WithMembers { get; }

    public long TotalLag { get; }

    /// <summary>How many groups' lag grows.</summary>
    public int Growing { get; }

    /// <summary>The one of those that is furthest behind.</summary>
    public GroupInfo? Worst { get; }

    public static GroupList Of(ClusterSnapshot snapshot) => snapshot.Groups.Value is { } table ? known.GetValue(table, static t => new(t.Groups)) : none;
}

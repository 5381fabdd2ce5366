using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Components.Features.Groups;

/// <summary>All groups of a reading as the list shows them, worked out once for all readers.</summary>
public sealed class GroupList
{
    static readonly GroupKind[] kinds = [GroupKind.Classic, GroupKind.Consumer, GroupKind.Share, GroupKind.Streams];

    static readonly ListShape<GroupInfo> shape = new(
        g => g.GroupId,
        new Dictionary<string, Func<GroupInfo, IComparable?>>
        {
            ["urgency"] = g => (g.Members.Length > 0, g.IsLagGrowing, g.TotalLag ?? -1),
            ["name"] = g => g.GroupId,
            ["state"] = g => g.State,
            ["kind"] = g => (g.Kind, g.ProtocolType),
            ["members"] = g => g.Members.Length,
            ["lag"] = g => g.TotalLag,
            ["time"] = g => g.Members.Length == 0 ? null : g.LagSeconds,
            ["since"] = g => g.GrowingSince,
            ["growth"] = g => g.LagPerSecond,
        },
        [
            new("growing", "warn", g => g.IsLagGrowing),
            new("lagging", "info", g => g.TotalLag > 0),
            new("beyond-end", "warn", g => g.IsBeyondEnd),
            new("rebalancing", "warn", g => g.State is "PreparingRebalance" or "CompletingRebalance" or "Assigning" or "Reconciling"),
            new("stable", "ok", g => g.State == "Stable"),
            new("empty", "info", g => g.State == "Empty"),
            new("dead", "killed", g => g.State == "Dead"),
            new("unread", "stale", g => g.Error is not null),
            .. kinds.Select(kind => new ListKind<GroupInfo>(GroupWords.Of(kind), "info", g => g.Kind == kind)),
        ]);

    static readonly ConditionalWeakTable<GroupTable, GroupList> known = [];
    static readonly GroupList none = new([]);

    GroupList(ImmutableArray<GroupInfo> all)
    {
        Rows = new(all, shape);
        WithMembers = all.Count(g => g.Members.Length > 0);
        TotalLag = all.Sum(g => g.TotalLag ?? 0);
    }

    public ListRows<GroupInfo> Rows { get; }

    public int WithMembers { get; }

    public long TotalLag { get; }

    /// <summary>A filter for the kind that all groups are of would leave what is there.</summary>
    public bool Divides(string filter) =>
        !kinds.Any(kind => GroupWords.Of(kind) == filter) || Rows.All.Select(g => g.Kind).Distinct().Skip(1).Any();

    public static GroupList Of(ClusterSnapshot snapshot) =>
        snapshot.Groups.Value is { } table ? known.GetValue(table, static t => new(t.Groups)) : none;
}

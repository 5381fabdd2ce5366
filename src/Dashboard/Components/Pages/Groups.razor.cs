using System.Collections.Immutable;
using Dashboard.Components.Controls;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Pages;

/// <summary>Consumer groups, most lag first; filtered, sorted and paged on the server, from the snapshot.</summary>
public partial class Groups : ListPage
{
    static readonly (string State, string Glyph)[] stateTerms = [("Stable", "ok"), ("PreparingRebalance", "warn"), ("CompletingRebalance", "warn"), ("Empty", "info"), ("Dead", "killed")];

    static readonly Dictionary<string, Func<GroupInfo, IComparable?>> columns = new()
    {
        ["name"] = g => g.GroupId,
        ["state"] = g => g.State,
        ["protocol"] = g => g.Type ?? g.ProtocolType,
        ["members"] = g => g.Members.Length,
        ["lag"] = g => g.TotalLag,
        ["time"] = g => g.Members.Length == 0 ? null : g.LagSeconds,
        ["since"] = g => g.GrowingSince,
        ["growth"] = g => g.LagPerSecond,
    };

    static readonly (string Is, string Glyph, Func<GroupInfo, bool> Where)[] kinds =
    [
        ("growing", "warn", g => g.IsLagGrowing),
        ("lagging", "info", g => g.TotalLag > 0),
        ("rebalancing", "warn", g => g.State is "PreparingRebalance" or "CompletingRebalance" or "Assigning" or "Reconciling"),
        ("stable", "ok", g => g.State == "Stable"),
        ("empty", "info", g => g.State == "Empty"),
        ("dead", "killed", g => g.State == "Dead"),
        ("unread", "stale", g => g.Error is not null),
    ];

    ImmutableArray<GroupInfo> all = [];
    GroupInfo[] rows = [];
    List<Chip> chips = [];
    int matching;
    int withMembers;
    long totalLag;

    protected override (string Page, string DefaultSort) Defaults => ("groups", "-lag");

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Groups, snapshot.Offsets.Error];

    protected override void OnSnapshot()
    {
        all = Snapshot.Groups.Value?.Groups ?? [];
        chips = [new("", L["List_All"], all.Length), .. kinds.Select(k => new Chip(k.Is, L[$"Groups_Is_{k.Is}"], all.Count(k.Where), k.Glyph)).Where(c => c.Count > 0 || c.Is == List.Is)];
        var kind = kinds.FirstOrDefault(k => k.Is == List.Is).Where ?? (_ => true);
        var found = all.Where(g => List.Matches(g.GroupId) && kind(g)).ToList();
        matching = found.Count;
        rows = [.. List.Order(found, columns, g => g.GroupId).Skip((List.Page - 1) * ListState.PageSize).Take(ListState.PageSize)];
        withMembers = all.Count(g => g.Members.Length > 0);
        totalLag = all.Sum(g => g.TotalLag ?? 0);
    }

    string Headline
    {
        get
        {
            var growing = all.Where(g => g.IsLagGrowing).OrderByDescending(g => g.TotalLag).ToArray();
            return growing switch
            {
                _ when Snapshot.Groups.Value is null => L["Nav_Groups"],
                [var one] => L["Groups_OneBehind", one.GroupId, Format.Seconds(L, one.LagSeconds), all.Length],
                [var worst, ..] => L["Groups_Behind", growing.Length, all.Length, worst.GroupId],
                _ => L["Groups_Fine", all.Length],
            };
        }
    }

    static string Growth(GroupInfo group) => group.LagPerSecond switch
    {
        null => Format.None,
        > 0 => "+" + Format.PerSecond(group.LagPerSecond),
        < 0 => "−" + Format.PerSecond(-group.LagPerSecond),
        _ => "0",
    };
}

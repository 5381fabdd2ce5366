using Dashboard.Components.Controls;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Pages;

/// <summary>Consumer groups, most lag first; filtered, sorted and paged on the server, from the snapshot.</summary>
public partial class Groups : ListPage
{
    static readonly (string State, string Glyph)[] stateTerms = [("Stable", "ok"), ("PreparingRebalance", "warn"), ("CompletingRebalance", "warn"), ("Empty", "info"), ("Dead", "killed")];

    readonly HeldRows<GroupInfo> rows = new(g => g.GroupId);
    GroupList groups = null!;
    List<Chip> chips = [];
    int matching;

    protected override (string Page, string DefaultSort) Defaults => ("groups", "-lag");

    protected override int PageSize => 25;

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Groups, snapshot.Offsets.Error];

    protected override void OnSnapshot()
    {
        groups = GroupList.Of(Snapshot);
        chips = Chips(groups.Rows, kind => L[$"Groups_Is_{kind}"]);
        (var part, matching) = groups.Rows.Part(List);
        rows.Set(part, groups.Rows.Find, List);
    }

    protected override void Hold(bool held) => rows.Held = held;

    string Headline => groups switch
    {
        _ when Snapshot.Groups.Value is null => L["Nav_Groups"],
        { Growing: 1, Worst: { } one } => L["Groups_OneBehind", one.GroupId, Format.Seconds(L, one.LagSeconds), groups.Rows.All.Count],
        { Worst: { } worst } => L["Groups_Behind", groups.Growing, groups.Rows.All.Count, worst.GroupId],
        _ => L["Groups_Fine", groups.Rows.All.Count],
    };

    static string Growth(GroupInfo group) => group.LagPerSecond is { } rate ? Format.Signed(rate, Format.PerSecond(Math.Abs(rate))) : Format.None;
}

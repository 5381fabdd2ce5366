using Dashboard.Components.Foundation.Lists;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Groups;

/// <summary>
/// Consumer groups: those that fall behind first, then those that are read, most lag first, and the empty ones last; filtered, sorted and
/// paged on the server, from the snapshot.
/// </summary>
public partial class Groups : ListPage
{
    static readonly (string State, string Glyph)[] stateTerms =
    [
        ("Stable", "ok"), ("PreparingRebalance", "warn"), ("CompletingRebalance", "warn"), ("Assigning", "busy"), ("Reconciling", "busy"),
        ("NotReady", "warn"), ("Empty", "info"), ("Dead", "killed"),
    ];

    readonly HeldRows<GroupInfo> rows = new(g => g.GroupId);
    GroupList groups = null!;
    List<Chip> chips = [];
    int matching;

    protected override (string Page, string DefaultSort) Defaults => ("groups", "-urgency");

    protected override int PageSize => 25;

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
    [
        snapshot.Groups, snapshot.Offsets.Error, snapshot.Brokers.Value, snapshot.LegacyGroups,
    ];

    protected override IEnumerable<string> GroupsSeen => rows.Shown.Select(g => g.GroupId);

    protected override void OnSnapshot()
    {
        groups = GroupList.Of(Snapshot);
        chips = [.. Chips(groups.Rows, kind => L[$"Groups_Is_{kind}"]).Where(chip => chip.Is == List.Is || groups.Divides(chip.Is))];
        (var part, matching) = groups.Rows.Part(List);
        rows.Set(part, groups.Rows.Find, List);
    }

    protected override void Hold(bool held) => rows.Held = held;

    string Headline => Tell(Verdicts.Groups(Snapshot));

    static string Growth(GroupInfo group) =>
        group.LagPerSecond is { } rate ? Format.Signed(rate, Format.PerSecond(Math.Abs(rate))) : Format.None;
}

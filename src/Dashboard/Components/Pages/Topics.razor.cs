using System.Collections.Immutable;
using Dashboard.Components.Controls;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Pages;

/// <summary>All topics, worst first: filtered, sorted and cut to a page of 50 on the server.</summary>
public partial class Topics : ListPage
{
    static readonly Dictionary<string, Func<TopicRow, IComparable?>> columns = new()
    {
        ["name"] = r => r.Topic.Name,
        ["state"] = r => r.Trouble,
        ["partitions"] = r => r.Topic.Partitions.Length,
        ["factor"] = r => r.Topic.ReplicationFactor,
        ["records"] = r => r.Records,
        ["size"] = r => r.Size,
        ["in"] = r => r.In,
        ["groups"] = r => r.Groups,
        ["kept"] = r => r.Compacted ? null : r.KeptMs,
    };

    static readonly (string Is, string Glyph, Func<TopicRow, bool> Where)[] kinds =
    [
        ("offline", "bad", r => r.Offline > 0),
        ("under-min-isr", "bad", r => r.UnderMinIsr > 0),
        ("under-replicated", "warn", r => r.UnderReplicated > 0),
        ("not-preferred", "warn", r => r.NotPreferred > 0),
        ("internal", "info", r => r.Topic.IsInternal),
    ];

    List<TopicRow> all = [];
    List<TopicRow> rows = [];
    List<Chip> chips = [];
    ImmutableArray<BrokerInfo> brokers = [];
    int matching;

    protected override (string Page, string DefaultSort) Defaults => ("topics", "-state");

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Topics, snapshot.Offsets, snapshot.LogDirs, snapshot.TopicConfigs.Value, snapshot.Groups.Value, snapshot.Brokers.Value];

    protected override void OnSnapshot()
    {
        brokers = Snapshot.Brokers.Value?.Brokers ?? [];
        all = [.. (Snapshot.Topics.Value?.Topics ?? []).Select(t => TopicRow.Of(t, Snapshot))];
        chips = [new("", L["List_All"], all.Count), .. kinds.Select(k => new Chip(k.Is, L[$"Topics_Is_{k.Is}"], all.Count(k.Where), k.Glyph)).Where(c => c.Count > 0 || c.Is == List.Is)];
        var kind = kinds.FirstOrDefault(k => k.Is == List.Is).Where ?? (_ => true);
        var found = all.Where(r => List.Matches(r.Topic.Name) && kind(r)).ToList();
        matching = found.Count;
        rows = [.. List.Order(found, columns, r => r.Topic.Name).Skip((List.Page - 1) * ListState.PageSize).Take(ListState.PageSize)];
    }

    string Headline
    {
        get
        {
            if (Snapshot.Topics.Value is null)
            {
                return L["Nav_Topics"];
            }
            var offline = all.Count(r => r.Offline > 0);
            var refused = all.Count(r => r.Offline == 0 && r.UnderMinIsr > 0);
            var under = all.Count(r => r.UnderReplicated > 0);
            return (offline, refused, under) switch
            {
                ( > 0, > 0, _) => L["Topics_OfflineAndRefused", offline, refused],
                ( > 0, _, _) => L["Topics_Offline", offline],
                (_, > 0, _) => L["Topics_Refused", refused],
                (_, _, > 0) => L["Topics_Under", under],
                _ => L["Topics_AllInSync", all.Count],
            };
        }
    }

    string StateOf(TopicRow row) => row.Trouble switch
    {
        4 => L["Topics_State_offline", row.Offline],
        3 => L["Topics_State_under-min-isr", row.UnderMinIsr],
        2 => L["Topics_State_under-replicated", row.UnderReplicated],
        1 => L["Topics_State_not-preferred", row.NotPreferred],
        _ => L["Topics_State_ok"],
    };
}

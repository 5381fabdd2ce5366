using System.Collections.Immutable;
using Dashboard.Components.Controls;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Pages;

/// <summary>All topics, worst first: filtered, sorted and cut to a page on the server.</summary>
public partial class Topics : ListPage
{
    readonly HeldRows<TopicRow> rows = new(r => r.Topic.Name);
    TopicList topics = null!;
    List<Chip> chips = [];
    ImmutableArray<BrokerInfo> brokers = [];
    int matching;

    protected override (string Page, string DefaultSort) Defaults => ("topics", "-state");

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.Topics, snapshot.Offsets, snapshot.LogDirs, snapshot.TopicConfigs.Value, snapshot.Groups.Value, snapshot.Brokers.Value];

    protected override void OnSnapshot()
    {
        brokers = Snapshot.Brokers.Value?.Brokers ?? [];
        topics = TopicList.Of(Snapshot);
        chips = Chips(topics.Rows, kind => L[$"Topics_Is_{kind}"]);
        (var part, matching) = topics.Rows.Part(List);
        rows.Set(part, topics.Rows.Find, List);
    }

    protected override void Hold(bool held) => rows.Held = held;

    string Headline => (topics.Offline, topics.Refused, topics.UnderReplicated) switch
    {
        _ when Snapshot.Topics.Value is null => L["Nav_Topics"],
        ( > 0, > 0, _) => L["Topics_OfflineAndRefused", topics.Offline, topics.Refused],
        ( > 0, _, _) => L["Topics_Offline", topics.Offline],
        (_, > 0, _) => L["Topics_Refused", topics.Refused],
        (_, _, > 0) => L["Topics_Under", topics.UnderReplicated],
        _ => L["Topics_AllInSync", topics.Rows.All.Count],
    };

    string StateOf(TopicRow row) => row.Trouble switch
    {
        4 => L["Topics_State_offline", row.Offline],
        3 => L["Topics_State_under-min-isr", row.UnderMinIsr],
        2 => L["Topics_State_under-replicated", row.UnderReplicated],
        1 => L["Topics_State_not-preferred", row.NotPreferred],
        _ => L["Topics_State_ok"],
    };
}

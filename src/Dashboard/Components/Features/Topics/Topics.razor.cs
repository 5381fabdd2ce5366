using System.Collections.Immutable;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Components.Foundation.States;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Topics;

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
        [snapshot.Topics, snapshot.Offsets, snapshot.LogDirs, snapshot.TopicConfigs.Value, snapshot.Groups.Value, snapshot.Brokers];

    protected override void OnSnapshot()
    {
        brokers = Snapshot.Brokers.Value?.Brokers ?? [];
        topics = TopicList.Of(Snapshot);
        chips = Chips(topics.Rows, kind => L[$"Topics_Is_{kind}"]);
        (var part, matching) = topics.Rows.Part(List);
        rows.Set(part, topics.Rows.Find, List);
    }

    protected override void Hold(bool held) => rows.Held = held;

    string Headline => Tell(Verdicts.Topics(Snapshot, topics.Counts));

    string GlyphOf(TopicRow row) => row.Trouble == 0 && IsOld ? "stale" : Glyph.Of(row.Severity);

    /// <summary>What the rows say was true once.</summary>
    bool IsOld => Snapshot.Topics.Error is not null || Snapshot.Brokers.Value is { NoneAnswers: true };

    string StateOf(TopicRow row) => row.Trouble switch
    {
        4 => L["Topics_State_offline", row.Offline],
        3 => L["Topics_State_under-min-isr", row.UnderMinIsr],
        2 => L["Topics_State_under-replicated", row.UnderReplicated],
        1 => L["Topics_State_not-preferred", row.NotPreferred],
        _ => L[IsOld ? "Topics_State_was-ok" : "Topics_State_ok"],
    };
}

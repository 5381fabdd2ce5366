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

    /// <summary>Topics with a mark, also of other pages of the list, in the order in which they got it.</summary>
    readonly List<string> chosen = [];

    protected override (string Page, string DefaultSort) Defaults => ("topics", "-state");

    protected override IReadOnlyList<int> PageSizes => [25, 50, 100, 200];

    /// <summary>The same rows, all of them, as a file.</summary>
    string Csv => $"api/clusters/{Uri.EscapeDataString(Cluster.Id)}/topics.csv"
        + (List.Href(page: 1) is var here && here.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? here[at..] : "");

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

    void Choose(string name)
    {
        if (!chosen.Remove(name))
        {
            chosen.Add(name);
        }
    }

    /// <summary>The page that asks has them in its address.</summary>
    void DeleteChosen() => Navigation.NavigateTo(
        Cluster.Href($"delete-topics?{string.Join('&', chosen.Select(name => $"topic={Uri.EscapeDataString(name)}"))}"));

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

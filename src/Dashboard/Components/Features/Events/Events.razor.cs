using System.Collections.Immutable;
using System.Globalization;
using Dashboard.Components.Foundation.Lists;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Events;

/// <summary>What changed since the dashboard watches, newest first.</summary>
public partial class Events : ListPage
{
    static readonly (string Is, string Glyph, EventKind[] Kinds)[] chipKinds =
    [
        ("leader", "move", [EventKind.LeaderMoved, EventKind.PartitionOffline, EventKind.PartitionOnline]),
        ("isr", "warn", [EventKind.IsrShrank, EventKind.IsrGrew]),
        ("broker", "bad", [EventKind.BrokerUp, EventKind.BrokerDown, EventKind.BrokerSilent, EventKind.BrokerAnswers]),
        ("controller", "info", [EventKind.ControllerMoved, EventKind.VoterBehind, EventKind.VoterInStep, EventKind.ClusterIdChanged]),
        ("group", "move", [EventKind.GroupStateChanged, EventKind.GroupMembersChanged, EventKind.LagGrowing, EventKind.LagRecovered]),
        ("topic", "edit",
        [
            EventKind.TopicCreated, EventKind.TopicDeleted, EventKind.PartitionsAdded, EventKind.ConfigChanged,
            EventKind.ReassignmentStarted, EventKind.ReassignmentFinished,
        ]),
        ("ensemble", "move", [EventKind.EnsembleLeaderChanged, EventKind.ServerDown, EventKind.ServerUp]),
        ("finding", "warn", [EventKind.FindingBegan, EventKind.FindingEnded]),
        ("node", "edit", [EventKind.NodeAction]),
    ];

    ImmutableArray<ClusterEvent> events = [];
    readonly HeldRows<ClusterEvent> rows = new(e => e.Sequence.ToString(CultureInfo.InvariantCulture));
    List<Chip> chips = [];
    int matching;
    int trouble;

    protected override (string Page, string DefaultSort) Defaults => ("events", "-time");

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
        [snapshot.RecentEvents.Length == 0 ? 0L : snapshot.RecentEvents[0].Sequence];

    protected override void OnSnapshot()
    {
        events = Cluster.Monitor.History.Events;
        trouble = events.Count(e => e.Severity == Severity.Bad);
        chips = Chips(
            events.Length,
            chipKinds.Select(k => new Chip(k.Is, L[$"Events_Is_{k.Is}"], events.Count(e => k.Kinds.Contains(e.Kind)), k.Glyph)));
        var kinds = chipKinds.FirstOrDefault(k => k.Is == List.Is).Kinds;
        var found = events.Where(e => (kinds is null || kinds.Contains(e.Kind)) && IsNamed(e)).ToArray();
        matching = found.Length;
        rows.Set(
            [.. found.Skip((List.Page - 1) * List.Size).Take(List.Size)],
            name => found.FirstOrDefault(e => e.Sequence.ToString(CultureInfo.InvariantCulture) == name), List);
    }

    bool IsNamed(ClusterEvent change) => List.Text.Length == 0
        || change.Subject.Contains(List.Text, StringComparison.OrdinalIgnoreCase) || change.Arguments.Any(List.Matches);

    protected override void Hold(bool held) => rows.Held = held;
}

using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Foundation.States;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Shell;

/// <summary>The cluster switcher and the alarm beside it.</summary>
public partial class ClusterStatus : LiveComponent
{
    string Health => GlyphOf(Snapshot);

    Finding? Worst => Snapshot.Health.Headline is { Severity: Severity.Bad } headline ? headline : null;

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
    [
        snapshot.Health, snapshot.Identity.Value,
        snapshot.Brokers.Error, snapshot.Topics.Error, snapshot.Groups.Error, snapshot.Ensemble.Error,
    ];

    static string GlyphOf(ClusterSnapshot snapshot) => snapshot switch
    {
        { Brokers: { Value: null, Error: null } } => "busy",
        { Brokers.Error: not null, Health.Worst: Severity.Ok } => "stale",
        { Health.IsKnown: false } => "info",
        { Health.Findings.Length: > 0 } => Glyph.Of(snapshot.Health.Worst),
        _ => Verdicts.Overview(snapshot).IsCurrent ? "ok" : "stale",
    };

    string Versions(ClusterSnapshot snapshot) => snapshot switch
    {
        { Kind: ClusterKind.Hosted } => L["Shell_HostedHere"],
        { Identity.Value.ZooKeeperVersion: { } zooKeeper } => zooKeeper,
        { Identity.Value.Mode: CoordinationMode.KRaft } => "KRaft",
        _ => "",
    };

    string Trouble(ClusterSnapshot snapshot) => snapshot.Health.Headline is { } finding ? L[$"Trouble_{finding.Kind}", finding.Count]
        : snapshot.Brokers.Error is { } error ? L["Shell_NoAnswerSince", Clock(error.Since)]
        : "";
}

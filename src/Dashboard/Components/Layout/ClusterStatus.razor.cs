using Dashboard.Components.Controls;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Layout;

/// <summary>The cluster switcher and the alarm beside it.</summary>
public partial class ClusterStatus : LiveComponent
{
    string Health => GlyphOf(Snapshot);

    Finding? Worst => Snapshot.Health.Findings.FirstOrDefault(f => f.Severity == Severity.Bad);

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Health, snapshot.Identity.Value, snapshot.Brokers.Error];

    static string GlyphOf(ClusterSnapshot snapshot) => snapshot switch
    {
        { Brokers: { Value: null, Error: null } } => "busy",
        { Brokers.Error: not null } => "stale",
        { Health.IsKnown: false } => "info",
        _ => Glyph.Of(snapshot.Health.Worst),
    };

    string Versions(ClusterSnapshot snapshot) => snapshot switch
    {
        { Kind: ClusterKind.Hosted } => L["Shell_HostedHere"],
        { Identity.Value.ZooKeeperVersion: { } zooKeeper } => zooKeeper,
        { Identity.Value.Mode: CoordinationMode.KRaft } => "KRaft",
        _ => "",
    };

    string Trouble(ClusterSnapshot snapshot) => snapshot.Brokers.Error is { } error
        ? L["Shell_NoAnswerSince", Clock(error.Since)]
        : snapshot.Health.Headline is { } finding ? L[$"Trouble_{finding.Kind}", finding.Count] : "";
}

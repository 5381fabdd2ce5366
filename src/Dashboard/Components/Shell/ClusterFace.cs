using Dashboard.Components.Foundation.Live;
using Dashboard.Components.Foundation.States;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Shell;

/// <summary>What is told of a cluster in the width of a line: a shape, what it runs on, its worst trouble.</summary>
public abstract class ClusterFace : LiveComponent
{
    protected string Health => Snapshot switch
    {
        { Brokers: { Value: null, Error: null } } => "busy",
        { Brokers.Error: not null, Health.Worst: Severity.Ok } => "stale",
        { Health.IsKnown: false } => "info",
        { Health.Findings.Length: > 0 } => Glyph.Of(Snapshot.Health.Worst),
        _ => Verdicts.Overview(Snapshot).IsCurrent ? "ok" : "stale",
    };

    protected string Versions => Snapshot switch
    {
        { Kind: ClusterKind.Hosted } => L["Shell_HostedHere"],
        { Identity.Value.ZooKeeperVersion: { } zooKeeper } => zooKeeper,
        { Identity.Value.Mode: CoordinationMode.KRaft } => "KRaft",
        _ => "",
    };

    protected string Trouble => Snapshot.Health.Headline is { } finding ? L[$"Trouble_{finding.Kind}", finding.Count]
        : Snapshot.Brokers.Error is { } error ? L["Shell_NoAnswerSince", Clock(error.Since)]
        : "";

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
    [
        snapshot.Health, snapshot.Identity.Value,
        snapshot.Brokers.Error, snapshot.Topics.Error, snapshot.Groups.Error, snapshot.Ensemble.Error,
    ];
}

using Dashboard.Components.Foundation.Live;
using Dashboard.Monitoring.Model;

namespace Dashboard.Components.Features.Overview;

/// <summary>What is wrong, where, since when; for someone on call. The title is the verdict.</summary>
public partial class Overview : ClusterPage
{
    /// <summary>How long a finding that cleared is still shown, with a check.</summary>
    static readonly TimeSpan clearedFor = TimeSpan.FromSeconds(10);

    readonly Dictionary<FindingKind, DateTimeOffset> clearedAt = [];
    FindingKind[] cleared = [];
    FindingKind[] open = [];
    Verdict verdict = null!;

    protected override object?[] Sections(ClusterSnapshot snapshot) =>
    [
        snapshot.Health, snapshot.Brokers, snapshot.Ensemble, snapshot.Quorum.Value, snapshot.Quorum.Error,
        snapshot.RegistrationError, snapshot.Absence is null, snapshot.Identity.Value, snapshot.Identity.Error,
        snapshot.Topics.Value, snapshot.Topics.Error, snapshot.Groups.Value, snapshot.Groups.Error,
    ];

    protected override IEnumerable<string> GroupsSeen => Snapshot.Health.Find(FindingKind.GrowingLag)?.Names ?? [];

    protected override void OnSnapshot()
    {
        verdict = Verdicts.Overview(Snapshot);
        var now = Now;
        foreach (var kind in open.Where(k => Snapshot.Health.Find(k) is null && IsRead(k)))
        {
            clearedAt[kind] = now;
        }
        open = [.. Snapshot.Health.Findings.Select(f => f.Kind)];
        cleared =
        [
            .. clearedAt.Where(c => now - c.Value < clearedFor && !open.Contains(c.Key) && !open.Contains(Worse(c.Key)))
                .Select(c => c.Key).Order(),
        ];
    }

    /// <summary>What cannot be read any longer has not cleared.</summary>
    bool IsRead(FindingKind kind) => (kind switch
    {
        FindingKind.NodesFailing => null,
        FindingKind.GrowingLag or FindingKind.CommitBeyondEnd => Snapshot.Groups.Error,
        FindingKind.BrokersDown or FindingKind.BrokersSilent or FindingKind.ForeignBrokers => Snapshot.Brokers.Error,
        FindingKind.NoController => Snapshot.Identity.Error,
        FindingKind.EnsembleDegraded or FindingKind.EnsembleLost => Snapshot.Ensemble.Error,
        FindingKind.QuorumDegraded or FindingKind.QuorumLost or FindingKind.QuorumSilent => Snapshot.Quorum.Error,
        FindingKind.MetadataDiffers => Snapshot.Differences.Error,
        _ => Snapshot.Topics.Error,
    }) is null;

    /// <summary>What it becomes when it gets worse, which is no relief; itself where there is no such thing.</summary>
    static FindingKind Worse(FindingKind kind) => kind switch
    {
        FindingKind.UnderMinIsr => FindingKind.OfflinePartitions,
        FindingKind.EnsembleDegraded => FindingKind.EnsembleLost,
        FindingKind.QuorumDegraded or FindingKind.QuorumSilent => FindingKind.QuorumLost,
        FindingKind.BrokersSilent => FindingKind.BrokersDown,
        _ => kind,
    };

    string Title =>
        Snapshot.Health.Headline is { } worst ? L[$"Trouble_{worst.Kind}", worst.Count]
            : verdict.IsCurrent ? L["Nav_Overview"]
            : Tell(verdict);
}

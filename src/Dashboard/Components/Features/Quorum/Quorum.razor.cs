using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Kafka.Client.Trial;

namespace Dashboard.Components.Features.Quorum;

/// <summary>The controllers of a KRaft cluster: who leads, who keeps up, and how many may still fail.</summary>
public partial class Quorum : ClusterPage
{
    QuorumTable? quorum;
    IReadOnlyList<(string Name, bool Serves)> votes = [];

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Quorum, snapshot.Brokers.Value];

    protected override void OnSnapshot()
    {
        quorum = Snapshot.Quorum.Value;
        votes = [.. quorum?.Voters.Select(v => (Format.Id(v.Id), !v.IsBehind)) ?? []];
    }

    string Headline => quorum switch
    {
        null => L["Nav_Quorum"],
        _ when Snapshot.Quorum.Error is not null => L["Controllers_Silent"],
        { LeaderId: { } leader } => L["Controllers_Headline", quorum.InStep, quorum.Voters.Count(), leader, quorum.Epoch],
        _ => L["Controllers_NobodyLeads", quorum.Voters.Count()],
    };

    string Lede => quorum is null ? ""
        : Snapshot.Quorum is { Error: not null, AsOf: { } asOf } ? L["Controllers_AsOf", Clock(asOf)]
        : quorum.LeaderSince is { } since ? Sentences(L["Ensemble_SeenSince", Clock(since)], CanFail) : CanFail;

    string CanFail => quorum!.Spare switch
    {
        < 0 => L["Controllers_NoMajority", quorum.Majority],
        0 => L["Controllers_NoneCanFail"],
        1 => L["Controllers_OneCanFail"],
        var more => L["Controllers_MoreCanFail", more],
    };

    static string Level(FeatureLevel feature) =>
        feature.Name == MetadataVersions.Feature && MetadataVersions.Name(feature.Level) is { } release
            ? $"{Format.Id(feature.Level)} ({release})"
            : Format.Id(feature.Level);
}

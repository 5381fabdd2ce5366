using System.Collections.Immutable;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Dashboard.Nodes;

namespace Dashboard.Components.Pages;

/// <summary>The coordinators: role, figures and the last election, vote by vote.</summary>
public partial class Ensemble : ClusterPage
{
    ImmutableArray<ServerInfo> servers = [];
    ImmutableArray<ElectionView> elections = [];
    ElectionView? shown;

    /// <summary>A picture that is being read is not replaced under the reader's eyes.</summary>
    bool newer;

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Ensemble, snapshot.Identity.Value, snapshot.HasZooKeeper];

    protected override void OnSnapshot()
    {
        servers = Snapshot.Ensemble.Value?.Servers ?? [];
        elections = Snapshot.Ensemble.Value?.Elections is { IsDefaultOrEmpty: false } told ? told : [.. (Cluster.IsHosted ? Cluster.Nodes!.Elections : []).Select(FromHost)];
        if (Newest is not { } newest)
        {
            // coordinators that started again remember none: what was shown stays what happened last
            newer = false;
            return;
        }
        if (shown is null || shown.StartedAt == newest.StartedAt || shown.EndedAt is null)
        {
            shown = newest;
        }
        newer = shown.StartedAt != newest.StartedAt;
    }

    ElectionView? Newest => elections.Length > 0 ? elections[0] : null;

    /// <summary>Told by the ensemble for the leader that it has now.</summary>
    long? OpenedEpoch => shown is { LeaderId: { } leader } && shown == Newest && leader == Snapshot.Ensemble.Value?.LeaderId ? Snapshot.Ensemble.Value?.Epoch : null;

    void ShowNewest() => (shown, newer) = (Newest, false);

    static ElectionView FromHost(HostedElection election) => new(
        election.Round, election.StartedAt, election.EndedAt, election.LeaderId, election.Epoch,
        [.. election.Steps.Select(s => new VoteStep(s.At, s.Kind, s.Server, s.From, s.VoteLeader, s.VoteZxid, s.VoteEpoch, s.Verdict))]);

    string Headline => Snapshot.Ensemble.Value switch
    {
        null => L["Nav_Ensemble"],
        { LeaderId: { } leader } ensemble => L["Ensemble_Headline", ensemble.Serving, ensemble.Servers.Length, NameOf(leader), ensemble.Epoch],
        { Serving: > 0 } ensemble => L["Ensemble_ServingOf", ensemble.Serving, ensemble.Servers.Length],
        var ensemble => L["Ensemble_NobodyLeads", ensemble.Servers.Length],
    };

    string Lede => Snapshot.Ensemble.Value is not { } ensemble ? "" : (ensemble.LeaderSince is { } since ? L[Cluster.IsHosted ? "Ensemble_Since" : "Ensemble_SeenSince", Clock(since)] + " " : "") + ensemble.Spare switch
    {
        < 0 => L["Ensemble_NoQuorum", ensemble.Majority],
        0 => L["Ensemble_NoneCanFail"],
        1 => L["Ensemble_OneCanFail"],
        var more => L["Ensemble_MoreCanFail", more],
    };

    /// <summary>Over the servers that told; null when none did.</summary>
    long? Sum(Func<ServerInfo, long?> figure) => servers.All(s => figure(s) is null) ? null : servers.Sum(figure);

    string NameOf(int id) => servers.FirstOrDefault(s => s.ServerId == id)?.Name ?? $"{id}";

    /// <summary>Changes between the newest zxid seen and this server's, within one epoch.</summary>
    string Behind(ServerInfo server)
    {
        var newest = servers.Where(s => s.Zxid is not null).Max(s => s.Zxid);
        if (server.Zxid is not { } zxid || newest is not { } most)
        {
            return Format.None;
        }
        return most >> 32 != zxid >> 32 ? L["Ensemble_OtherEpoch"] : most == zxid ? "0" : L["Ensemble_Changes", most - zxid];
    }
}

using System.Collections.Immutable;
using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Ensemble;

/// <summary>
/// The coordinators: role, figures, and their elections, vote by vote. The newest is followed as it runs; one that the address names stays.
/// </summary>
public partial class Ensemble : ClusterPage
{
    /// <summary>The line of zoo.cfg that allows all that this page asks.</summary>
    const string Whitelist = "4lw.commands.whitelist=srvr, mntr, conf";

    /// <summary>Among the cluster's ZooKeeper properties.</summary>
    const string AdminPort = "zookeeper.admin.serverPort";

    ImmutableArray<ServerInfo> servers = [];
    ImmutableArray<ElectionView> elections = [];
    ElectionView? shown;

    /// <summary>The election that the reader opened; null: the newest, whichever that is.</summary>
    [SupplyParameterFromQuery(Name = "election")]
    public string? Pinned { get; set; }

    bool TracesElections => Cluster is { IsHosted: true, Nodes.Engine.TracesElections: true };

    protected override object?[] Sections(ClusterSnapshot snapshot) => [snapshot.Ensemble, snapshot.Identity.Value, snapshot.HasZooKeeper];

    protected override void OnParametersSet() => OnSnapshot();

    protected override void OnSnapshot()
    {
        servers = Snapshot.Ensemble.Value?.Servers ?? [];
        if (Snapshot.Ensemble.Value?.Elections is { IsDefaultOrEmpty: false } told)
        {
            // an ensemble that remembers none any more takes nothing from the reader
            elections = told;
        }
        shown = elections.FirstOrDefault(e => e.Id == Pinned) ?? Newest;
    }

    ElectionView? Newest => elections.Length > 0 ? elections[0] : null;

    string Headline => Snapshot.Ensemble.Value switch
    {
        null => L["Nav_Ensemble"],
        { LeaderId: { } leader } ensemble =>
            L["Ensemble_Headline", ensemble.Serving, ensemble.Servers.Length, NameOf(leader), ensemble.Epoch],
        { Serving: > 0 } ensemble => L["Ensemble_ServingOf", ensemble.Serving, ensemble.Servers.Length],
        var ensemble => L["Ensemble_NobodyLeads", ensemble.Servers.Length],
    };

    string Lede => Snapshot.Ensemble.Value is not { } ensemble ? ""
        : ensemble.LeaderSince is { } since
        ? Sentences(L[ensemble.LeaderSaysSince ? "Ensemble_Since" : "Ensemble_SeenSince", Clock(since)], CanFail(ensemble))
        : CanFail(ensemble);

    string CanFail(EnsembleTable ensemble) => ensemble.Spare switch
    {
        < 0 => L["Ensemble_NoQuorum", ensemble.Majority],
        0 => L["Ensemble_NoneCanFail"],
        1 => L["Ensemble_OneCanFail"],
        var more => L["Ensemble_MoreCanFail", more],
    };

    /// <summary>Over the servers that told; null when none did.</summary>
    long? Sum(Func<ServerInfo, long?> figure) => servers.All(s => figure(s) is null) ? null : servers.Sum(figure);

    string NameOf(int id) => servers.FirstOrDefault(s => s.ServerId == id)?.Name ?? $"{id}";

    /// <summary>
    /// Changes between the newest zxid seen and this server's. One that serves in the newest epoch has all that was before it.
    /// </summary>
    string Behind(ServerInfo server)
    {
        var newest = servers.Where(s => s.Zxid is not null).Max(s => s.Zxid);
        if (server.Zxid is not { } zxid || newest is not { } most)
        {
            return Format.None;
        }
        if (most >> 32 != zxid >> 32 && server.Epoch != most >> 32)
        {
            return L["Ensemble_OtherEpoch"];
        }
        return most == zxid ? "0" : most >> 32 == zxid >> 32 ? Changes(most - zxid) : Changes(most & uint.MaxValue);
    }

    static string Milliseconds(double? ms) => ms is { } value ? Format.Short(value) : Format.None;

    string Changes(long number) => number == 0 ? "0" : L["Ensemble_Changes", number];
}

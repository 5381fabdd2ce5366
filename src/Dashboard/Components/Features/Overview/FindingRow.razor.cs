using Dashboard.Components.Foundation.Live;
using Dashboard.Localization;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Microsoft.AspNetCore.Components;

namespace Dashboard.Components.Features.Overview;

/// <summary>One finding: how many, what, where, so what, since when.</summary>
public partial class FindingRow : UiComponent
{
    const int Shown = 5;

    [Parameter, EditorRequired]
    public Finding Finding { get; set; } = null!;

    [Parameter, EditorRequired]
    public ClusterSnapshot Snapshot { get; set; } = null!;

    /// <summary>The list behind the number.</summary>
    string List => Finding.Kind.Href();

    (string Topic, int Count, int Partition)[] Topics =>
        [.. Finding.Partitions.GroupBy(p => p.Topic).Select(g => (g.Key, g.Count(), g.First().Partition)).OrderByDescending(t => t.Item2)];

    /// <summary>Single partitions while they fit, topics with their counts beyond.</summary>
    IEnumerable<(string Words, string Href)> Where => Finding switch
    {
        { Partitions.Length: > 0 and <= Shown } => Finding.Partitions.Select(p => (p.ToString(), Cluster.Partition(p))),
        { Partitions.Length: > Shown } => Topics.Take(4).Select(t => ($"{t.Topic} {t.Count}", Cluster.Topic(t.Topic))),
        { Kind: FindingKind.GrowingLag or FindingKind.CommitBeyondEnd } => Finding.Names.Take(Shown).Select(n => (n, Cluster.Group(n))),
        { Kind: FindingKind.BrokersDown or FindingKind.BrokersSilent } =>
            Finding.Names.Take(Shown).Select(n => (L["Broker_Name", n], Cluster.Href($"brokers/{n}"))),
        _ => Finding.Names.Take(Shown).Select(n => (n, Cluster.Href(List))),
    };

    int More =>
        Finding.Partitions.Length > Shown ? Math.Max(0, Topics.Length - 4)
            : Finding.Partitions.Length > 0 ? 0
            : Math.Max(0, Finding.Names.Length - Shown);

    RenderFragment So => Finding.Kind switch
    {
        FindingKind.OfflinePartitions =>
            Finding.Brokers.Length > 0 ? Say("So_OfflineBrokers", Brokers(Finding.Brokers), Finding.Brokers.Length) : Say("So_Offline"),
        FindingKind.UnderMinIsr => UnderMinIsr(),
        FindingKind.UnderReplicated => UnderReplicated(),
        FindingKind.NotPreferredLeader =>
            Say("So_NotPreferred", A(Cluster.Href("elections"), L["So_NotPreferredLink", Electable]), Finding.Count - Electable),
        FindingKind.GrowingLag => Lag(),
        FindingKind.CommitBeyondEnd => BeyondEnd(),
        FindingKind.BrokersDown => Down(),
        FindingKind.BrokersSilent => Silent(),
        FindingKind.ForeignBrokers => Foreign(),
        FindingKind.NodesFailing => Failing(),
        FindingKind.NoController => Say("So_NoController"),
        FindingKind.EnsembleDegraded =>
            Snapshot.Ensemble.Value is { Spare: > 0 and var spare } ? Say("So_EnsembleSpare", spare) : Say("So_EnsembleLast"),
        FindingKind.QuorumDegraded =>
            QuorumSpare is > 0 and var spare ? Say("So_QuorumSpare", spare) : Say("So_QuorumLast"),
        FindingKind.QuorumSilent => Say("So_QuorumSilent", Snapshot.Quorum.Value?.Majority ?? 0),
        FindingKind.QuorumLost => Say("So_QuorumLost", Snapshot.Quorum.Value?.Majority ?? 0),
        FindingKind.MetadataDiffers => Say("So_MetadataDiffers", A(Cluster.Href(List), L["Check_Open"])),
        _ => Say(Snapshot.Absence is null ? "So_EnsembleLost" : "So_EnsembleLostAlone", Snapshot.Ensemble.Value?.Majority ?? 0),
    };

    /// <summary>By what is found now: a quorum that cannot be read has the spare it had when it was.</summary>
    int QuorumSpare => Snapshot.Quorum.Value is { } quorum ? quorum.Voters.Count() - quorum.Majority - Finding.Count : 0;

    int OnDownBrokers =>
        Finding.Partitions.Count(p => Partition(p) is { } partition && partition.Replicas.Any(r => Finding.Brokers.Contains(r)));

    int Led => (Snapshot.Topics.Value?.Topics ?? []).Sum(t => t.Partitions.Count(p => Finding.Brokers.Contains(p.Leader)));

    int Electable => Finding.Partitions.Count(p => Partition(p) is { } partition && partition.Isr.Contains(partition.PreferredLeader));

    PartitionInfo? Partition(TopicPartition key) => Snapshot.Topics.Value?.Find(key);

    string Brokers(IEnumerable<int> brokers) => string.Join(", ", brokers);

    RenderFragment UnderReplicated()
    {
        if (Finding.Brokers.Length == 0)
        {
            return Say("So_UnderReplicated");
        }
        var others = Finding.Count - OnDownBrokers;
        return Sentence.Of(
            others == 0 ? "{0}" : "{0} {1}",
            L["So_UnderReplicatedBrokers", OnDownBrokers, Brokers(Finding.Brokers), Finding.Brokers.Length],
            L["So_UnderReplicatedOthers", others]);
    }

    RenderFragment UnderMinIsr() => Finding.Partitions is [var first, ..] && Partition(first) is { } partition
        ? Say("So_UnderMinIsr", partition.InSync, partition.Required ?? 0)
        : Say("So_UnderMinIsrPlain");

    RenderFragment Lag() => Finding.Names is [var name, ..] && Snapshot.Groups.Value?.Find(name) is { } group
        ? Say("So_Lag", group.TotalLag ?? 0, Format.Seconds(L, group.LagSeconds), Format.PerSecond(group.LagPerSecond), name)
        : Say("So_LagPlain");

    RenderFragment BeyondEnd() =>
        Finding.Names is [var name, ..] && Snapshot.Groups.Value?.Find(name)?.BeyondEnd.FirstOrDefault() is { } offset
        ? Say("So_CommitBeyondEnd", name, $"{offset.Topic}-{offset.Partition}", offset.Committed, offset.End ?? 0)
        : Say("So_CommitBeyondEndPlain");

    /// <summary>Whether they are still registered is not known while the ensemble or the quorum cannot be read.</summary>
    RenderFragment Silent() =>
        Finding.Brokers.Max(id => Snapshot.Brokers.Value?.Find(id)?.KnownAsOf) is { } told ? Say("So_SilentWas", Clock(told), Led)
        : Led > 0 ? Say("So_Silent", Led)
        : Say("So_SilentIdle");

    RenderFragment Foreign() => Snapshot.ForeignBrokers.FirstOrDefault(b => b.Address == Finding.Names[0]) is { } one
        ? Say("So_ForeignBrokers", E("span", one.Address, "mono"), E("span", one.ClusterId, "mono"))
        : Say("So_ForeignBrokersPlain");

    /// <summary>Of the first: with the same fault in all of them it is the same.</summary>
    RenderFragment Failing() => Snapshot.FailingNodes is [var first, ..]
        ? Say(
            "So_NodesFailing", first.Name, first.Failures, Clock(first.Since), Format.Seconds(L, first.LongestWait.TotalSeconds),
            ErrorWords.Of(L, first.Reason))
        : Say("So_NodesFailingPlain");

    /// <summary>
    /// What all of them hold is missing; when they stopped answering, which is some seconds before they are taken for down.
    /// </summary>
    RenderFragment Down()
    {
        BrokerInfo[] brokers = [.. Finding.Brokers.Select(id => Snapshot.Brokers.Value?.Find(id)).OfType<BrokerInfo>()];
        var missing = brokers.Any(b => b.Replicas is null) ? (int?)null : brokers.Sum(b => b.Replicas);
        var what = brokers switch
        {
            [{ Endpoint: { } endpoint }] when missing is { } count => Say("So_Down", E("span", endpoint, "mono"), count),
            [_, ..] when missing is { } count => Say("So_DownMany", count),
            _ => Say("So_DownPlain"),
        };
        var ended = Snapshot.Identity.Value?.Mode == CoordinationMode.KRaft ? "So_DownFenced" : "So_DownEnded";
        BrokerInfo[] seen = [.. brokers.Where(b => b is { SilentSince: not null, StateSince: not null })];
        var times = seen switch
        {
            [] => "",
            [var one] => L[ended, $"{one.Id}", Clock(one.SilentSince!.Value), Clock(one.StateSince!.Value)],
            _ => L[ended == "So_DownEnded" ? "So_DownEndedMany" : "So_DownFencedMany",
                Clock(seen.Min(b => b.SilentSince!.Value)), Clock(seen.Max(b => b.StateSince!.Value))],
        };
        var last = brokers.Max(b => b.KnownAsOf) is { } at ? L["Verdict_LastRead", Clock(at)] : "";
        return Sentence.Of("{0} {1}", what, $"{times} {last}".Trim());
    }
}

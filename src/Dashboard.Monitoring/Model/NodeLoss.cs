namespace Dashboard.Monitoring.Model;

/// <summary>What a cluster loses when one broker goes away, worked out of the last reading.</summary>
/// <param name="Leads">Partitions that it leads: another replica takes over each of them that stays online.</param>
/// <param name="GoOffline">Partitions that it leads and of which no other replica is in sync.</param>
/// <param name="UnderMinIsr">Partitions that it is in sync with, that are led afterwards and that then refuse writes with acks=all.</param>
public sealed record BrokerLoss(int Leads, int GoOffline, int UnderMinIsr, bool IsController)
{
    public static BrokerLoss Of(ClusterSnapshot snapshot, int broker)
    {
        var (leads, offline, under) = (0, 0, 0);
        foreach (var partition in (snapshot.Topics.Value?.Topics ?? []).SelectMany(t => t.Partitions))
        {
            var after = partition with { Isr = partition.Isr.Remove(broker) };
            leads += partition.Leader == broker ? 1 : 0;
            offline += partition.Leader == broker && after.InSync == 0 ? 1 : 0;
            under += partition.Isr.Contains(broker) && after.InSync > 0 && after.IsUnderMinIsr ? 1 : 0;
        }

        return new(leads, offline, under, snapshot.Identity.Value?.ControllerId == broker);
    }
}

/// <summary>What an ensemble, or a KRaft quorum, loses when one of its servers goes away, worked out of the last reading.</summary>
/// <param name="Left">Servers that vote afterwards.</param>
/// <param name="Needed">How many it takes to serve anything.</param>
/// <param name="IsLeader">An election follows.</param>
public sealed record CoordinatorLoss(int Left, int Needed, bool IsLeader)
{
    public bool LosesQuorum => Left < Needed;

    public static CoordinatorLoss Of(EnsembleTable ensemble, int server) =>
        new(ensemble.Servers.Count(s => s.Votes && s.ServerId != server), ensemble.Majority, ensemble.LeaderId == server);

    public static CoordinatorLoss Of(QuorumTable quorum, int controller) =>
        new(quorum.Voters.Count(v => !v.IsBehind && v.Id != controller), quorum.Majority, quorum.LeaderId == controller);
}

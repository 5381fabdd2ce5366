using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>Consumer groups by id, ordinal order.</summary>
/// <param name="BrokerErrors">Coordinators that did not answer: their groups keep the last value and carry the error.</param>
public sealed record GroupTable(ImmutableArray<GroupInfo> Groups, IReadOnlyDictionary<string, GroupInfo> ById, ImmutableDictionary<int, SectionError> BrokerErrors)
{
    public GroupInfo? Find(string id) => ById.GetValueOrDefault(id);
}

/// <param name="State">Kafka's words: Stable, PreparingRebalance, CompletingRebalance, Empty, Dead, Assigning, Reconciling, Unknown.</param>
/// <param name="Type">"classic", "consumer", "share", … as ListGroups says; null when the broker does not.</param>
/// <param name="Protocol">The assignor: "range".</param>
/// <param name="TotalLag">Records, over partitions whose committed and end offsets are both known; null when none is.</param>
/// <param name="LagSeconds">The oldest over its partitions; null when not known.</param>
/// <param name="IsLagGrowing">Grown over the last minutes without falling; see Monitoring's rule.</param>
/// <param name="GrowingSince">When the growth began.</param>
/// <param name="Error">The coordinator's trouble with this group; the rest is then the last reading.</param>
public sealed record GroupInfo(
    string GroupId, string State, string? Type, string? ProtocolType, string? Protocol, int? Coordinator, ImmutableArray<GroupMember> Members, ImmutableArray<GroupOffset> Offsets,
    long? TotalLag, double? LagSeconds, bool IsLagGrowing, DateTimeOffset? GrowingSince, double? LagPerSecond, DateTimeOffset AsOf, SectionError? Error)
{
    public IEnumerable<string> Topics => Offsets.Select(o => o.Topic).Distinct();

    /// <summary>The oldest of some partitions; null as well when one that is behind is so by longer than is remembered.</summary>
    public static double? SecondsBehind(IEnumerable<GroupOffset> offsets)
    {
        var known = offsets.Where(o => o.Lag is not null).ToList();
        return known.Count == 0 || known.Any(o => o.LagSeconds is null) ? null : known.Max(o => o.LagSeconds);
    }
}

public sealed record GroupMember(string MemberId, string? InstanceId, string ClientId, string Host, ImmutableArray<PartitionKey> Assignments);

/// <param name="Committed">-1: no commit.</param>
/// <param name="End">Null when the leader did not answer.</param>
/// <param name="Lag">Records; null when either side is not known.</param>
/// <param name="LagSeconds">How long ago the next record to read was written, estimated from the history of end offsets; 0 when caught up.</param>
/// <param name="MemberId">Who reads it now; null: nobody.</param>
public sealed record GroupOffset(string Topic, int Partition, long Committed, long? End, long? Lag, double? LagSeconds, string? MemberId, string? Metadata);

/// <summary>Reassignments under way, by partition.</summary>
public sealed record ReassignmentTable(ImmutableArray<ReassignmentInfo> Running);

/// <param name="Replicas">As now: targets and those that leave.</param>
/// <param name="CopiedBytes">Sum over the adding replicas; null when log dirs were not read.</param>
/// <param name="TotalBytes">The leader's size times the number of adding replicas.</param>
/// <param name="Since">When it was first seen.</param>
public sealed record ReassignmentInfo(
    string Topic, int Partition, ImmutableArray<int> Replicas, ImmutableArray<int> Adding, ImmutableArray<int> Removing, ImmutableArray<int> Isr, long? CopiedBytes, long? TotalBytes, DateTimeOffset Since);

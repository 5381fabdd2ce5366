using System.Collections.Immutable;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Model;

/// <summary>
/// Who else may lead (KIP-966), of the partitions that lack a replica in sync: of the others all replicas are in the ISR, and no broker is
/// asked.
/// </summary>
public sealed record EligibleLeaderTable(ImmutableDictionary<TopicPartition, EligibleLeaders> Partitions)
{
    public EligibleLeaders? Find(string topic, int partition) => Partitions.GetValueOrDefault(new(topic, partition));

    /// <summary>Whether the two say the same; equality of the record asks for the same arrays.</summary>
    public bool IsSameAs(EligibleLeaderTable? other) =>
        other is not null && Partitions.Count == other.Partitions.Count
        && Partitions.All(one => other.Partitions.TryGetValue(one.Key, out var known) && one.Value.IsSameAs(known));
}

/// <param name="Eligible">Out of the ISR, yet with all that was committed: it may lead without loss once it is back.</param>
/// <param name="LastKnown">The last that was eligible, once none is: what lies beyond the others is with it.</param>
public sealed record EligibleLeaders(ImmutableArray<int> Eligible, ImmutableArray<int> LastKnown)
{
    public bool IsEmpty => Eligible.IsEmpty && LastKnown.IsEmpty;

    public bool IsSameAs(EligibleLeaders other) =>
        Eligible.AsSpan().SequenceEqual(other.Eligible.AsSpan()) && LastKnown.AsSpan().SequenceEqual(other.LastKnown.AsSpan());
}

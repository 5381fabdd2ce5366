using System.Collections.Immutable;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands.Placement;

/// <summary>Kafka's placement from a fixed start, to explain it; a real topic starts at a random broker.</summary>
public static class PlacementPreview
{
    /// <summary>
    /// Replicas by partition with start index 0 and shift 0: brokers 0,1,2, four partitions and factor 2 give 0,1 / 1,2 / 2,0 / 0,2.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than one partition or replica, or more replicas than brokers.</exception>
    public static ImmutableArray<ImmutableArray<int>> FromFirst(IReadOnlyList<int> brokers, int partitions, int factor)
    {
        var placed = ReplicaPlacement.Assign(brokers, partitions, factor, startIndex: 0, startShift: 0);
        return [.. placed.Select(replicas => replicas.ToImmutableArray())];
    }
}

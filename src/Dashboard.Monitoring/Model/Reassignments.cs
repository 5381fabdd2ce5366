using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>Reassignments under way, by partition.</summary>
public sealed record ReassignmentTable(ImmutableArray<ReassignmentInfo> Running);

/// <param name="Replicas">As now: targets and those that leave.</param>
/// <param name="CopiedBytes">Sum over the adding replicas; null when log dirs were not read.</param>
/// <param name="TotalBytes">The leader's size times the number of adding replicas.</param>
/// <param name="Since">When it was first seen.</param>
public sealed record ReassignmentInfo(
    string Topic,
    int Partition,
    ImmutableArray<int> Replicas,
    ImmutableArray<int> Adding,
    ImmutableArray<int> Removing,
    ImmutableArray<int> Isr,
    long? CopiedBytes,
    long? TotalBytes,
    DateTimeOffset Since);

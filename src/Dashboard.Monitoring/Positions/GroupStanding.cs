using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Positions;

/// <summary>A group as its coordinator has it at this moment.</summary>
/// <param name="State">As Kafka names it; "Dead" for one that is not there.</param>
/// <param name="Coordinator">The broker that answers for it, whether it is there or not.</param>
/// <param name="Exists">False: the first offset that is written makes it.</param>
public sealed record GroupStanding(
    string Group, GroupKind Kind, string State, ImmutableArray<GroupMemberInfo> Members, int Coordinator, bool Exists)
{
    /// <summary>Kafka lets only its members write its offsets.</summary>
    public bool IsActive => Members.Length > 0 || State is not ("Empty" or "Dead" or "");
}

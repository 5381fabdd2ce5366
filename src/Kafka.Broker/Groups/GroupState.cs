namespace Kafka.Broker.Groups;

/// <summary>The states of a classic group; their names are what DescribeGroups and ListGroups show.</summary>
enum GroupState
{
    /// <summary>No members; perhaps offsets. Lasts until the offsets expire.</summary>
    Empty,

    /// <summary>Waits for its members to (re)join.</summary>
    PreparingRebalance,

    /// <summary>Every member knows its generation; waits for the leader's assignment.</summary>
    CompletingRebalance,

    Stable,

    /// <summary>Deleted, expired or moved to another coordinator: no request changes it any more.</summary>
    Dead,
}

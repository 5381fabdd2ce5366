using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>
/// JoinGroup, free of versions: <paramref name="RequireKnownMemberId"/> from v4 for dynamic members, <paramref name="CanSkipAssignment"/>
/// from v9.
/// </summary>
sealed record JoinQuestion(
    string GroupId,
    string MemberId,
    string? InstanceId,
    string ClientId,
    string ClientHost,
    int RebalanceTimeout,
    int SessionTimeout,
    string ProtocolType,
    IReadOnlyList<MemberProtocol> Protocols)
{
    public bool RequireKnownMemberId { get; init; }

    public bool CanSkipAssignment { get; init; }

    public string? Reason { get; init; }
}

/// <summary>A member as the leader sees it.</summary>
sealed record JoinedMember(string MemberId, string? InstanceId, byte[] Metadata);

sealed record JoinAnswer(ErrorCode Error, string MemberId, int Generation = -1)
{
    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }

    public string Leader { get; init; } = "";

    public bool SkipAssignment { get; init; }

    /// <summary>For the leader alone.</summary>
    public IReadOnlyList<JoinedMember> Members { get; init; } = [];
}

/// <summary>SyncGroup; protocol type and name are null before v5 and not compared then.</summary>
sealed record SyncQuestion(
    string GroupId, int Generation, string MemberId, string? InstanceId, IReadOnlyDictionary<string, byte[]> Assignments)
{
    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }
}

sealed record SyncAnswer(ErrorCode Error)
{
    public string? ProtocolType { get; init; }

    public string? ProtocolName { get; init; }

    public byte[] Assignment { get; init; } = [];
}

sealed record HeartbeatQuestion(string GroupId, int Generation, string MemberId, string? InstanceId);

/// <summary>A member that leaves, or is removed by its instance id alone (its member id is empty then).</summary>
sealed record LeavingMember(string MemberId, string? InstanceId, string? Reason = null);

/// <summary>An error for all, or one for each member.</summary>
sealed record LeaveAnswer(ErrorCode Error, IReadOnlyList<(LeavingMember Member, ErrorCode Error)> Members);

/// <summary>An offset to commit. <paramref name="Committed"/> holds the commit's time.</summary>
sealed record CommitPart(TopicPartition TopicPartition, StoredOffset Committed);

/// <summary>OffsetCommit. Generation -1 without member: a consumer that assigns its partitions itself, or a tool.</summary>
sealed record CommitQuestion(string GroupId, int Generation, string MemberId, string? InstanceId, IReadOnlyList<CommitPart> Parts);

/// <summary>OffsetFetch for one group; null partitions: every committed one.</summary>
sealed record FetchQuestion(string GroupId, IReadOnlyList<TopicPartition>? Partitions);

/// <summary>Offset -1: nothing committed.</summary>
sealed record FetchedOffset(TopicPartition TopicPartition, long Offset, int LeaderEpoch, string Metadata, ErrorCode Error);

sealed record FetchAnswer(string GroupId, ErrorCode Error, IReadOnlyList<FetchedOffset> Offsets);

sealed record GroupOverview(string GroupId, string ProtocolType, GroupState State);

sealed record DescribedMember(string MemberId, string? InstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);

/// <summary>DescribeGroups for one group. An unknown group is Dead without an error.</summary>
sealed record DescribedGroup(
    ErrorCode Error, string GroupId, string State, string ProtocolType, string Protocol, IReadOnlyList<DescribedMember> Members);

/// <summary>OffsetDelete: an error for all, or one for each partition.</summary>
sealed record OffsetDeleteAnswer(ErrorCode Error, IReadOnlyDictionary<TopicPartition, ErrorCode> Partitions);

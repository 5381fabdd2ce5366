using Kafka.Protocol;

namespace Kafka.Client.Admin;

/// <summary>A member of a group and what it reads; no partitions when its protocol is not the consumers' own.</summary>
public sealed record MemberDescription(
    string MemberId, string? InstanceId, string ClientId, string Host, IReadOnlyList<TopicPartition> Assignment)
{
    /// <summary>Of the assignment that the member has; null in classic groups.</summary>
    public int? Epoch { get; init; }

    /// <summary>
    /// What it is to read once it has given up, and others have given up, what has to move; null where brokers send no target.
    /// </summary>
    public IReadOnlyList<TopicPartition>? Target { get; init; }

    /// <summary>It speaks the classic protocol in a group of the new one.</summary>
    public bool IsClassic { get; init; }

    /// <summary>In streams groups.</summary>
    public IReadOnlyList<StreamsTask> Tasks { get; init; } = [];

    /// <summary>In streams groups, as <see cref="Target"/>.</summary>
    public IReadOnlyList<StreamsTask>? TargetTasks { get; init; }
}

/// <summary>Topics that a part of a Streams topology reads and writes (KIP-1071).</summary>
/// <param name="RepartitionSources">Internal topics it reads, which another subtopology writes.</param>
public sealed record SubtopologyDescription(
    string Id,
    IReadOnlyList<string> Sources,
    IReadOnlyList<string> RepartitionSources,
    IReadOnlyList<string> RepartitionSinks,
    IReadOnlyList<string> Changelogs);

/// <summary>A group with its members.</summary>
/// <param name="State">
/// As Kafka names it: Stable, Empty, PreparingRebalance, CompletingRebalance, Dead, Assigning, Reconciling, NotReady.
/// </param>
/// <param name="Protocol">The assignor; empty when there are no members.</param>
public sealed record GroupDescription(
    string GroupId, string State, string ProtocolType, string Protocol, int Coordinator, IReadOnlyList<MemberDescription> Members)
{
    /// <summary>Grows with each change of members, subscriptions or partitions; null in classic groups.</summary>
    public int? Epoch { get; init; }

    /// <summary>The group epoch that the target assignment was worked out for; null in classic groups.</summary>
    public int? AssignmentEpoch { get; init; }

    /// <summary>In streams groups; null before a member has sent it.</summary>
    public int? TopologyEpoch { get; init; }

    /// <summary>In streams groups, one entry for each part that runs by itself; empty before a member has sent it.</summary>
    public IReadOnlyList<SubtopologyDescription> Topology { get; init; } = [];
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Client.Admin.Groups;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Readings;

/// <summary>Groups as their coordinators describe them, before lag is worked out.</summary>
/// <param name="Answered">
/// Brokers that listed their groups, each of which is asked; that they answered is known of the time at which they were asked.
/// </param>
sealed record GroupReading(IReadOnlyDictionary<string, RawGroup> Groups, ImmutableDictionary<int, SectionError> BrokerErrors)
{
    public ImmutableHashSet<int> Answered { get; init; } = [];

    public DateTimeOffset AskedAt { get; init; }
}

sealed record RawGroup(
    string GroupId, string State, GroupKind Kind, string? ProtocolType, string? Protocol, int Coordinator,
    ImmutableArray<GroupMemberInfo> Members, IReadOnlyList<CommittedOffset> Offsets, DateTimeOffset AsOf, SectionError? Error)
{
    public GroupEpochs? Epochs { get; init; }

    public StreamsTopology? Topology { get; init; }

    /// <summary>Of a share group, which commits no offsets; empty where brokers do not tell them.</summary>
    public IReadOnlyList<ShareStartOffset> Starts { get; init; } = [];
}

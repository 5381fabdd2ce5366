using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring;

/// <summary>What collectors read, before it is joined into the snapshot that people see. Immutable; the monitor's loop replaces it.</summary>
sealed record MonitorState(ClusterSnapshot Snapshot)
{
    public Section<MetadataReading> Metadata { get; init; } = Section<MetadataReading>.Unread;

    /// <summary>From ZooKeeper: who is registered, and who is controller. Unread without ZooKeeper.</summary>
    public Section<RegistrationReading> Registration { get; init; } = Section<RegistrationReading>.Unread;

    public Section<GroupReading> Groups { get; init; } = Section<GroupReading>.Unread;

    /// <summary>Per broker, when the last call of a tier failed.</summary>
    public ImmutableDictionary<int, SectionError> BrokerErrors { get; init; } = ImmutableDictionary<int, SectionError>.Empty;
}

/// <param name="ControllerId">Null: none.</param>
sealed record MetadataReading(string? ClusterId, int? ControllerId, CoordinationMode Mode, ImmutableArray<BrokerEndpoint> Brokers, TopicTable Topics);

readonly record struct BrokerEndpoint(int Id, string Host, int Port, string? Rack);

sealed record RegistrationReading(ImmutableArray<BrokerEndpoint> Brokers, int? ControllerId, int? ControllerEpoch, DateTimeOffset? ControllerSince);

/// <summary>Groups as their coordinators tell them, before lag is worked out.</summary>
sealed record GroupReading(ImmutableDictionary<string, RawGroup> Groups, ImmutableDictionary<int, SectionError> BrokerErrors);

sealed record RawGroup(
    string GroupId, string State, string? Type, string? ProtocolType, string? Protocol, int Coordinator,
    ImmutableArray<GroupMember> Members, ImmutableArray<CommittedOffset> Offsets, DateTimeOffset AsOf, SectionError? Error);

readonly record struct CommittedOffset(string Topic, int Partition, long Offset, string? Metadata);

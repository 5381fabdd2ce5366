using System.Collections.Immutable;
using Kafka.Client;

namespace Dashboard.Monitoring.Model;

public enum ClusterKind
{
    /// <summary>Hosted by this process: its nodes can be started, stopped, killed and paused.</summary>
    Hosted,

    /// <summary>Reached over the network only.</summary>
    Remote,
}

public enum CoordinationMode
{
    Unknown,
    ZooKeeper,
    KRaft,
}

/// <summary>
/// Everything known of one cluster at one moment. Immutable; a section that did not change keeps its reference from snapshot to snapshot.
/// </summary>
public sealed record ClusterSnapshot
{
    /// <summary>The id in addresses: "local".</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required ClusterKind Kind { get; init; }

    /// <summary>Commands are planned and refused.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Grows by one with each snapshot published.</summary>
    public long Version { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    /// <summary>Whether bootstrap servers were given. Without them all but brokers and the ensemble is Unsupported.</summary>
    public bool HasKafka { get; init; } = true;

    /// <summary>Whether a ZooKeeper connect string was given. Without it znodes and the ensemble are Unsupported.</summary>
    public bool HasZooKeeper { get; init; }

    /// <summary>Whether everything that was given has been asked once, whatever it answered.</summary>
    public bool WasAsked => Topics.WasAsked && Brokers.WasAsked && Ensemble.WasAsked
        && (!HasZooKeeper || RegistrationAsOf is not null || RegistrationError is not null);

    public Section<ClusterIdentity> Identity { get; init; } = Section<ClusterIdentity>.Unread;

    public Section<BrokerTable> Brokers { get; init; } = Section<BrokerTable>.Unread;

    /// <summary>
    /// Why ZooKeeper does not say which brokers are registered, where it should; they are then those of Kafka's metadata.
    /// </summary>
    public SectionError? RegistrationError { get; init; }

    /// <summary>Of an ensemble that is watched alone: Kafka is not in it. Null otherwise, and while that is not known.</summary>
    public KafkaAbsence? Absence { get; init; }

    /// <summary>When the registrations, the controller's among them, were last read; null: never.</summary>
    public DateTimeOffset? RegistrationAsOf { get; init; }

    /// <summary>Topics with leader, ISR and replicas of each partition: metadata tier, about 2 s.</summary>
    public Section<TopicTable> Topics { get; init; } = Section<TopicTable>.Unread;

    /// <summary>Topics that groups read, and that the principal of this program may not describe: they are there, and not listed.</summary>
    public ImmutableHashSet<string> NotAllowed { get; init; } = [];

    /// <summary>Who may lead without being in the ISR, of partitions that lack a replica; Unsupported before Kafka 4.</summary>
    public Section<EligibleLeaderTable> EligibleLeaders { get; init; } = Section<EligibleLeaderTable>.Unread;

    /// <summary>Begin and end offsets of each partition: about 5 s.</summary>
    public Section<OffsetTable> Offsets { get; init; } = Section<OffsetTable>.Unread;

    /// <summary>Bytes of each replica: about 60 s, 5 s while a reassignment runs.</summary>
    public Section<LogDirTable> LogDirs { get; init; } = Section<LogDirTable>.Unread;

    /// <summary>One broker's: as old as its own last answer, with its own trouble. What others do not answer makes it no older.</summary>
    public Section<BrokerLogDirs> LogDirsOf(int broker)
    {
        var dirs = LogDirs.Value?.ByBroker.GetValueOrDefault(broker);
        var error = Brokers.Value?.Find(broker)?.Error ?? (LogDirs.Error is { } all && !(dirs?.AsOf >= all.Since) ? all : null);
        return new(dirs, error, dirs?.AsOf);
    }

    /// <summary>The same of the offsets of what it leads.</summary>
    public Section<OffsetTable> OffsetsOf(int broker) => Offsets switch
    {
        { Error: null } or { Value: null } => Offsets,
        { Value: { } table } when table.BrokerErrors.TryGetValue(broker, out var own) => Offsets with { Error = own },
        { Value.ReadAt: { } at, Error: { } others } when at >= others.Since => Offsets.Read(Offsets.Value, at),
        _ => Offsets,
    };

    /// <summary>Topic configs, the dearest call: about 60 s, and at once after a change made here.</summary>
    public Section<ConfigTable> TopicConfigs { get; init; } = Section<ConfigTable>.Unread;

    public Section<GroupTable> Groups { get; init; } = Section<GroupTable>.Unread;

    /// <summary>Groups that keep their offsets in ZooKeeper; unread without ZooKeeper.</summary>
    public Section<LegacyGroupTable> LegacyGroups { get; init; } = Section<LegacyGroupTable>.Unread;

    public Section<ReassignmentTable> Reassignments { get; init; } = Section<ReassignmentTable>.Unread;

    public Section<EnsembleTable> Ensemble { get; init; } = Section<EnsembleTable>.Unread;

    /// <summary>The controllers of a KRaft cluster; Unsupported in ZooKeeper mode.</summary>
    public Section<QuorumTable> Quorum { get; init; } = Section<QuorumTable>.Unread;

    /// <summary>Whether who is controller, or that nobody is, was told the last time that it was asked for.</summary>
    public bool IsControllerRead =>
        (Identity is { Error: null, Value.Mode: CoordinationMode.ZooKeeper }
            && RegistrationError is not { Kind: SectionErrorKind.TimedOut or SectionErrorKind.Unreachable })
        || this is { Identity: { Error: null, Value.Mode: CoordinationMode.KRaft }, Quorum.Error: null };

    /// <summary>The active controller; null when there is none, and while it cannot be read: the last one may be gone.</summary>
    public int? ControllerId => IsControllerRead ? Identity.Value!.ControllerId : null;

    /// <summary>What watching it costs it; it is known of a cluster that does not answer, too.</summary>
    public Section<ClientLoad> ClientLoad { get; init; } = Section<ClientLoad>.Unread;

    /// <summary>Where brokers believe something else than the metadata says: some minutes old, unless a page shows it.</summary>
    public Section<DifferenceTable> Differences { get; init; } = Section<DifferenceTable>.Unread;

    /// <summary>Addresses of this cluster at which brokers of another answer: nothing that these say is in here.</summary>
    public ImmutableArray<ForeignBroker> ForeignBrokers { get; init; } = [];

    /// <summary>Hosted nodes that fail again and again; empty where none are hosted.</summary>
    public ImmutableArray<FailingNode> FailingNodes { get; init; } = [];

    /// <summary>
    /// What is wrong, most urgent first, worked out from the sections above. Never null: a cause that could not be read is no finding.
    /// </summary>
    public Health Health { get; init; } = Health.Unknown;

    /// <summary>The last changes, newest first; at most some hundred. More in <c>IHistory.Events</c>.</summary>
    public ImmutableArray<ClusterEvent> RecentEvents { get; init; } = [];

    /// <summary>Broker-wide rates worked out from offsets and log dirs; null until two readings exist.</summary>
    public Rates? Rates { get; init; }

    /// <summary>
    /// Bytes by which the logs of each topic's leaders were seen to grow since the monitor was started, from the second reading of their
    /// sizes on.
    /// </summary>
    public ImmutableDictionary<string, long> BytesIn { get; init; } = ImmutableDictionary<string, long>.Empty;
}

/// <summary>No Kafka broker has ever registered where it was looked for.</summary>
/// <param name="Place">Where: the chroot, or "/".</param>
/// <param name="Elsewhere">Places of the same ensemble where brokers have registered: the chroot may be missing, or another one.</param>
public sealed record KafkaAbsence(string Place, ImmutableArray<string> Elsewhere);

/// <param name="ClusterId">Kafka's cluster id.</param>
/// <param name="ControllerId">
/// The active controller: from Metadata, and from DescribeQuorum in KRaft mode, where Metadata names a random broker. Null: none.
/// </param>
/// <param name="ZooKeeperVersion">Who the servers say they are: "ZooKeeper 3.9.5"; null when unknown or without ZooKeeper.</param>
/// <param name="ControllerSince">When this controller was first seen here, or its znode's ctime.</param>
public sealed record ClusterIdentity(
    string? ClusterId,
    int? ControllerId,
    int? ControllerEpoch,
    CoordinationMode Mode,
    string? ZooKeeperVersion,
    DateTimeOffset? ControllerSince)
{
    /// <summary>The release that the oldest of the brokers has at least: "3.9", "4.1"; null while no broker told its versions.</summary>
    public string? KafkaVersion { get; init; }
}

/// <param name="RecordsInPerSecond">From end offsets.</param>
/// <param name="RecordsInByTopic">Records a second by topic.</param>
/// <param name="BytesInByBroker">
/// How fast the logs of the partitions grow that a broker leads. Empty while they were not read twice; without those that did not answer.
/// </param>
public sealed record Rates(
    double RecordsInPerSecond,
    ImmutableDictionary<string, double> RecordsInByTopic,
    ImmutableDictionary<int, double> RecordsInByBroker,
    ImmutableDictionary<int, double> BytesInByBroker)
{
    public Rates WithoutBytes => BytesInByBroker.IsEmpty ? this : this with { BytesInByBroker = ImmutableDictionary<int, double>.Empty };

    /// <summary>Null, as the other rates, while it is not known.</summary>
    public double? BytesInPerSecond => BytesInByBroker.IsEmpty ? null : BytesInByBroker.Values.Sum();

    public double? RecordsIn(int broker) => RecordsInByBroker.TryGetValue(broker, out var rate) ? rate : null;

    public double? BytesIn(int broker) => BytesInByBroker.TryGetValue(broker, out var rate) ? rate : null;
}

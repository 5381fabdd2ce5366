using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Wire;

namespace Dashboard.Monitoring.Readings;

/// <summary>
/// What collectors read, before it is joined into the snapshot that people see. Immutable; the monitor's loop replaces it.
/// </summary>
sealed record MonitorState(ClusterSnapshot Snapshot)
{
    public Section<MetadataReading> Metadata { get; init; } = Section<MetadataReading>.Unread;

    /// <summary>From ZooKeeper: who is registered, and who is controller. Unread without ZooKeeper.</summary>
    public Section<RegistrationReading> Registration { get; init; } = Section<RegistrationReading>.Unread;

    public Section<GroupReading> Groups { get; init; } = Section<GroupReading>.Unread;

    /// <summary>Topics that were deleted here and are shown still: an answer without one of them has to be confirmed by no other.</summary>
    public IReadOnlySet<string> Deleted { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>What lies behind commits that do not move.</summary>
    public ImmutableDictionary<Commit, Tail> Tails { get; init; } = ImmutableDictionary<Commit, Tail>.Empty;

    /// <summary>Per broker, when the last call of a tier failed.</summary>
    public ImmutableDictionary<int, SectionError> BrokerErrors { get; init; } = ImmutableDictionary<int, SectionError>.Empty;

    /// <summary>The release that each broker is at least, as it told last.</summary>
    public ImmutableDictionary<int, string> Releases { get; init; } = ImmutableDictionary<int, string>.Empty;

    /// <summary>Before anything was read. What will never be read says so: it must not look as if it were still loading.</summary>
    public static MonitorState Initial(ClusterMonitorOptions options, DateTimeOffset now)
    {
        var snapshot = new ClusterSnapshot
        {
            Id = options.Id,
            Name = options.Name,
            Kind = options.Kind,
            ReadOnly = options.ReadOnly,
            HasKafka = options.Kafka is not null,
            HasZooKeeper = options.ZooKeeper is not null,
        };
        if (options.ZooKeeper is null)
        {
            snapshot = snapshot with { Ensemble = Never<EnsembleTable>("ZooKeeper", NotGiven.ZooKeeper, now) };
        }

        return options.Kafka is not null
            ? new MonitorState(snapshot)
            : new MonitorState(snapshot with
            {
                Topics = Never<TopicTable>("Kafka", NotGiven.Kafka, now),
                Offsets = Never<OffsetTable>("Kafka", NotGiven.Kafka, now),
                LogDirs = Never<LogDirTable>("Kafka", NotGiven.Kafka, now),
                TopicConfigs = Never<ConfigTable>("Kafka", NotGiven.Kafka, now),
                Groups = Never<GroupTable>("Kafka", NotGiven.Kafka, now),
                Reassignments = Never<ReassignmentTable>("Kafka", NotGiven.Kafka, now),
                Quorum = Never<QuorumTable>("Kafka", NotGiven.Kafka, now),
                EligibleLeaders = Never<EligibleLeaderTable>("Kafka", NotGiven.Kafka, now),
                ClientLoad = Never<ClientLoad>("Kafka", NotGiven.Kafka, now),
            })
            {
                Metadata = Never<MetadataReading>("Kafka", NotGiven.Kafka, now),
                Groups = Never<GroupReading>("Kafka", NotGiven.Kafka, now),
            };
    }

    /// <summary>
    /// Without what was read of Kafka, but for its metadata: that is another cluster's, set up anew at the same addresses. What this kind
    /// of cluster does not have, it is asked for again.
    /// </summary>
    public MonitorState Anew() => this with
    {
        Groups = Section<GroupReading>.Unread,
        Deleted = ImmutableHashSet<string>.Empty,
        Tails = ImmutableDictionary<Commit, Tail>.Empty,
        BrokerErrors = ImmutableDictionary<int, SectionError>.Empty,
        Releases = ImmutableDictionary<int, string>.Empty,
        Snapshot = Snapshot with
        {
            Identity = Section<ClusterIdentity>.Unread,
            Brokers = Section<BrokerTable>.Unread,
            Topics = Section<TopicTable>.Unread,
            EligibleLeaders = Section<EligibleLeaderTable>.Unread,
            Offsets = Section<OffsetTable>.Unread,
            LogDirs = Section<LogDirTable>.Unread,
            TopicConfigs = Section<ConfigTable>.Unread,
            Groups = Section<GroupTable>.Unread,
            Reassignments = Section<ReassignmentTable>.Unread,
            Quorum = Section<QuorumTable>.Unread,
            Differences = Section<DifferenceTable>.Unread,
            NotAllowed = [],
            Rates = null,
            BytesIn = ImmutableDictionary<string, long>.Empty,
        },
    };

    /// <summary>What cannot be read before metadata was fails with it: otherwise it would look as if it were still loading.</summary>
    public MonitorState WithoutMetadata() => Metadata is not { Value: null, Error: { } error } ? this : this with
    {
        Groups = OrFailed(Groups, error),
        Snapshot = Snapshot with
        {
            Offsets = OrFailed(Snapshot.Offsets, error),
            LogDirs = OrFailed(Snapshot.LogDirs, error),
            TopicConfigs = OrFailed(Snapshot.TopicConfigs, error),
            Groups = OrFailed(Snapshot.Groups, error),
            Reassignments = OrFailed(Snapshot.Reassignments, error),
        },
    };

    static Section<T> OrFailed<T>(Section<T> section, SectionError error)
        where T : class => section is { Value: null, Error: null } ? section.Failed(error) : section;

    static Section<T> Never<T>(string source, CodedText why, DateTimeOffset now)
        where T : class => Section<T>.Unread.Failed(SectionError.Unsupported(source, why, now));
}

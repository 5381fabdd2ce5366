using System.Collections.Frozen;
using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Wire;
using ZooKeeper.Client;

namespace Dashboard.Monitoring;

/// <summary>One cluster to watch, and how often.</summary>
public sealed record ClusterMonitorOptions
{
    /// <summary>Stands in a client's properties beside what is read of them as security.</summary>
    const string BootstrapServers = "bootstrap.servers";

    public required string Id { get; init; }

    public required string Name { get; init; }

    public required ClusterKind Kind { get; init; }

    /// <summary>Bootstrap servers, HOST:PORT,…; null: only the ensemble is watched.</summary>
    public string? Kafka { get; init; }

    /// <summary>Where a hosted cluster's nodes have their data: elsewhere they are another cluster, at whatever addresses.</summary>
    public string? HostedIn { get; init; }

    /// <summary>
    /// Where the brokers listen now, of a hosted cluster, to which brokers are added and from which they are removed; null: <see
    /// cref="Kafka"/> stays true.
    /// </summary>
    public Func<string>? HostedBrokers { get; init; }

    /// <summary>Connect string, HOST:PORT,…/chroot; null: pages that need ZooKeeper say so.</summary>
    public string? ZooKeeper { get; init; }

    /// <summary>Of the definition, as the two below.</summary>
    public FrozenDictionary<string, string> Properties { get; init; } = FrozenDictionary<string, string>.Empty;

    public FrozenDictionary<string, string> ZooKeeperProperties { get; init; } = FrozenDictionary<string, string>.Empty;

    public FrozenDictionary<string, string> AddressMap { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>With what stands of it among the properties; empty: none is known.</summary>
    public FrozenDictionary<string, string> SchemaRegistry { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Connect clusters beside it; empty: none is known.</summary>
    public FrozenDictionary<string, string> Connect { get; init; } = FrozenDictionary<string, string>.Empty;

    public ImmutableArray<DecodeRule> Decode { get; init; } = [];

    public ImmutableArray<string> Protobuf { get; init; } = [];

    /// <summary>Commands are planned and never run.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Where that is changed.</summary>
    public DefinitionSource Source { get; init; }

    /// <summary>Votes of the last elections, where the servers are hosted here.</summary>
    public Func<System.Collections.Immutable.ImmutableArray<ElectionView>>? Elections { get; init; }

    /// <summary>The id of a hosted cluster, by its nodes' own storage; null from it: they were never started.</summary>
    public Func<string?>? HostedClusterId { get; init; }

    /// <summary>Null: none are hosted.</summary>
    public Func<HostedFacts>? HostedFacts { get; init; }

    public TimeSpan MetadataInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of the offsets of partitions and of groups, which are read together.</summary>
    public TimeSpan OffsetInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>From one reading of the groups that are on a screen to the next; more when a reading is slow.</summary>
    public TimeSpan SeenInterval { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Past this many groups only those with most lag are read each time; all of them every <see cref="AllGroupsInterval"/>.
    /// </summary>
    public int GroupsReadEachTime { get; init; } = 500;

    public TimeSpan AllGroupsInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan ConfigInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan LogDirInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>While replicas move, and always for a hosted cluster, whose brokers are at hand.</summary>
    public TimeSpan LogDirIntervalWhileMoving { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan EnsembleInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Deadline of each call to one broker, or to the ensemble.</summary>
    public TimeSpan CallDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Given to Kafka for what changes the cluster; the answer is waited for a little longer.</summary>
    public TimeSpan CommandDeadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the cluster is looked at when a command was sent and not answered.</summary>
    public TimeSpan CommandLookUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Of a cluster that is not hosted here.</summary>
    public static ClusterMonitorOptions Of(ClusterDefinition definition)
    {
        var own = definition.Properties.GetValueOrDefault(BootstrapServers);
        return new ClusterMonitorOptions
        {
            Id = definition.Id,
            Name = definition.Name,
            Kind = ClusterKind.Remote,
            Kafka = Given(definition.Kafka) ?? Given(own),
            ZooKeeper = Given(definition.ZooKeeper),
            Properties = definition.Properties.Where(p => p.Key != BootstrapServers && !RegistrySettings.IsOne(p.Key)).ToFrozenDictionary(),
            ZooKeeperProperties = definition.ZooKeeperProperties,
            AddressMap = definition.AddressMap,
            SchemaRegistry = definition.SchemaRegistry.Count > 0
                ? definition.SchemaRegistry
                : definition.Properties.Where(p => RegistrySettings.IsOne(p.Key)).ToFrozenDictionary(),
            Connect = definition.Connect,
            Decode = definition.Decode,
            Protobuf = definition.Protobuf,
            ReadOnly = definition.ReadOnly,
            Source = definition.Source,
        };
    }

    /// <summary>Whether a monitor with the other options reads the same addresses in the same way: only how it is called differs.</summary>
    public bool ConnectsAs(ClusterMonitorOptions other) =>
        Kind == other.Kind && HostedIn == other.HostedIn && Kafka == other.Kafka && ZooKeeper == other.ZooKeeper
        && Same(Properties, other.Properties) && Same(ZooKeeperProperties, other.ZooKeeperProperties) && Same(AddressMap, other.AddressMap);

    /// <summary>Without the properties' values, which may be secret.</summary>
    public override string ToString() => $"{Id} (Kafka {Kafka ?? "none"}, ZooKeeper {ZooKeeper ?? "none"})";

    /// <summary>Why bootstrap servers cannot be taken, or null.</summary>
    public static CodedText? KafkaProblem(string servers) => Problem(() => KafkaCluster.ParseBootstrap(servers));

    /// <summary>Why a connect string cannot be taken, or null.</summary>
    public static CodedText? ZooKeeperProblem(string connect) => Problem(() => ZooKeeperClientOptions.Parse(connect));

    static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>The same names with the same values.</summary>
    public static bool Same(FrozenDictionary<string, string> one, FrozenDictionary<string, string> other) =>
        one.Count == other.Count && one.All(p => other.TryGetValue(p.Key, out var value) && value == p.Value);

    static CodedText? Problem(Func<object> parse)
    {
        try
        {
            parse();
            return null;
        }
        catch (CodedFormatException e)
        {
            return e.Told;
        }
    }
}

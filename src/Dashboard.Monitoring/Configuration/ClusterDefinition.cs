using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Dashboard.Monitoring;

/// <summary>Where a definition comes from, and so where it is changed.</summary>
public enum DefinitionSource
{
    /// <summary>Hosted by this process.</summary>
    Hosted,

    /// <summary>The command line, the environment or appsettings.json: fixed until the next start.</summary>
    Settings,

    /// <summary>clusters.yaml, which is watched.</summary>
    File,

    /// <summary>Added on the page or through REST, and kept in the data directory.</summary>
    Kept,
}

/// <summary>A cluster as its operator describes it. What is null or empty was not given.</summary>
public sealed record ClusterDefinition
{
    /// <summary>In the place of a secret's value, to say that it stays as it is.</summary>
    public const string KeepSecret = "********";

    /// <summary>Of labels.</summary>
    public static readonly ImmutableArray<string> Colours = ["grey", "red", "amber", "green", "blue", "violet"];

    /// <summary>In addresses: lower case letters, digits, '-', '_' and '.', at most 64, beginning with a letter or a digit.</summary>
    public required string Id { get; init; }

    public required string Name { get; init; }

    /// <summary>What kind of cluster it is to its team: "production", "staging".</summary>
    public string? Label { get; init; }

    /// <summary>Of the label: one of <see cref="Colours"/>; null: grey.</summary>
    public string? Colour { get; init; }

    /// <summary>No command changes this cluster from here.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Bootstrap servers: HOST:PORT,…; of the properties' bootstrap.servers where it is not given.</summary>
    public string? Kafka { get; init; }

    /// <summary>HOST:PORT,…/chroot.</summary>
    public string? ZooKeeper { get; init; }

    /// <summary>A Kafka client's properties by Kafka's names: security.protocol, sasl.jaas.config, … They hold secrets.</summary>
    public FrozenDictionary<string, string> Properties { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>A ZooKeeper client's by Java's names: zookeeper.ssl.trustStore.location, …, digest. They hold secrets.</summary>
    public FrozenDictionary<string, string> ZooKeeperProperties { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Where an advertised HOST:PORT is reached from here, for tunnels: advertised → reachable.</summary>
    public FrozenDictionary<string, string> AddressMap { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Where its schemas are, by the names of <see cref="RegistrySettings"/>. They hold secrets.</summary>
    public FrozenDictionary<string, string> SchemaRegistry { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Connect clusters beside it, by the names of <see cref="ConnectSettings"/>. They hold secrets.</summary>
    public FrozenDictionary<string, string> Connect { get; init; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Where its brokers publish metrics: http://HOST:PORT/PATH, several with commas.</summary>
    public string? Metrics { get; init; }

    /// <summary>How keys and values are read; from clusters.yaml alone.</summary>
    public ImmutableArray<DecodeRule> Decode { get; init; } = [];

    /// <summary>.proto files, descriptor sets and directories of them, whole paths; from clusters.yaml alone.</summary>
    public ImmutableArray<string> Protobuf { get; init; } = [];

    public DefinitionSource Source { get; init; } = DefinitionSource.Kept;

    /// <summary>Without the properties' values, which may be secret.</summary>
    public override string ToString() => $"{Id} ({Source}, Kafka {Kafka ?? "none"}, ZooKeeper {ZooKeeper ?? "none"})";
}

using System.Collections.Immutable;

namespace Dashboard.Monitoring.Model;

/// <summary>Where brokers believe something else than what the cluster's metadata says.</summary>
/// <param name="Reference">
/// What brokers are compared with: null for ZooKeeper; in KRaft mode the id of the broker that has the newest metadata.
/// </param>
/// <param name="Differences">By kind and place; at most <see cref="Most"/>.</param>
/// <param name="Total">How many there are.</param>
/// <param name="Partitions">How many were compared.</param>
/// <param name="Left">Partitions' topics that were left out, past what one check may cost.</param>
/// <param name="Hidden">Topics that this principal may not see with the brokers: not compared.</param>
/// <param name="Brokers">Those that answered.</param>
/// <param name="Errors">Of each broker that did not: whether it agrees is not known.</param>
public sealed record DifferenceTable(
    int? Reference,
    ImmutableArray<MetadataDifference> Differences,
    int Total,
    int Partitions,
    int Left,
    int Hidden,
    ImmutableArray<int> Brokers,
    ImmutableSortedDictionary<int, SectionError> Errors)
{
    /// <summary>More than a person can follow: with so many the cause is one.</summary>
    public const int Most = 1000;
}

/// <summary>What differs; in the order in which it is shown.</summary>
public enum DifferenceKind
{
    /// <summary>/controller names a broker that is not registered, or that no broker takes for the controller.</summary>
    StaleController,

    /// <summary>Some brokers take another one for the controller.</summary>
    Controller,

    /// <summary>Registered, and brokers do not know it.</summary>
    BrokerUnknown,

    /// <summary>Brokers take it for alive, and it is not registered.</summary>
    BrokerNotRegistered,

    /// <summary>Brokers do not know a topic.</summary>
    TopicUnknown,

    /// <summary>Brokers know a topic that is not there.</summary>
    TopicGone,

    /// <summary>The same name, another topic.</summary>
    TopicId,
    PartitionUnknown,
    Leader,
    LeaderEpoch,
    Isr,
    Replicas,
    Config,

    /// <summary>Overrides were changed in ZooKeeper by something else than Kafka: brokers repeat them, and apply what they had.</summary>
    ConfigUntold,

    /// <summary>Marked for deletion, and still there.</summary>
    DeletionPending,

    /// <summary>A log on disk of a topic that is not there.</summary>
    OrphanedLog,

    /// <summary>A log on disk of a partition that has no replica on that broker.</summary>
    StrayLog,

    /// <summary>Overrides of a topic that is not there.</summary>
    OrphanedConfig,
}

/// <param name="Where">"orders-3", "orders", "orders retention.ms" or a broker's id.</param>
/// <param name="Said">What ZooKeeper, or the reference broker, says; null where it says nothing of it.</param>
/// <param name="Brokers">Who says something else, by id.</param>
/// <param name="Since">When it was first seen.</param>
public sealed record MetadataDifference(
    DifferenceKind Kind, string Where, string? Said, ImmutableArray<BrokerSaying> Brokers, DateTimeOffset Since)
{
    /// <summary>One of a kind and place.</summary>
    public string Name => $"{Kind} {Where}";
}

/// <param name="Said">Null: it knows nothing of it.</param>
public readonly record struct BrokerSaying(int Broker, string? Said);

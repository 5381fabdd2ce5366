using Kafka.Protocol;

namespace Kafka.Client.Admin;

/// <summary>What has configs; the numbers are Kafka's.</summary>
public enum ConfigResourceType : sbyte
{
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
}

/// <summary>A topic by name, a broker by id (as text; empty: the default of all brokers).</summary>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name);

/// <summary>One config. The value of a sensitive one is null.</summary>
public sealed record ConfigEntry(string Name, string? Value, ConfigSource Source, bool IsReadOnly, bool IsSensitive)
{
    /// <summary>Where else it is set, from what is in force down to the default; empty unless they were asked for (KIP-226).</summary>
    public IReadOnlyList<ConfigSynonym> Synonyms { get; init; } = [];
}

/// <summary>
/// One place where a config is set. A broker's may have another name, and unit, than the topic's: log.retention.hours of retention.ms.
/// </summary>
public sealed record ConfigSynonym(string Name, string? Value, ConfigSource Source);

/// <summary>How IncrementalAlterConfigs changes a config; append and subtract are for lists.</summary>
public enum ConfigOperation : sbyte
{
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}

/// <summary>A change of one config; the value is null for delete.</summary>
public sealed record ConfigChange(string Name, ConfigOperation Operation, string? Value);

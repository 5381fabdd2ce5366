using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dashboard.Clusters;

/// <summary>The form of clusters.json.</summary>
sealed record StoredClusters(int Version, ImmutableArray<StoredCluster>? Clusters);

/// <summary>A definition on disk. What is null was not given.</summary>
sealed record StoredCluster
{
    public required string Id { get; init; }

    public string? Name { get; init; }

    public string? Label { get; init; }

    public string? Colour { get; init; }

    public bool ReadOnly { get; init; }

    public string? Kafka { get; init; }

    public string? ZooKeeper { get; init; }

    public SortedDictionary<string, string>? Properties { get; init; }

    /// <summary>Properties that are secret, each encrypted.</summary>
    public SortedDictionary<string, string>? Secrets { get; init; }

    public SortedDictionary<string, string>? ZooKeeperProperties { get; init; }

    public SortedDictionary<string, string>? ZooKeeperSecrets { get; init; }

    public SortedDictionary<string, string>? SchemaRegistry { get; init; }

    public SortedDictionary<string, string>? SchemaRegistrySecrets { get; init; }

    public SortedDictionary<string, string>? Connect { get; init; }

    public SortedDictionary<string, string>? ConnectSecrets { get; init; }

    public string? Metrics { get; init; }

    public SortedDictionary<string, string>? Addresses { get; init; }

    /// <summary>What a later version wrote stays.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StoredClusters))]
sealed partial class StoredClustersJson : JsonSerializerContext;

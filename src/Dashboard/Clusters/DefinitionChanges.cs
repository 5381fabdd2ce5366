using System.Collections.Frozen;
using System.Collections.Immutable;
using Dashboard.Monitoring;

namespace Dashboard.Clusters;

/// <summary>In what two definitions differ, by the names of fields: for plans and for the audit log, which never have a value.</summary>
static class DefinitionChanges
{
    /// <param name="before">Null: all that is given is new.</param>
    public static ImmutableArray<string> Of(ClusterDefinition? before, ClusterDefinition now) =>
    [
        .. Fields(before, now).Where(field => field.Differs).Select(field => field.Name),
        .. Entries("properties", before?.Properties, now.Properties),
        .. Entries("zooKeeperProperties", before?.ZooKeeperProperties, now.ZooKeeperProperties),
        .. Entries("addresses", before?.AddressMap, now.AddressMap),
    ];

    static IEnumerable<(string Name, bool Differs)> Fields(ClusterDefinition? before, ClusterDefinition now) =>
    [
        ("name", before?.Name != now.Name),
        ("label", before?.Label != now.Label),
        ("colour", before?.Colour != now.Colour),
        ("readOnly", (before?.ReadOnly ?? false) != now.ReadOnly),
        ("kafka", before?.Kafka != now.Kafka),
        ("zookeeper", before?.ZooKeeper != now.ZooKeeper),
    ];

    static IEnumerable<string> Entries(string field, FrozenDictionary<string, string>? before, FrozenDictionary<string, string> now) =>
        (before?.Keys ?? []).Union(now.Keys)
            .Where(key => before?.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal).Select(key => $"{field}.{key}");
}

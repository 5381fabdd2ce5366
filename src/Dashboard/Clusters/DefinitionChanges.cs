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
        .. Fields(now).Zip(Fields(before)).Where(both => both.First != both.Second).Select(both => both.First.Name),
        .. Entries("properties", before?.Properties, now.Properties),
        .. Entries("zooKeeperProperties", before?.ZooKeeperProperties, now.ZooKeeperProperties),
        .. Entries("schemaRegistry", before?.SchemaRegistry, now.SchemaRegistry),
        .. Entries("connect", before?.Connect, now.Connect),
        .. Rules(before, now),
        .. Entries("addresses", before?.AddressMap, now.AddressMap),
    ];

    /// <summary>The fields in which it differs from another, with their values: "name=prod, readOnly=true". None is secret.</summary>
    public static string Values(ClusterDefinition? definition, ClusterDefinition? other) => string.Join(
        ", ",
        Fields(definition).Except(Fields(other)).Where(field => field.Value is not null).Select(field => $"{field.Name}={field.Value}"));

    /// <summary>Those with one value.</summary>
    static IEnumerable<(string Name, string? Value)> Fields(ClusterDefinition? definition) =>
    [
        ("name", definition?.Name),
        ("label", definition?.Label),
        ("colour", definition?.Colour),
        ("readOnly", definition?.ReadOnly == true ? "true" : "false"),
        ("kafka", definition?.Kafka),
        ("zookeeper", definition?.ZooKeeper),
        ("metrics", definition?.Metrics),
    ];

    static IEnumerable<string> Rules(ClusterDefinition? before, ClusterDefinition now)
    {
        if (Words(before) != Words(now))
        {
            yield return "decode";
        }

        if (!(before?.Protobuf ?? []).SequenceEqual(now.Protobuf))
        {
            yield return "protobuf";
        }

        static string Words(ClusterDefinition? of) =>
            string.Join(';', (of?.Decode ?? []).Select(rule => $"{string.Join(',', rule.Topics)} {rule.Key} {rule.Value}"));
    }

    static IEnumerable<string> Entries(string field, FrozenDictionary<string, string>? before, FrozenDictionary<string, string> now) =>
        (before?.Keys ?? []).Union(now.Keys)
            .Where(key => before?.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Order(StringComparer.Ordinal).Select(key => $"{field}.{key}");
}

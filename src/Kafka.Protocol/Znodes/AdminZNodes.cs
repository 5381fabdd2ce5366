using System.Globalization;
using System.Text.Json;

namespace Kafka.Protocol.Znodes;

/// <summary>
/// Small znodes: settings, requests and notices. Written as Kafka writes them, byte for byte; what is no JSON object is read as empty.
/// </summary>
public static class AdminZNodes
{
    /// <summary>/config/{topics,brokers}/NAME: overrides.</summary>
    public static byte[] EncodeConfig(IEnumerable<KeyValuePair<string, string>> overrides) => ZkJson.Object(json =>
    {
        json.WriteNumber("version", 1);
        json.WriteStartObject("config");
        foreach (var (name, value) in overrides)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    });

    /// <summary>The overrides, by the names of their keys.</summary>
    public static IReadOnlyDictionary<string, string> DecodeConfig(ReadOnlyMemory<byte> data)
    {
        var overrides = new Dictionary<string, string>();
        if (ZkJson.TryParse(data) is { } json && json.TryGetProperty("config", out var config) && config.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in config.EnumerateObject())
            {
                // Kafka writes strings; people who edit the znode also numbers
                overrides[property.Name] = property.Value.ValueKind == JsonValueKind.String
                    ? property.Value.GetString()!
                    : property.Value.GetRawText();
            }
        }

        return overrides;
    }

    /// <summary>/config/changes/config_change_…: which entity's overrides changed ("topics/orders").</summary>
    public static byte[] EncodeConfigChange(string entityPath) => ZkJson.Object(json =>
    {
        json.WriteNumber("version", 2);
        json.WriteString("entity_path", entityPath);
    });

    /// <summary>The entity's path; version 1 named type and entity apart. Null for something else.</summary>
    public static string? DecodeConfigChange(ReadOnlyMemory<byte> data) =>
        ZkJson.TryParse(data) is not { } json ? null
        : json.TryGetProperty("entity_path", out var path) ? path.GetString()
        : json.TryGetProperty("entity_type", out var type) && json.TryGetProperty("entity_name", out var name)
            ? $"{type.GetString()}/{name.GetString()}"
        : null;

    /// <summary>/latest_producer_id_block: the last ids handed out, bounds included.</summary>
    public static byte[] EncodeProducerIds(int broker, long first, long last) => ZkJson.Object(json =>
    {
        json.WriteNumber("version", 1);
        json.WriteNumber("broker", broker);
        json.WriteString("block_start", first.ToString(CultureInfo.InvariantCulture));
        json.WriteString("block_end", last.ToString(CultureInfo.InvariantCulture));
    });

    /// <summary>The last id handed out; -1 when none was.</summary>
    public static long DecodeLastProducerId(ReadOnlyMemory<byte> data) =>
        ZkJson.TryParse(data) is { } json ? json.GetProperty("block_end").Long() : -1;

    /// <summary>/log_dir_event_notification/log_dir_event_…: a log directory of this broker failed.</summary>
    public static byte[] EncodeLogDirEvent(int broker) => ZkJson.Object(json =>
    {
        json.WriteNumber("version", 1);
        json.WriteNumber("broker", broker);
        json.WriteNumber("event", 1);
    });

    /// <summary>The broker's id; null for something else.</summary>
    public static int? DecodeLogDirEvent(ReadOnlyMemory<byte> data) =>
        ZkJson.TryParse(data) is { } json && json.TryGetProperty("broker", out var broker) ? broker.GetInt32() : null;

    /// <summary>Partitions of /isr_change_notification/isr_change_… and of /admin/preferred_replica_election.</summary>
    public static IReadOnlyList<TopicPartition> DecodePartitions(ReadOnlyMemory<byte> data) =>
        [.. Entries(data).Select(Partition)];

    /// <summary>/admin/preferred_replica_election: what is to be led by its first replica.</summary>
    public static byte[] EncodePartitions(IEnumerable<TopicPartition> partitions) =>
        Partitions(partitions.Select(one => (one, (IReadOnlyList<int>?)null)));

    /// <summary>/admin/reassign_partitions: the wanted replicas, the preferred leader first.</summary>
    public static byte[] EncodeReassignments(IEnumerable<KeyValuePair<TopicPartition, IReadOnlyList<int>>> wanted) =>
        Partitions(wanted.Select(one => (one.Key, (IReadOnlyList<int>?)one.Value)));

    /// <summary>The same, read.</summary>
    public static IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>> DecodeReassignments(ReadOnlyMemory<byte> data) =>
        Entries(data).ToDictionary(Partition, entry => entry.GetProperty("replicas").Numbers());

    /// <summary>/cluster/id.</summary>
    public static byte[] EncodeClusterId(string id) => ZkJson.Object(json =>
    {
        json.WriteString("version", "1");
        json.WriteString("id", id);
    });

    /// <summary>Null for something else.</summary>
    public static string? DecodeClusterId(ReadOnlyMemory<byte> data) => ZkJson.TryParse(data)?.GetProperty("id").GetString();

    /// <summary>/feature as a cluster without finalized features has it (KIP-584).</summary>
    public static byte[] EncodeNoFeatures() => ZkJson.Object(json =>
    {
        json.WriteStartObject("features");
        json.WriteEndObject();
        json.WriteNumber("version", 2);
        json.WriteNumber("status", 1);
    });

    static byte[] Partitions(IEnumerable<(TopicPartition Partition, IReadOnlyList<int>? Replicas)> entries) => ZkJson.Object(json =>
    {
        json.WriteNumber("version", 1);
        json.WriteStartArray("partitions");
        foreach (var (partition, replicas) in entries)
        {
            json.WriteStartObject();
            json.WriteString("topic", partition.Topic);
            json.WriteNumber("partition", partition.Partition);
            if (replicas is not null)
            {
                json.WriteNumbers("replicas", replicas);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    static IEnumerable<JsonElement> Entries(ReadOnlyMemory<byte> data) =>
        ZkJson.TryParse(data) is { } json
        && json.TryGetProperty("partitions", out var partitions)
        && partitions.ValueKind == JsonValueKind.Array
            ? partitions.EnumerateArray()
            : [];

    static TopicPartition Partition(JsonElement entry) =>
        new(entry.GetProperty("topic").GetString()!, entry.GetProperty("partition").GetInt32());
}

using System.Globalization;
using System.Text.Json;

namespace Dashboard.Monitoring.Derivation;

/// <summary>What a znode is to Kafka, from its path under the chroot and its JSON. Data is untrusted: what cannot be read has no meaning.</summary>
static class ZnodeMeanings
{
    public static ZnodeMeaning? Of(string path, string chroot, ReadOnlySpan<byte> data)
    {
        if (!path.StartsWith(chroot, StringComparison.Ordinal) || (path.Length > chroot.Length && path[chroot.Length] != '/'))
        {
            return null;
        }

        var parts = path[chroot.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        using var json = Parse(data);
        var root = json?.RootElement;
        return parts switch
        {
            [] => new("KafkaRoot", [], null),
            ["brokers", "topics", var topic, "partitions", var partition, "state"] => PartitionState(topic, partition, root),
            ["brokers", "topics", var topic, "partitions", var partition] => new("Partition", [partition, topic], Topic(topic)),
            ["brokers", "topics", var topic, "partitions"] => new("Partitions", [topic], Topic(topic)),
            ["brokers", "topics", var topic] => new("Topic", [topic, Count(root)], Topic(topic)),
            ["brokers", "topics"] => new("Topics", [], "topics"),
            ["brokers", "ids", var id] => new("Broker", [id, Text(root, "host") ?? "", Text(root, "port") ?? ""], $"brokers/{id}"),
            ["brokers", "ids"] => new("Brokers", [], "brokers"),
            ["brokers", "seqid"] => new("SequenceIds", [], null),
            ["controller"] => new("Controller", [Text(root, "brokerid") ?? "?"], Text(root, "brokerid") is { } id ? $"brokers/{id}" : null),
            ["controller_epoch"] => new("ControllerEpoch", [System.Text.Encoding.UTF8.GetString(data)], null),
            ["cluster", "id"] => new("ClusterId", [Text(root, "id") ?? "?"], null),
            ["config", "topics", var topic] => new("TopicConfig", [topic], $"{Topic(topic)}?tab=configs"),
            ["config", "brokers", var id] => new("BrokerConfig", [id], $"brokers/{id}"),
            ["config", "changes", ..] => new("ConfigChanges", [], null),
            ["admin", "delete_topics", var topic] => new("TopicDeletion", [topic], null),
            ["admin", "delete_topics"] => new("TopicDeletions", [], null),
            ["admin", "reassign_partitions"] => new("Reassignments", [], "reassignments"),
            ["isr_change_notification", ..] => new("IsrChanges", [], null),
            ["log_dir_event_notification", ..] => new("LogDirEvents", [], null),
            ["latest_producer_id_block"] => new("ProducerIds", [Text(root, "block_start") ?? "?", Text(root, "block_end") ?? "?"], null),
            ["consumers"] => new("OldConsumers", [], null),
            _ => null,
        };
    }

    static ZnodeMeaning? PartitionState(string topic, string partition, JsonElement? root)
    {
        if (root is not { ValueKind: JsonValueKind.Object } state || !state.TryGetProperty("isr", out var isr) || isr.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var members = string.Join(", ", isr.EnumerateArray().Select(i => i.ToString()));
        return Text(root, "leader") == "-1"
            ? new("PartitionOffline", [partition, topic, members], Topic(topic))
            : new("PartitionState", [partition, topic, Text(root, "leader") ?? "?", members, Text(root, "leader_epoch") ?? "?"], Topic(topic));
    }

    static string Topic(string name) => $"topics/{Uri.EscapeDataString(name)}";

    static string Count(JsonElement? root) =>
        root is { ValueKind: JsonValueKind.Object } topic && topic.TryGetProperty("partitions", out var partitions) && partitions.ValueKind == JsonValueKind.Object
            ? partitions.EnumerateObject().Count().ToString(CultureInfo.InvariantCulture)
            : "?";

    static string? Text(JsonElement? root, string name) =>
        root is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value.ToString() : null;

    static JsonDocument? Parse(ReadOnlySpan<byte> data)
    {
        try
        {
            return data.Length == 0 ? null : JsonDocument.Parse(data.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using Kafka.Protocol.Znodes;

namespace Dashboard.Monitoring.Znodes;

/// <summary>
/// What a znode is to Kafka, from its path under the chroot and its JSON. Data is untrusted: what cannot be read has no meaning.
/// </summary>
static class ZnodeMeanings
{
    public static ZnodeMeaning? Of(string path, string chroot, ReadOnlySpan<byte> data)
    {
        // the slash: /kafka2 is not below /kafka
        if (!path.StartsWith(chroot, StringComparison.Ordinal) || (path.Length > chroot.Length && path[chroot.Length] != '/'))
        {
            return null;
        }

        var parts = path[chroot.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        var bytes = data.ToArray();
        var root = ZkJson.TryParse(bytes);
        return parts switch
        {
            [] => new("KafkaRoot", [], null),
            ["brokers", "topics", var topic, "partitions", var partition, "state"] => PartitionState(topic, partition, bytes),
            ["brokers", "topics", var topic, "partitions", var partition] => new("Partition", [partition, topic], Topic(topic)),
            ["brokers", "topics", var topic, "partitions"] => new("Partitions", [topic], Topic(topic)),
            ["brokers", "topics", var topic] =>
                new("Topic", [topic, TopicZNode.Decode(bytes) is { } known ? Text(known.Partitions.Count) : "?"], Topic(topic)),
            ["brokers", "topics"] => new("Topics", [], "topics"),
            ["brokers", "ids", var id] => Broker(id, bytes),
            ["brokers", "ids"] => new("Brokers", [], "brokers"),
            ["brokers", "seqid"] => new("SequenceIds", [], null),
            ["controller"] => Controller(bytes),
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

    static ZnodeMeaning Controller(byte[] data) => ControllerZNode.Decode(data) is { } controller
        ? new("Controller", [Text(controller.BrokerId)], $"brokers/{controller.BrokerId}")
        : new("Controller", ["?"], null);

    static ZnodeMeaning Broker(string id, byte[] data) =>
        int.TryParse(id, out var number) && BrokerZNode.Decode(number, data)?.Plain is { } endpoint
            ? new("Broker", [id, endpoint.Host, Text(endpoint.Port)], $"brokers/{id}")
            : new("Broker", [id, "", ""], $"brokers/{id}");

    static ZnodeMeaning? PartitionState(string topic, string partition, byte[] data)
    {
        if (PartitionStateZNode.Decode(data, znodeVersion: 0) is not { } state)
        {
            return null;
        }

        var isr = string.Join(", ", state.Isr);
        return state.Leader == PartitionStateZNode.NoLeader
            ? new("PartitionOffline", [partition, topic, isr], Topic(topic))
            : new("PartitionState", [partition, topic, Text(state.Leader), isr, Text(state.LeaderEpoch)], Topic(topic));
    }

    static string Topic(string name) => $"topics/{Uri.EscapeDataString(name)}";

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    static string? Text(JsonElement? root, string name) =>
        root is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var value) ? value.ToString() : null;
}

using System.Globalization;
using System.Text.Json;

namespace Dashboard.Messages.Connect;

/// <summary>
/// Where a sink stands in one partition of Kafka, as Connect writes it (KIP-875):
/// <c>{"kafka_topic": "orders", "kafka_partition": 0}</c> and <c>{"kafka_offset": 100}</c>.
/// </summary>
/// <param name="Offset">Of the record that it reads next; null: it has none, or forgets it.</param>
public sealed record SinkOffset(string Topic, int Partition, long? Offset)
{
    const string TopicName = "kafka_topic", PartitionName = "kafka_partition", OffsetName = "kafka_offset";

    /// <summary>Null: it is of another form. Numbers may be strings, as Connect takes them.</summary>
    public static SinkOffset? Of(JsonElement partition, JsonElement? offset)
    {
        if (partition.ValueKind != JsonValueKind.Object
            || !partition.TryGetProperty(TopicName, out var topic) || topic.ValueKind != JsonValueKind.String
            || topic.GetString() is not { Length: > 0 } name
            || !partition.TryGetProperty(PartitionName, out var number) || Number(number) is not (>= 0 and <= int.MaxValue and var id))
        {
            return null;
        }

        if (offset is null or { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined })
        {
            return new SinkOffset(name, (int)id, null);
        }

        return offset.Value.ValueKind == JsonValueKind.Object && offset.Value.TryGetProperty(OffsetName, out var at)
            && Number(at) is >= 0 and var known
            ? new SinkOffset(name, (int)id, known)
            : null;
    }

    public ConnectorOffset ToConnect() => new(
        Element(writer =>
        {
            writer.WriteString(TopicName, Topic);
            writer.WriteNumber(PartitionName, Partition);
        }),
        Offset is { } offset ? Element(writer => writer.WriteNumber(OffsetName, offset)) : ConnectorOffset.Nothing);

    static long? Number(JsonElement of) => of.ValueKind switch
    {
        JsonValueKind.Number when of.TryGetInt64(out var number) => number,
        JsonValueKind.String when long.TryParse(of.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => null,
    };

    static JsonElement Element(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Dashboard.Messages.Bytes;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// What brokers keep of groups of the newer kinds (KIP-848, 932 and 1071) in __consumer_offsets, and of share groups' progress in
/// __share_group_state. A value does not say what it is, its key does; its JSON has the fields of Kafka's own definitions. Fields that
/// later versions add are passed over.
/// </summary>
static class StoredGroups
{
    static readonly JsonSerializerOptions options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new UuidText() },
    };

    delegate object Reading(ref WireReader reader, short version);

    /// <param name="Second">What the key has beside the group; null: nothing.</param>
    readonly record struct Kind(string Name, string? Second, Reading Read);

    /// <summary>By the version of the key.</summary>
    static readonly Dictionary<short, Kind> kinds = new()
    {
        [3] = new("ConsumerGroupMetadata", null, Of(ConsumerGroupMetadataValue.Read)),
        [4] = new("ConsumerGroupPartitionMetadata", null, Of(ConsumerGroupPartitionMetadataValue.Read)),
        [5] = new("ConsumerGroupMemberMetadata", "member", Of(ConsumerGroupMemberMetadataValue.Read)),
        [6] = new("ConsumerGroupTargetAssignmentMetadata", null, Of(ConsumerGroupTargetAssignmentMetadataValue.Read)),
        [7] = new("ConsumerGroupTargetAssignmentMember", "member", Of(ConsumerGroupTargetAssignmentMemberValue.Read)),
        [8] = new("ConsumerGroupCurrentMemberAssignment", "member", Of(ConsumerGroupCurrentMemberAssignmentValue.Read)),
        [10] = new("ShareGroupMemberMetadata", "member", Of(ShareGroupMemberMetadataValue.Read)),
        [11] = new("ShareGroupMetadata", null, Of(ShareGroupMetadataValue.Read)),
        [12] = new("ShareGroupTargetAssignmentMetadata", null, Of(ShareGroupTargetAssignmentMetadataValue.Read)),
        [13] = new("ShareGroupTargetAssignmentMember", "member", Of(ShareGroupTargetAssignmentMemberValue.Read)),
        [14] = new("ShareGroupCurrentMemberAssignment", "member", Of(ShareGroupCurrentMemberAssignmentValue.Read)),
        [15] = new("ShareGroupStatePartitionMetadata", null, Of(ShareGroupStatePartitionMetadataValue.Read)),
        [16] = new("ConsumerGroupRegularExpression", "regularExpression", Of(ConsumerGroupRegularExpressionValue.Read)),
        [17] = new("StreamsGroupMetadata", null, Of(StreamsGroupMetadataValue.Read)),
        [19] = new("StreamsGroupMemberMetadata", "member", Of(StreamsGroupMemberMetadataValue.Read)),
        [20] = new("StreamsGroupTargetAssignmentMetadata", null, Of(StreamsGroupTargetAssignmentMetadataValue.Read)),
        [21] = new("StreamsGroupTargetAssignmentMember", "member", Of(StreamsGroupTargetAssignmentMemberValue.Read)),
        [22] = new("StreamsGroupCurrentMemberAssignment", "member", Of(StreamsGroupCurrentMemberAssignmentValue.Read)),
        [23] = new("StreamsGroupTopology", null, Of(StreamsGroupTopologyValue.Read)),
    };

    /// <param name="kind">The key's version, which was read.</param>
    /// <exception cref="UndecodableException">There is no such kind.</exception>
    public static DecodedBody Key(ref WireReader reader, short kind)
    {
        var found = Find(kind);
        var group = reader.ReadUtf8(reader.CheckCount(reader.ReadInt16()));
        var second = found.Second is null ? null : reader.ReadUtf8(reader.CheckCount(reader.ReadInt16()));
        return Structured.Of(BodyFormats.ConsumerOffsets, json =>
        {
            json.WriteStartObject();
            json.WriteString("type", found.Name);
            json.WriteString("group", group);
            if (second is not null)
            {
                json.WriteString(found.Second!, second);
            }

            json.WriteEndObject();
        });
    }

    /// <param name="reader">After the version.</param>
    /// <param name="kind">Of its key.</param>
    public static DecodedBody Value(ref WireReader reader, short version, short kind) =>
        Written(BodyFormats.ConsumerOffsets, ref reader, version, Find(kind).Read);

    /// <summary>Snapshots and updates have keys that say the same.</summary>
    public static DecodedBody ShareKey(ref WireReader reader, short version)
    {
        var (group, topic, partition) = version switch
        {
            0 when ShareSnapshotKey.Read(ref reader, version) is var key => (key.GroupId, key.TopicId, key.Partition),
            1 when ShareUpdateKey.Read(ref reader, 0) is var key => (key.GroupId, key.TopicId, key.Partition),
            _ => throw new UndecodableException($"records of kind {version} are not known here", 0),
        };
        return Structured.Of(BodyFormats.ShareGroupState, json =>
        {
            json.WriteStartObject();
            json.WriteString("type", version == 0 ? "ShareSnapshot" : "ShareUpdate");
            json.WriteString("group", group);
            json.WriteString("topicId", KafkaUuid.ToText(topic));
            json.WriteNumber("partition", partition);
            json.WriteEndObject();
        });
    }

    /// <param name="kind">Of its key; null: it has none.</param>
    public static DecodedBody ShareValue(ref WireReader reader, short version, short? kind) => kind switch
    {
        0 => Written(BodyFormats.ShareGroupState, ref reader, version, Of(ShareSnapshotValue.Read)),
        1 => Written(BodyFormats.ShareGroupState, ref reader, version, Of(ShareUpdateValue.Read)),
        _ => throw new UndecodableException("its key says what it is, and there is none"),
    };

    static Kind Find(short kind) => kinds.TryGetValue(kind, out var found)
        ? found
        : throw new UndecodableException($"records of kind {kind} are not known here", 0);

    static DecodedBody Written(string format, ref WireReader reader, short version, Reading read)
    {
        if (version != 0)
        {
            throw new UndecodableException($"version {version} is not read, 0 is", 0);
        }

        var value = read(ref reader, version);
        return reader.Remaining == 0
            ? Structured.Of(format, json => JsonSerializer.Serialize(json, value, value.GetType(), options))
            : throw new UndecodableException($"{reader.Remaining} bytes are left over", reader.Position);
    }

    delegate T ReadingOf<T>(ref WireReader reader, short version);

    static Reading Of<T>(ReadingOf<T> read)
        where T : class => (ref WireReader reader, short version) => read(ref reader, version);

    /// <summary>As Kafka's tools print ids.</summary>
    sealed class UuidText : JsonConverter<Guid>
    {
        public override Guid Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            KafkaUuid.Parse(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Guid value, JsonSerializerOptions options) =>
            writer.WriteStringValue(KafkaUuid.ToText(value));
    }
}

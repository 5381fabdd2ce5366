using System.Text.Json;
using Dashboard.Messages.Bytes;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Dashboard.Messages.Decoding;

/// <summary>
/// Keys and values that brokers keep for themselves: an int16 version, then the message of that version. In __consumer_offsets a value does
/// not say what it is, its key does; of kinds that are newer than classic groups (KIP-848 and on) see <see cref="StoredGroups"/>.
/// </summary>
static class StoredBodies
{
    static readonly string[] statuses =
        ["Empty", "Ongoing", "PrepareCommit", "PrepareAbort", "CompleteCommit", "CompleteAbort", "Dead", "PrepareEpochFence"];

    public static string? FormatOf(string topic) => topic switch
    {
        InternalTopics.ConsumerOffsets => BodyFormats.ConsumerOffsets,
        InternalTopics.TransactionState => BodyFormats.TransactionState,
        InternalTopics.ShareGroupState => BodyFormats.ShareGroupState,
        _ => null,
    };

    /// <exception cref="UndecodableException">It is none, or of a version that is not read.</exception>
    public static DecodedBody Read(string format, RecordBody body)
    {
        try
        {
            var reader = new WireReader(body.Bytes);
            // in a key: which kind of record it is; in a value: the version of that kind
            var version = reader.ReadInt16();
            return (format, body.Part) switch
            {
                (BodyFormats.TransactionState, BodyPart.Key) => TransactionKey(ref reader, version),
                (BodyFormats.TransactionState, _) => TransactionValue(ref reader, version),
                (BodyFormats.ShareGroupState, BodyPart.Key) => StoredGroups.ShareKey(ref reader, version),
                (BodyFormats.ShareGroupState, _) => StoredGroups.ShareValue(ref reader, version, KindOf(body)),
                (_, BodyPart.Key) => OffsetsKey(ref reader, version),
                _ => OffsetsValue(body, version),
            };
        }
        catch (WireFormatException e)
        {
            throw new UndecodableException($"no {format} of a version that is read: {e.Message}");
        }
    }

    static DecodedBody OffsetsKey(ref WireReader reader, short version)
    {
        switch (version)
        {
            case 0 or 1:
                var offset = OffsetCommitKey.Read(ref reader, version);
                return Structured.Of(BodyFormats.ConsumerOffsets, json =>
                {
                    Begin(json, "OffsetCommit", offset.Group);
                    json.WriteString("topic", offset.Topic);
                    json.WriteNumber("partition", offset.Partition);
                    json.WriteEndObject();
                });
            case 2:
                var group = GroupMetadataKey.Read(ref reader, version).Group;
                return Structured.Of(BodyFormats.ConsumerOffsets, json =>
                {
                    Begin(json, "GroupMetadata", group);
                    json.WriteEndObject();
                });
            default:
                return StoredGroups.Key(ref reader, version);
        }
    }

    static DecodedBody OffsetsValue(RecordBody body, short version)
    {
        var kind = KindOf(body);
        if (kind is >= 3)
        {
            var reader = new WireReader(body.Bytes);
            reader.Skip(sizeof(short));
            return StoredGroups.Value(ref reader, version, kind.Value);
        }

        // without its key: what fits to the last byte
        return kind switch
        {
            2 => Group(body, version),
            0 or 1 => Offset(body, version),
            _ => Try(() => Offset(body, version)) ?? Group(body, version),
        };
    }

    /// <summary>Which the version of its key says; null without one.</summary>
    static short? KindOf(RecordBody body) => body.Key is { Length: >= 2 } key ? new WireReader(key).ReadInt16() : null;

    static DecodedBody? Try(Func<DecodedBody> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is WireFormatException or UndecodableException)
        {
            return null;
        }
    }

    static DecodedBody Offset(RecordBody body, short version)
    {
        var reader = new WireReader(body.Bytes);
        reader.Skip(sizeof(short));
        var value = Whole(ref reader, version, OffsetCommitValue.MinVersion, OffsetCommitValue.MaxVersion, OffsetCommitValue.Read);
        return Structured.Of(BodyFormats.ConsumerOffsets, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("offset", value.Offset);
            json.WriteNumber("leaderEpoch", value.LeaderEpoch);
            json.WriteString("metadata", value.Metadata);
            Time(json, "commitTimestamp", value.CommitTimestamp);
            Time(json, "expireTimestamp", value.ExpireTimestamp);
            json.WriteEndObject();
        });
    }

    static DecodedBody Group(RecordBody body, short version)
    {
        var reader = new WireReader(body.Bytes);
        reader.Skip(sizeof(short));
        var value = Whole(ref reader, version, GroupMetadataValue.MinVersion, GroupMetadataValue.MaxVersion, GroupMetadataValue.Read);
        return Structured.Of(BodyFormats.ConsumerOffsets, json =>
        {
            json.WriteStartObject();
            json.WriteString("protocolType", value.ProtocolType);
            json.WriteNumber("generation", value.Generation);
            json.WriteString("protocol", value.Protocol);
            json.WriteString("leader", value.Leader);
            Time(json, "currentStateTimestamp", value.CurrentStateTimestamp);
            json.WriteStartArray("members");
            foreach (var member in value.Members)
            {
                Member(json, member);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    static void Member(Utf8JsonWriter json, GroupMetadataValue.MemberMetadata member)
    {
        json.WriteStartObject();
        json.WriteString("memberId", member.MemberId);
        json.WriteString("groupInstanceId", member.GroupInstanceId);
        json.WriteString("clientId", member.ClientId);
        json.WriteString("clientHost", member.ClientHost);
        json.WriteNumber("rebalanceTimeoutMs", member.RebalanceTimeout);
        json.WriteNumber("sessionTimeoutMs", member.SessionTimeout);
        json.WriteStartArray("topics");
        foreach (var topic in ConsumerProtocol.ReadTopics(member.Subscription) ?? [])
        {
            json.WriteStringValue(topic);
        }

        json.WriteEndArray();
        json.WriteStartArray("assignment");
        foreach (var partition in ConsumerProtocol.ReadAssignment(member.Assignment))
        {
            json.WriteStringValue(partition.ToString());
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static DecodedBody TransactionKey(ref WireReader reader, short version)
    {
        var key = Whole(ref reader, version, TransactionLogKey.MinVersion, TransactionLogKey.MaxVersion, TransactionLogKey.Read);
        return Structured.Of(BodyFormats.TransactionState, json =>
        {
            json.WriteStartObject();
            json.WriteString("transactionalId", key.TransactionalId);
            json.WriteEndObject();
        });
    }

    static DecodedBody TransactionValue(ref WireReader reader, short version)
    {
        var value = Whole(ref reader, version, TransactionLogValue.MinVersion, TransactionLogValue.MaxVersion, TransactionLogValue.Read);
        return Structured.Of(BodyFormats.TransactionState, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("producerId", value.ProducerId);
            json.WriteNumber("producerEpoch", value.ProducerEpoch);
            if (version >= 1)
            {
                // KIP-890
                json.WriteNumber("previousProducerId", value.PreviousProducerId);
                json.WriteNumber("nextProducerId", value.NextProducerId);
                json.WriteNumber("nextProducerEpoch", value.NextProducerEpoch);
                json.WriteNumber("clientTransactionVersion", value.ClientTransactionVersion);
            }

            json.WriteNumber("timeoutMs", value.TransactionTimeoutMs);
            var status = value.TransactionStatus;
            json.WriteString("state", (uint)status < statuses.Length ? statuses[status] : $"{status}");
            json.WriteStartArray("partitions");
            foreach (var topic in value.TransactionPartitions ?? [])
            {
                foreach (var partition in topic.PartitionIds)
                {
                    json.WriteStringValue(new TopicPartition(topic.Topic, partition).ToString());
                }
            }

            json.WriteEndArray();
            Time(json, "lastUpdateTimestamp", value.TransactionLastUpdateTimestampMs);
            Time(json, "startTimestamp", value.TransactionStartTimestampMs);
            json.WriteEndObject();
        });
    }

    static void Begin(Utf8JsonWriter json, string kind, string group)
    {
        json.WriteStartObject();
        json.WriteString("type", kind);
        json.WriteString("group", group);
    }

    /// <summary>Milliseconds since 1970; below 0 there is none.</summary>
    static void Time(Utf8JsonWriter json, string name, long milliseconds)
    {
        if (milliseconds is >= 0 and < 253_402_300_800_000)
        {
            json.WriteString(name, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
        }
    }

    delegate T Reading<T>(ref WireReader reader, short version);

    /// <summary>A message of a version that is known, which takes all bytes.</summary>
    static T Whole<T>(ref WireReader reader, short version, short lowest, short highest, Reading<T> read)
    {
        if (version < lowest || version > highest)
        {
            throw new UndecodableException($"version {version} is not read, {lowest} to {highest} are", 0);
        }

        var message = read(ref reader, version);
        return reader.Remaining == 0 ? message : throw new UndecodableException($"{reader.Remaining} bytes are left over", reader.Position);
    }
}

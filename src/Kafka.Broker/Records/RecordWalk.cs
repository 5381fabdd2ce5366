using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Wire;

namespace Kafka.Broker.Records;

/// <summary>What each record of a client's batch must fulfil in its topic.</summary>
readonly record struct RecordRules(TopicPartition TopicPartition, LogConfig Config, long Now)
{
    /// <summary>
    /// Whether there is anything to look for in the records: else they are only stepped over, and compressed ones not even unpacked.
    /// </summary>
    public bool ConcernRecords(in BatchHeader header) =>
        Config.Compact || (Config.LogAppendTime
            ? header.HasLogAppendTime
            : Config.TimestampBeforeMaxMs < long.MaxValue || Config.TimestampAfterMaxMs < long.MaxValue);

    public void Check(int index, in BatchHeader header, bool hasKey, long timestamp, int offsetDelta, RecordErrors errors)
    {
        if (Config.Compact && !hasKey)
        {
            errors.Add(
                index,
                ErrorCode.InvalidRecord,
                $"Compacted topic cannot accept message without key in topic partition {TopicPartition}.");
        }
        else if (Config.LogAppendTime && header.HasLogAppendTime)
        {
            errors.Add(
                index,
                ErrorCode.InvalidTimestamp,
                "Invalid timestamp type in message. Producer should not set timestamp type to LogAppendTime.");
        }
        else if (!Config.LogAppendTime && timestamp != -1
            && (timestamp < Earliest || timestamp > Latest))
        {
            errors.Add(
                index,
                ErrorCode.InvalidTimestamp,
                $"Timestamp {timestamp} of message with offset {header.BaseOffset + offsetDelta} is out of range. "
                + $"The timestamp should be within [{Earliest}, {Latest}]");
        }
    }

    long Earliest => Config.TimestampBeforeMaxMs == long.MaxValue ? long.MinValue : Now - Config.TimestampBeforeMaxMs;

    long Latest => Config.TimestampAfterMaxMs > long.MaxValue - Now ? long.MaxValue : Now + Config.TimestampAfterMaxMs;
}

/// <summary>
/// Steps over the records of a batch without compression: enough to refuse what no consumer could read, and to find the records that break
/// the topic's rules.
/// </summary>
static class RecordWalk
{
    /// <summary>
    /// An error with a message when the bytes are not that many records; else the rules' errors are in <paramref name="errors"/>.
    /// </summary>
    public static (ErrorCode Error, string? Message) Check(
        ReadOnlySpan<byte> records, in BatchHeader header, in RecordRules rules, RecordErrors errors)
    {
        var concerned = rules.ConcernRecords(header);
        for (var i = 0; i < header.RecordCount; i++)
        {
            // six fields of a byte at least: attributes, timestamp, offset, key length, value length, number of headers
            if (!TryVarInt(ref records, out var length) || length < 6 || length > records.Length)
            {
                return (ErrorCode.InvalidRecord, $"Record {i} has an impossible length.");
            }

            if (concerned && !CheckOne(records[1..(int)length], i, header, rules, errors))
            {
                return (ErrorCode.InvalidRecord, $"Record {i} ends within its first fields.");
            }

            records = records[(int)length..];
        }

        return records.IsEmpty ? (ErrorCode.None, null) : (ErrorCode.InvalidRecord, $"{records.Length} bytes after the last record.");
    }

    /// <summary>
    /// A record is attributes (before <paramref name="rest"/>), timestamp delta, offset delta, key length, …; false when it ends before.
    /// </summary>
    static bool CheckOne(ReadOnlySpan<byte> rest, int index, in BatchHeader header, in RecordRules rules, RecordErrors errors)
    {
        if (!TryVarInt(ref rest, out var timestampDelta) || !TryVarInt(ref rest, out var offsetDelta) || !TryVarInt(ref rest, out var key))
        {
            return false;
        }

        var timestamp = header.HasLogAppendTime ? header.MaxTimestamp : header.BaseTimestamp + timestampDelta;
        rules.Check(index, header, key >= 0, timestamp, (int)offsetDelta, errors);
        return true;
    }

    /// <summary>Zigzag varint; false when it does not end.</summary>
    public static bool TryVarInt(ref ReadOnlySpan<byte> bytes, out long value)
    {
        var length = Varint.Read(bytes, out var raw);
        bytes = bytes[length..];
        value = Varint.Signed(raw);
        return length > 0;
    }
}

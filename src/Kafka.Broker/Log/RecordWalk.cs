using Kafka.Protocol;

namespace Kafka.Broker.Log;

/// <summary>Steps over the records of an uncompressed batch: enough to refuse what no consumer could read.</summary>
public static class RecordWalk
{
    public static (ErrorCode Error, string? Message) Check(ReadOnlySpan<byte> records, int count, bool keysRequired)
    {
        for (var i = 0; i < count; i++)
        {
            if (!TryVarInt(ref records, out var length) || length < 6 || length > records.Length)
            {
                return (ErrorCode.InvalidRecord, $"Record {i} has an impossible length.");
            }

            if (keysRequired && !HasKey(records[..(int)length]))
            {
                return (ErrorCode.InvalidRecord, $"Compacted topic cannot accept message without key (record {i}).");
            }

            records = records[(int)length..];
        }

        return records.IsEmpty ? (ErrorCode.None, null) : (ErrorCode.InvalidRecord, $"{records.Length} bytes after the last record.");
    }

    /// <summary>Zigzag varint; false when it does not end.</summary>
    public static bool TryVarInt(ref ReadOnlySpan<byte> bytes, out long value)
    {
        ulong raw = 0;
        for (var i = 0; i < Math.Min(10, bytes.Length); i++)
        {
            raw |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                value = (long)(raw >> 1) ^ -(long)(raw & 1);
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>A record is attributes, timestamp delta, offset delta, key length, …</summary>
    static bool HasKey(ReadOnlySpan<byte> record)
    {
        var rest = record[1..];
        return TryVarInt(ref rest, out _) && TryVarInt(ref rest, out _) && TryVarInt(ref rest, out var key) && key >= 0;
    }
}

using Wire;

namespace Kafka.Protocol.Records;

/// <summary>
/// Walks over the records of one batch of format v2 without copying or allocating: for whoever looks at many and keeps few. What it points
/// at lives as long as the payload.
/// </summary>
/// <param name="payload">The batch's records, decompressed: <see cref="RecordCompression.Decompress"/>.</param>
public ref struct RecordCursor(RecordBatch batch, ReadOnlySpan<byte> payload)
{
    readonly ReadOnlySpan<byte> payload = payload;
    readonly long baseOffset = batch.BaseOffset, baseTimestamp = batch.BaseTimestamp, maxTimestamp = batch.MaxTimestamp;
    readonly int count = batch.RecordCount;
    readonly bool logAppendTime = batch.TimestampType == TimestampType.LogAppendTime;
    int at;
    int passed;

    public long Offset { get; private set; }

    /// <summary>Milliseconds since 1970 (UTC), -1 for none.</summary>
    public long Timestamp { get; private set; }

    public ReadOnlySpan<byte> Key { get; private set; }

    public bool HasKey { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>False for a tombstone.</summary>
    public bool HasValue { get; private set; }

    public int HeaderCount { get; private set; }

    /// <summary>The headers as stored, read by <see cref="ReadHeader"/>.</summary>
    public ReadOnlySpan<byte> Headers { get; private set; }

    /// <summary>Key, value and headers together, with the lengths before them.</summary>
    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>The next record; false after the last.</summary>
    /// <exception cref="WireFormatException">The bytes are no records.</exception>
    public bool MoveNext()
    {
        if (passed >= count)
        {
            return false;
        }

        var length = VarInt(payload, ref at);
        if (length < 0 || length > payload.Length - at)
        {
            throw new WireFormatException(
                $"Record {passed + 1} of {count} says that it has {length} bytes; {payload.Length - at} are left.");
        }

        var body = payload.Slice(at, length);
        at += length;
        passed++;
        var position = 1; // attributes, unused
        var timestamp = baseTimestamp + VarLong(body, ref position);
        Timestamp = logAppendTime ? maxTimestamp : timestamp;
        Offset = baseOffset + VarInt(body, ref position);
        Body = position <= body.Length ? body[position..] : throw Short();
        Key = Bytes(body, ref position, out var hasKey);
        Value = Bytes(body, ref position, out var hasValue);
        (HasKey, HasValue) = (hasKey, hasValue);
        HeaderCount = VarInt(body, ref position);
        Headers = position <= body.Length ? body[position..] : throw Short();
        if (HeaderCount < 0 || HeaderCount > Headers.Length)
        {
            throw new WireFormatException($"The record at offset {Offset} says that it has {HeaderCount} headers.");
        }

        return true;
    }

    /// <summary>Takes the next header from the front of the bytes.</summary>
    public static void ReadHeader(
        ref ReadOnlySpan<byte> headers, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool hasValue)
    {
        var position = 0;
        name = Bytes(headers, ref position, out _);
        value = Bytes(headers, ref position, out hasValue);
        headers = headers[position..];
    }

    static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> from, scoped ref int position, out bool isThere)
    {
        var length = VarInt(from, ref position);
        isThere = length >= 0;
        if (!isThere)
        {
            return default;
        }

        if (length > from.Length - position)
        {
            throw Short();
        }

        position += length;
        return from.Slice(position - length, length);
    }

    static int VarInt(ReadOnlySpan<byte> from, scoped ref int position) => checked((int)VarLong(from, ref position));

    /// <summary>Zigzag, as records have them.</summary>
    static long VarLong(ReadOnlySpan<byte> from, scoped ref int position)
    {
        var rest = position < from.Length ? from[position..] : throw Short();
        var length = Varint.Read(rest, out var value);
        if (length == 0)
        {
            throw rest.Length < Varint.Longest ? Short() : new WireFormatException("A number of a record has more than 64 bits.");
        }

        position += length;
        return Varint.Signed(value);
    }

    static WireFormatException Short() => new("A record ends in the middle of a field.");
}

using Wire;

namespace Kafka.Protocol.Records;

/// <summary>Reads the records of a batch of format v2, decompressed.</summary>
public static class RecordReader
{
    const int SmallestRecord = 7;

    /// <summary>
    /// The records in order, read as they are asked for. Throws <see cref="WireFormatException"/> for bytes that are no records, for more
    /// than <paramref name="maxBytes"/> after decompression and for the formats before v2; <see cref="CompressionNotSupportedException"/>
    /// where <see cref="RecordCompression.CanDecode"/> is false.
    /// </summary>
    public static IEnumerable<Record> Read(RecordBatch batch, int maxBytes = RecordCompression.DefaultMaxBytes)
    {
        if (batch.SizeInBytes < RecordBatch.HeaderSize || batch.Magic != RecordBatch.CurrentMagic)
        {
            throw new WireFormatException("Not a record batch of format v2.");
        }

        return Records(batch, RecordCompression.Decompress(batch.Compression, batch.Payload, maxBytes));
    }

    /// <summary>All records of a batch; null when no decoder is here for it, or its bytes are no records.</summary>
    public static IReadOnlyList<Record>? ReadAllOrNull(RecordBatch batch)
    {
        try
        {
            return RecordCompression.CanDecode(batch.Compression) ? [.. Read(batch)] : null;
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    static IEnumerable<Record> Records(RecordBatch batch, ReadOnlyMemory<byte> bytes)
    {
        if (batch.RecordCount < 0 || (long)batch.RecordCount * SmallestRecord > bytes.Length)
        {
            throw new WireFormatException($"{batch.RecordCount} records announced, {bytes.Length} bytes are there.");
        }

        var logAppendTime = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : (long?)null;
        for (var i = 0; i < batch.RecordCount; i++)
        {
            var record = ReadOne(bytes, batch, logAppendTime, out var size);
            bytes = bytes[size..];
            yield return record;
        }
    }

    static Record ReadOne(ReadOnlyMemory<byte> bytes, RecordBatch batch, long? logAppendTime, out int size)
    {
        var reader = new WireReader(bytes);
        var length = reader.ReadVarInt();
        size = reader.Position + reader.CheckCount(length);
        var body = new WireReader(reader.ReadBytes(length));
        body.Skip(1); // attributes, unused
        var timestamp = batch.BaseTimestamp + body.ReadVarLong();
        var offset = batch.BaseOffset + body.ReadVarInt();
        var key = ReadBytes(ref body);
        var value = ReadBytes(ref body);
        var headers = ReadHeaders(ref body);
        if (body.Remaining != 0)
        {
            throw new WireFormatException($"{body.Remaining} bytes are left after the record at offset {offset}.");
        }

        return new Record(offset, logAppendTime ?? timestamp, key, value, headers);
    }

    static RecordHeader[] ReadHeaders(ref WireReader reader)
    {
        var count = reader.CheckCount(reader.ReadVarInt(), 2);
        if (count == 0)
        {
            return [];
        }

        var headers = new RecordHeader[count];
        for (var i = 0; i < count; i++)
        {
            var key = reader.ReadUtf8(reader.CheckCount(reader.ReadVarInt()));
            headers[i] = new RecordHeader(key, ReadBytes(ref reader));
        }

        return headers;
    }

    static ReadOnlyMemory<byte>? ReadBytes(ref WireReader reader)
    {
        var length = reader.ReadVarInt();
        return length < 0 ? (ReadOnlyMemory<byte>?)null : reader.ReadBytes(length);
    }
}

using System.Buffers.Binary;
using Wire;

namespace Kafka.Protocol.Records;

/// <summary>
/// Messages of the formats 0 and 1 (Kafka 0.8 to 0.10), as old clients send and expect them: each has an offset (8 bytes), a size (4), a
/// crc (4, of the rest), a magic byte, attributes (1), in format 1 a timestamp (8), then key and value, each with its length (-1: null).
/// The value of a compressed message is a set itself. Logs hold format 2 only, so they are converted on the way in and out.
/// </summary>
public static class MessageSet
{
    const int CompressionMask = 7;
    const int SmallestMessage = 14;

    /// <summary>Whether the bytes begin with a message of format 0 or 1.</summary>
    public static bool IsOld(ReadOnlySpan<byte> bytes) =>
        bytes.Length > RecordBatch.MagicAt && bytes[RecordBatch.MagicAt] < RecordBatch.CurrentMagic;

    /// <summary>
    /// One batch of format 2 with offsets from 0, compressed as the messages were. Throws <see cref="WireFormatException"/> for bytes that
    /// are no messages or have a wrong crc, <see cref="CompressionNotSupportedException"/> where no decoder is.
    /// </summary>
    public static byte[] ToBatch(ReadOnlyMemory<byte> messages)
    {
        var found = new List<(long Timestamp, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value)>();
        var compression = Read(messages, found, isInner: false);
        if (found.Count == 0)
        {
            throw new WireFormatException("A message set without a whole message.");
        }

        using var builder = new RecordBatchBuilder { Compression = compression };
        foreach (var (timestamp, key, value) in found)
        {
            builder.Add(key, value, timestamp);
        }

        return builder.Build();
    }

    /// <summary>
    /// The records of whole batches from an offset on as messages without compression; <paramref name="magic"/> 0 has no timestamps, and
    /// headers (of format 2 alone) are lost. Control batches are left out. Throws as <see cref="RecordReader.Read"/> does.
    /// </summary>
    public static ReadOnlyMemory<byte> FromBatches(ReadOnlyMemory<byte> batches, byte magic, long from)
    {
        using var writer = new WireWriter(batches.Length);
        foreach (var batch in RecordBatches.Enumerate(batches))
        {
            foreach (var record in batch.IsControl ? [] : RecordReader.Read(batch))
            {
                if (record.Offset >= from)
                {
                    Write(writer, record, magic, batch.TimestampType);
                }
            }
        }

        return writer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// How they were compressed, of several ways the last. A message that is cut off at the end is an error: a producer sends whole ones.
    /// </summary>
    static CompressionType Read(
        ReadOnlyMemory<byte> set,
        List<(long Timestamp, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value)> found,
        bool isInner)
    {
        var used = CompressionType.None;
        while (!set.IsEmpty)
        {
            var size = set.Length < RecordBatch.LogOverhead ? -1 : BinaryPrimitives.ReadInt32BigEndian(set.Span[RecordBatch.LengthAt..]);
            if (size < SmallestMessage || size > set.Length - RecordBatch.LogOverhead)
            {
                throw new WireFormatException("A message is cut off or has an impossible size.");
            }

            var message = set.Slice(RecordBatch.LogOverhead, size);
            set = set[(RecordBatch.LogOverhead + size)..];
            var reader = new WireReader(message);
            if ((uint)reader.ReadInt32() != Crc32.Compute(message.Span[4..]))
            {
                throw new WireFormatException("The crc of a message is wrong.");
            }

            var magic = reader.ReadInt8();
            var compression = (CompressionType)(reader.ReadInt8() & CompressionMask);
            if (magic is not (0 or 1) || (isInner && compression != CompressionType.None))
            {
                throw new WireFormatException($"A message of format {magic}, compression {compression}, cannot be here.");
            }

            var timestamp = magic == 1 ? reader.ReadInt64() : -1;
            var key = ReadBytes(ref reader);
            var value = ReadBytes(ref reader);
            if (compression == CompressionType.None)
            {
                found.Add((timestamp, key, value));
                continue;
            }

            used = compression;
            var frame = value ?? ReadOnlyMemory<byte>.Empty;
            if (magic == 0 && compression == CompressionType.Lz4)
            {
                frame = Lz4Codec.WithHeaderChecksum(frame);
            }

            Read(RecordCompression.Decompress(compression, frame), found, isInner: true);
        }

        return used;
    }

    static ReadOnlyMemory<byte>? ReadBytes(ref WireReader reader)
    {
        var length = reader.ReadInt32();
        return length < 0 ? (ReadOnlyMemory<byte>?)null : reader.ReadBytes(reader.CheckCount(length));
    }

    static void Write(WireWriter writer, in Record record, byte magic, TimestampType type)
    {
        var size = SmallestMessage + (magic == 1 ? 8 : 0) + (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        var bytes = new byte[RecordBatch.LogOverhead + size];
        BinaryPrimitives.WriteInt64BigEndian(bytes, record.Offset);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(RecordBatch.LengthAt), size);
        var body = bytes.AsSpan(RecordBatch.MagicAt);
        body[0] = magic;
        body = body[2..];
        if (magic == 1)
        {
            bytes[RecordBatch.MagicAt + 1] = (byte)(type == TimestampType.LogAppendTime ? 8 : 0);
            BinaryPrimitives.WriteInt64BigEndian(body, record.Timestamp);
            body = body[8..];
        }

        WriteBytes(WriteBytes(body, record.Key), record.Value);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(RecordBatch.LogOverhead), Crc32.Compute(bytes.AsSpan(RecordBatch.MagicAt)));
        writer.WriteBytes(bytes);
    }

    static Span<byte> WriteBytes(Span<byte> to, ReadOnlyMemory<byte>? value)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, value?.Length ?? -1);
        value?.Span.CopyTo(to[4..]);
        return to[(4 + (value?.Length ?? 0))..];
    }
}

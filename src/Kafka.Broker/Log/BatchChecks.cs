using System.Buffers;
using System.Buffers.Binary;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Broker.Log;

/// <summary>Whether batches are what they say they are (Kafka's LogValidator and LogSegment.recover).</summary>
public static class BatchChecks
{
    const int ChecksumStart = 21;

    /// <summary>Castagnoli CRC-32 of a whole batch; it covers everything from the attributes on.</summary>
    public static uint Checksum(ReadOnlySpan<byte> batch) => Crc32C.Compute(batch[ChecksumStart..]);

    public static bool IsIntact(IDiskFile file, long position, in BatchHeader header)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(header.SizeInBytes);
        try
        {
            var batch = buffer.AsSpan(0, header.SizeInBytes);
            return file.Read(batch, position) == batch.Length && Checksum(batch) == header.Crc;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>
    /// Splits bytes into batch headers and checks each: version, length, checksum. On an error the message says which batch and why.
    /// </summary>
    public static (ErrorCode Error, string? Message) Split(ReadOnlySpan<byte> batches, List<BatchHeader> headers)
    {
        headers.Clear();
        for (var at = 0; at < batches.Length;)
        {
            var rest = batches[at..];
            if (rest.Length <= 16 || BinaryPrimitives.ReadInt32BigEndian(rest[8..]) is var length && (length < 5 || length > rest.Length - BatchHeader.Overhead))
            {
                return (ErrorCode.CorruptMessage, $"A batch at byte {at} is cut off.");
            }

            if (rest[16] != 2)
            {
                return (ErrorCode.UnsupportedForMessageFormat, $"Message format {rest[16]} is not supported, only version 2 (Kafka 0.11 and newer).");
            }

            if (rest.Length < BatchHeader.Size || new BatchHeader(rest) is var header && (!header.IsPlausible || header.SizeInBytes > rest.Length))
            {
                return (ErrorCode.CorruptMessage, $"The batch at byte {at} has an impossible header.");
            }

            header = new BatchHeader(rest);
            if (Checksum(rest[..header.SizeInBytes]) != header.Crc)
            {
                return (ErrorCode.CorruptMessage, $"Record is corrupt (stored crc = {header.Crc}) at byte {at}.");
            }

            headers.Add(header);
            at += header.SizeInBytes;
        }

        return headers.Count > 0 ? (ErrorCode.None, null) : (ErrorCode.CorruptMessage, "No batch at all.");
    }

    /// <summary>What only a client's batches must fulfil on top.</summary>
    public static (ErrorCode Error, string? Message) CheckClient(ReadOnlyMemory<byte> batch, in BatchHeader header, LogConfig config, long now)
    {
        if (header.IsControl)
        {
            return (ErrorCode.InvalidRecord, "Clients are not allowed to write control records.");
        }

        if (header.IsTransactional)
        {
            return (ErrorCode.InvalidTxnState, "Transactions are not supported yet.");
        }

        if (header.RecordCount <= 0 || header.LastOffsetDelta != header.RecordCount - 1)
        {
            return (ErrorCode.InvalidRecord, $"{header.RecordCount} records cannot span the offset deltas 0 to {header.LastOffsetDelta}.");
        }

        if (header.HasProducer && (header.BaseSequence < 0 || header.ProducerEpoch < 0))
        {
            return (ErrorCode.InvalidRecord, $"Invalid sequence number {header.BaseSequence} in a batch of producer {header.ProducerId}.");
        }

        if (!config.LogAppendTime && header.MaxTimestamp >= 0
            && (header.MaxTimestamp - now > config.TimestampAfterMaxMs || now - header.BaseTimestamp > config.TimestampBeforeMaxMs))
        {
            return (ErrorCode.InvalidTimestamp, $"Timestamp {header.MaxTimestamp} is out of range.");
        }

        var payload = batch[BatchHeader.Size..];
        return header.Compression == 0 ? RecordWalk.Check(payload.Span, header.RecordCount, config.Compact)
            : config.Compact ? CheckCompressed(payload, header)
            : (ErrorCode.None, null);
    }

    /// <summary>Of compressed batches only those of compacted topics are unpacked: the cleaner drops records without a key, so none may get in.</summary>
    static (ErrorCode Error, string? Message) CheckCompressed(ReadOnlyMemory<byte> payload, in BatchHeader header)
    {
        var compression = (CompressionType)header.Compression;
        if (!RecordReader.CanDecode(compression))
        {
            return (ErrorCode.None, null);
        }

        try
        {
            return RecordWalk.Check(RecordReader.Decompress(compression, payload).Span, header.RecordCount, keysRequired: true);
        }
        catch (WireFormatException e)
        {
            return (ErrorCode.CorruptMessage, e.Message);
        }
    }
}

using System.Buffers.Binary;
using Kafka.Protocol;
using Kafka.Protocol.Records;
using Wire;

namespace Kafka.Broker.Records;

/// <summary>Whether batches are what they say they are (Kafka's LogValidator and LogSegment.recover).</summary>
static class BatchChecks
{
    // the broker sets base offset and leader epoch of a batch, which lie before the sum, and need not compute it again
    const int ChecksumStart = 21;

    /// <summary>Castagnoli CRC-32 of a whole batch; it covers everything from the attributes on.</summary>
    public static uint Checksum(ReadOnlySpan<byte> batch) => Crc32C.Compute(batch[ChecksumStart..]);

    /// <summary>
    /// Splits bytes into batch headers and checks each: version, length, checksum. On an error the message says which batch and why. A
    /// leader may cut its answer at the limit that the follower asked with: with <paramref name="mayBeCut"/> what is left of a batch behind
    /// whole ones is passed over.
    /// </summary>
    public static (ErrorCode Error, string? Message) Split(ReadOnlySpan<byte> batches, List<BatchHeader> headers, bool mayBeCut = false)
    {
        headers.Clear();
        for (var at = 0; at < batches.Length;)
        {
            var rest = batches[at..];
            var length = rest.Length < BatchHeader.Overhead ? int.MaxValue : BinaryPrimitives.ReadInt32BigEndian(rest[8..]);
            if (length > rest.Length - BatchHeader.Overhead && mayBeCut && headers.Count > 0)
            {
                break;
            }

            // byte 16 is the version, in batches of every version
            if (rest.Length <= 16 || length < 5 || length > rest.Length - BatchHeader.Overhead)
            {
                return (ErrorCode.CorruptMessage, $"A batch at byte {at} is cut off.");
            }

            if (rest[16] != 2)
            {
                return (
                    ErrorCode.UnsupportedForMessageFormat,
                    $"Message format {rest[16]} is not supported, only version 2 (Kafka 0.11 and newer).");
            }

            if (rest.Length < BatchHeader.Size
                || new BatchHeader(rest) is var header && (!header.IsPlausible || header.SizeInBytes > rest.Length))
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

    /// <summary>
    /// What only a client's batches must fulfil on top. Records that break the topic's rules are in <paramref name="errors"/> as well.
    /// </summary>
    public static (ErrorCode Error, string? Message) CheckClient(
        ReadOnlyMemory<byte> batch, in BatchHeader header, in RecordRules rules, RecordErrors errors)
    {
        if (header.IsControl)
        {
            return (ErrorCode.InvalidRecord, "Clients are not allowed to write control records.");
        }

        if (header.IsTransactional)
        {
            return (ErrorCode.InvalidTxnState, "Transactions are not supported yet.");
        }

        // each record takes one offset (LogValidator): only compaction, on a broker, may leave holes in a batch
        if (header.RecordCount <= 0 || header.LastOffsetDelta != header.RecordCount - 1)
        {
            return (ErrorCode.InvalidRecord, $"{header.RecordCount} records cannot span the offset deltas 0 to {header.LastOffsetDelta}.");
        }

        if (header.HasProducer && (header.BaseSequence < 0 || header.ProducerEpoch < 0))
        {
            return (ErrorCode.InvalidRecord, $"Invalid sequence number {header.BaseSequence} in a batch of producer {header.ProducerId}.");
        }

        var payload = batch[BatchHeader.Size..];
        var (error, message) = header.Compression == 0 ? RecordWalk.Check(payload.Span, header, rules, errors)
            : rules.ConcernRecords(header) ? CheckCompressed(payload, header, rules, errors)
            : (ErrorCode.None, null);
        return error != ErrorCode.None ? (error, message) : errors.Verdict();
    }

    /// <summary>
    /// Compressed batches are unpacked only where the topic has rules for records: compacted ones need keys, and timestamps may have
    /// limits.
    /// </summary>
    static (ErrorCode Error, string? Message) CheckCompressed(
        ReadOnlyMemory<byte> payload, in BatchHeader header, in RecordRules rules, RecordErrors errors)
    {
        var compression = (CompressionType)header.Compression;
        // stored unread: its consumers may know the codec though this broker does not
        if (!RecordCompression.CanDecode(compression))
        {
            return (ErrorCode.None, null);
        }

        try
        {
            return RecordWalk.Check(RecordCompression.Decompress(compression, payload).Span, header, rules, errors);
        }
        catch (WireFormatException e)
        {
            return (ErrorCode.CorruptMessage, e.Message);
        }
    }
}

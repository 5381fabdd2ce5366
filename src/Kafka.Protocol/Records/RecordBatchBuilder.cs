using System.Buffers.Binary;
using System.Text;
using Wire;

namespace Kafka.Protocol.Records;

/// <summary>Builds one batch of format v2. Not thread safe; Dispose gives the buffer back.</summary>
public sealed class RecordBatchBuilder : IDisposable
{
    readonly WireWriter records = new(1024);
    readonly WireWriter body = new();
    long maxTimestamp = -1;
    long lastOffset = -1;

    /// <summary>The offset that the batch starts at; set before the first record.</summary>
    public long BaseOffset { get; init; }

    public CompressionType Compression { get; init; }

    public TimestampType TimestampType { get; init; }

    public bool IsTransactional { get; init; }

    public bool IsControl { get; init; }

    public int PartitionLeaderEpoch { get; init; } = -1;

    public long ProducerId { get; init; } = -1;

    public short ProducerEpoch { get; init; } = -1;

    public int BaseSequence { get; init; } = -1;

    /// <summary>
    /// The last offset that the batch covers, when that is past its last record's (a compacted batch); null: the last record's.
    /// </summary>
    public long? LastOffset { get; set; }

    public int Count { get; private set; }

    /// <summary>Milliseconds since 1970; with the first record.</summary>
    public long BaseTimestamp { get; private set; } = -1;

    /// <summary>About the size of the batch so far, without compression.</summary>
    public int EstimatedSize => RecordBatch.HeaderSize + records.Length;

    /// <summary>
    /// Appends a record. Without an <paramref name="offset"/> it follows the last one; with one it must be larger than the last
    /// (<see cref="ArgumentOutOfRangeException"/>).
    /// </summary>
    public RecordBatchBuilder Add(
        ReadOnlyMemory<byte>? key,
        ReadOnlyMemory<byte>? value,
        long timestamp,
        IReadOnlyList<RecordHeader>? headers = null,
        long? offset = null)
    {
        var at = offset ?? (Count == 0 ? BaseOffset : lastOffset + 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(at, Count == 0 ? BaseOffset : lastOffset + 1, nameof(offset));
        if (Count == 0)
        {
            BaseTimestamp = timestamp;
        }

        body.Clear();
        body.WriteInt8(0);
        body.WriteVarLong(timestamp - BaseTimestamp);
        body.WriteVarInt(checked((int)(at - BaseOffset)));
        WriteBytes(key);
        WriteBytes(value);
        body.WriteVarInt(headers?.Count ?? 0);
        foreach (var header in headers ?? [])
        {
            WriteBytes(Encoding.UTF8.GetBytes(header.Key));
            WriteBytes(header.Value);
        }

        records.WriteVarInt(body.Length);
        records.WriteBytes(body.WrittenSpan);
        lastOffset = at;
        maxTimestamp = Math.Max(maxTimestamp, timestamp);
        Count++;
        return this;
    }

    /// <summary>The batch, with its crc. The builder may be added to and asked again.</summary>
    public byte[] Build()
    {
        var payload = RecordCompression.Compress(Compression, records.WrittenMemory);
        var batch = new byte[RecordBatch.HeaderSize + payload.Length];
        payload.Span.CopyTo(batch.AsSpan(RecordBatch.HeaderSize));
        WriteHeader(batch);
        return batch;
    }

    public void Dispose()
    {
        records.Dispose();
        body.Dispose();
    }

    /// <summary>
    /// The control batch that ends a transaction on a partition: key (version 0, type 0 abort or 1 commit), value (version 0, coordinator
    /// epoch).
    /// </summary>
    public static byte[] EndTransactionMarker(
        long producerId, short producerEpoch, bool commit, int coordinatorEpoch, long timestamp, long baseOffset = 0)
    {
        var key = new byte[4];
        key[3] = commit ? (byte)1 : (byte)0;
        var value = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(value.AsSpan(2), coordinatorEpoch);
        using var builder = new RecordBatchBuilder
        {
            BaseOffset = baseOffset,
            IsTransactional = true,
            IsControl = true,
            ProducerId = producerId,
            ProducerEpoch = producerEpoch,
        };
        return builder.Add(key, value, timestamp).Build();
    }

    void WriteHeader(Span<byte> batch)
    {
        var attributes = RecordBatch.AttributesOf(Compression, TimestampType, IsTransactional, IsControl);
        var last = LastOffset ?? (Count == 0 ? BaseOffset : lastOffset);
        BinaryPrimitives.WriteInt64BigEndian(batch, BaseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.LengthAt..], batch.Length - RecordBatch.LogOverhead);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.LeaderEpochAt..], PartitionLeaderEpoch);
        batch[RecordBatch.MagicAt] = (byte)RecordBatch.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatch.AttributesAt..], attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.LastOffsetDeltaAt..], checked((int)(last - BaseOffset)));
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatch.BaseTimestampAt..], BaseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatch.MaxTimestampAt..], maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatch.ProducerIdAt..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatch.ProducerEpochAt..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.BaseSequenceAt..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatch.CountAt..], Count);
        RecordBatch.SetCrc(batch);
    }

    void WriteBytes(ReadOnlyMemory<byte>? value)
    {
        if (value is not { } bytes)
        {
            body.WriteVarInt(-1);
            return;
        }

        body.WriteVarInt(bytes.Length);
        body.WriteBytes(bytes.Span);
    }
}

using System.Buffers.Binary;

namespace Kafka.Protocol.Records;

/// <summary>
/// A view of the bytes of one batch of format v2 (KIP-98), not a copy. Integers are big-endian; the header has 61 bytes:
/// base offset 8, length of the rest 4, leader epoch 4, magic 1, crc 4, attributes 2, last offset delta 4, base timestamp 8,
/// max timestamp 8, producer id 8, producer epoch 2, base sequence 4, number of records 4. The crc covers attributes to end, so
/// base offset and leader epoch are set without touching it.
/// </summary>
/// <param name="bytes">The whole batch and nothing after it.</param>
public readonly struct RecordBatch(ReadOnlyMemory<byte> bytes)
{
    /// <summary>Base offset and length: what comes before the bytes that the length counts.</summary>
    public const int LogOverhead = 12;

    /// <summary>Bytes before the first record.</summary>
    public const int HeaderSize = 61;

    /// <summary>The only format that this program writes.</summary>
    public const sbyte CurrentMagic = 2;

    internal const int LengthAt = 8, LeaderEpochAt = 12, MagicAt = 16, CrcAt = 17, AttributesAt = 21, LastOffsetDeltaAt = 23,
        BaseTimestampAt = 27, MaxTimestampAt = 35, ProducerIdAt = 43, ProducerEpochAt = 51, BaseSequenceAt = 53, CountAt = 57;

    const short TimestampTypeBit = 0x08, TransactionalBit = 0x10, ControlBit = 0x20, DeleteHorizonBit = 0x40;

    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(Span);

    /// <summary>Bytes after the length itself, as stored.</summary>
    public int BatchLength => Int32(LengthAt);

    public int SizeInBytes => Bytes.Length;

    public int PartitionLeaderEpoch => Int32(LeaderEpochAt);

    /// <summary>2 for this layout; 0 and 1 are the message sets of before 0.11, whose other fields lie elsewhere.</summary>
    public sbyte Magic => (sbyte)Span[MagicAt];

    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(Span[CrcAt..]);

    public short Attributes => BinaryPrimitives.ReadInt16BigEndian(Span[AttributesAt..]);

    public CompressionType Compression => (CompressionType)(Attributes & 0x07);

    public TimestampType TimestampType => (Attributes & TimestampTypeBit) == 0 ? TimestampType.CreateTime : TimestampType.LogAppendTime;

    public bool IsTransactional => (Attributes & TransactionalBit) != 0;

    /// <summary>Written by a broker or coordinator (transaction markers), never given to an application.</summary>
    public bool IsControl => (Attributes & ControlBit) != 0;

    /// <summary>The base timestamp is the time at which the cleaner may drop the tombstones (KIP-534).</summary>
    public bool HasDeleteHorizon => (Attributes & DeleteHorizonBit) != 0;

    public int LastOffsetDelta => Int32(LastOffsetDeltaAt);

    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>The offset after the batch's last one.</summary>
    public long NextOffset => LastOffset + 1;

    /// <summary>Milliseconds since 1970 (UTC), -1 for none.</summary>
    public long BaseTimestamp => Int64(BaseTimestampAt);

    /// <summary>Milliseconds since 1970 (UTC), -1 for none.</summary>
    public long MaxTimestamp => Int64(MaxTimestampAt);

    /// <summary>-1 without idempotence.</summary>
    public long ProducerId => Int64(ProducerIdAt);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(Span[ProducerEpochAt..]);

    /// <summary>Sequence number of the first record, -1 without idempotence. Sequences wrap from int.MaxValue to 0.</summary>
    public int BaseSequence => Int32(BaseSequenceAt);

    /// <summary>Sequence number of the last record, wrapped; -1 without idempotence.</summary>
    public int LastSequence => BaseSequence < 0 ? -1 : (int)(((long)BaseSequence + LastOffsetDelta) & int.MaxValue);

    public int RecordCount => Int32(CountAt);

    /// <summary>The records as stored, so still compressed.</summary>
    public ReadOnlyMemory<byte> Payload => Bytes[HeaderSize..];

    /// <summary>Whether size, magic and crc are right. The other members may throw when the size is not.</summary>
    public bool IsValid =>
        Bytes.Length >= HeaderSize
        && BatchLength == Bytes.Length - LogOverhead
        && Magic == CurrentMagic
        && Crc == Crc32C.Compute(Span[AttributesAt..]);

    ReadOnlySpan<byte> Span => Bytes.Span;

    /// <summary>Sets the base offset in place; the crc stays right.</summary>
    public static void SetBaseOffset(Span<byte> batch, long offset) => BinaryPrimitives.WriteInt64BigEndian(batch, offset);

    /// <summary>Sets the leader epoch in place; the crc stays right.</summary>
    public static void SetPartitionLeaderEpoch(Span<byte> batch, int epoch) =>
        BinaryPrimitives.WriteInt32BigEndian(batch[LeaderEpochAt..], epoch);

    /// <summary>
    /// Sets the largest timestamp and who set it in place, and the crc, which covers both. <paramref name="batch"/> is the whole batch.
    /// </summary>
    public static void SetMaxTimestamp(Span<byte> batch, TimestampType type, long timestamp)
    {
        var others = BinaryPrimitives.ReadInt16BigEndian(batch[AttributesAt..]) & ~TimestampTypeBit;
        var attributes = others | (type == TimestampType.LogAppendTime ? TimestampTypeBit : 0);
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], (short)attributes);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], timestamp);
        SetCrc(batch);
    }

    /// <summary>Computes and sets the crc of a whole batch.</summary>
    internal static void SetCrc(Span<byte> batch) =>
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Compute(batch[AttributesAt..]));

    internal static short AttributesOf(CompressionType compression, TimestampType timestampType, bool transactional, bool control) =>
        (short)((int)compression
            | (timestampType == TimestampType.LogAppendTime ? TimestampTypeBit : 0)
            | (transactional ? TransactionalBit : 0)
            | (control ? ControlBit : 0));

    int Int32(int at) => BinaryPrimitives.ReadInt32BigEndian(Span[at..]);

    long Int64(int at) => BinaryPrimitives.ReadInt64BigEndian(Span[at..]);
}

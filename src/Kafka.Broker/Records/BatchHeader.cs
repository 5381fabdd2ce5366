using System.Buffers.Binary;

namespace Kafka.Broker.Records;

/// <summary>
/// The 61 bytes before the records of a v2 batch ("Record Batch" of Kafka's protocol documentation), by value: what scans of a log look at.
/// </summary>
readonly struct BatchHeader
{
    /// <summary>Bytes of a batch before its first record.</summary>
    public const int Size = 61;

    /// <summary>Base offset and length: what comes before the counted bytes of a batch of any version.</summary>
    public const int Overhead = 12;

    public BatchHeader(ReadOnlySpan<byte> bytes)
    {
        BaseOffset = BinaryPrimitives.ReadInt64BigEndian(bytes);
        SizeInBytes = Overhead + BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        LeaderEpoch = BinaryPrimitives.ReadInt32BigEndian(bytes[12..]);
        Magic = bytes[16];
        Crc = BinaryPrimitives.ReadUInt32BigEndian(bytes[17..]);
        Attributes = BinaryPrimitives.ReadInt16BigEndian(bytes[21..]);
        LastOffsetDelta = BinaryPrimitives.ReadInt32BigEndian(bytes[23..]);
        BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[27..]);
        MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[35..]);
        ProducerId = BinaryPrimitives.ReadInt64BigEndian(bytes[43..]);
        ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(bytes[51..]);
        BaseSequence = BinaryPrimitives.ReadInt32BigEndian(bytes[53..]);
        RecordCount = BinaryPrimitives.ReadInt32BigEndian(bytes[57..]);
    }

    public long BaseOffset { get; init; }

    /// <summary>The whole batch, header and all.</summary>
    public int SizeInBytes { get; }

    public int LeaderEpoch { get; }

    public byte Magic { get; }

    public uint Crc { get; }

    public short Attributes { get; }

    public int LastOffsetDelta { get; }

    public long BaseTimestamp { get; }

    public long MaxTimestamp { get; }

    public long ProducerId { get; }

    public short ProducerEpoch { get; }

    public int BaseSequence { get; }

    public int RecordCount { get; }

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public bool HasProducer => ProducerId >= 0;

    /// <summary>0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.</summary>
    public int Compression => Attributes & 7;

    /// <summary>The timestamps are those of the append; a producer must not say so.</summary>
    public bool HasLogAppendTime => (Attributes & 0x08) != 0;

    public bool IsTransactional => (Attributes & 0x10) != 0;

    public bool IsControl => (Attributes & 0x20) != 0;

    /// <summary>Sequences wrap from the largest int to 0.</summary>
    public int LastSequence => BaseSequence < 0 ? -1 : (int)((BaseSequence + (long)LastOffsetDelta) & int.MaxValue);

    /// <summary>Plausible enough to be walked over: a v2 batch with a length and an offset delta that can be.</summary>
    public bool IsPlausible => Magic == 2 && SizeInBytes >= Size && LastOffsetDelta >= 0 && BaseOffset >= 0;
}

namespace Kafka.Protocol.Records;

/// <summary>Bits 0 to 2 of a batch's attributes.</summary>
public enum CompressionType : byte
{
    None = 0,
    Gzip = 1,
    Snappy = 2,
    Lz4 = 3,
    Zstd = 4,
}

/// <summary>Bit 3 of a batch's attributes: who set the timestamps.</summary>
public enum TimestampType : byte
{
    CreateTime = 0,
    LogAppendTime = 1,
}

/// <summary>The batch is compressed with something that this program has no decoder for. Passing it through is still possible.</summary>
public sealed class CompressionNotSupportedException(CompressionType type)
    : NotSupportedException($"No decoder for {type} (type {(int)type}).")
{
    public CompressionType Type { get; } = type;
}

namespace Kafka.Protocol.Records;

/// <summary>A header of a record.</summary>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);

/// <summary>
/// One record. Key, value and header values are slices of the batch, or of the buffer into which it was decompressed.
/// </summary>
/// <param name="Offset">Absolute offset in the partition.</param>
/// <param name="Timestamp">Milliseconds since 1970 (UTC), -1 for none.</param>
/// <param name="Key">Null for none.</param>
/// <param name="Value">Null for a tombstone.</param>
public readonly record struct Record(
    long Offset, long Timestamp, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<RecordHeader> Headers);

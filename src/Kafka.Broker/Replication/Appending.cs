using Kafka.Broker.Records;
using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>Who appends: a client's batches are validated in full, a coordinator's only for size and leadership.</summary>
enum AppendOrigin
{
    Client,
    Coordinator,
}

/// <summary>
/// What became of an append. <paramref name="BaseOffset"/> is -1 on errors; <paramref name="LogAppendTime"/> is -1 unless the topic's
/// message.timestamp.type is LogAppendTime.
/// </summary>
sealed record AppendResult(ErrorCode Error, long BaseOffset = -1, long LogAppendTime = -1, long LogStartOffset = -1, string? Message = null)
{
    /// <summary>The records for which a client's batch was refused; none when it is the batch itself.</summary>
    public IReadOnlyList<RecordError> Culprits { get; init; } = [];
}

/// <summary>
/// What a read found: whole batches from the one that holds the offset, and the offsets of the log. <paramref name="Records"/> is empty on
/// errors.
/// </summary>
sealed record ReadResult(
    ErrorCode Error, ReadOnlyMemory<byte> Records, long HighWatermark = -1, long LogStartOffset = -1, long LogEndOffset = -1);

/// <summary>How far a read may see.</summary>
enum ReadLimit
{
    /// <summary>Consumers, read_uncommitted.</summary>
    HighWatermark,

    /// <summary>Consumers, read_committed.</summary>
    LastStableOffset,

    /// <summary>Followers, and coordinators that load their own partition.</summary>
    LogEnd,
}

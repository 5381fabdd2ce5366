using Kafka.Protocol;

namespace Kafka.Broker.Replication;

/// <summary>A replica on this broker as it was at one moment; immutable. Offsets are -1 when its log directory is offline.</summary>
sealed record PartitionState(
    TopicPartition TopicPartition,
    Guid TopicId,
    int LeaderId,
    int LeaderEpoch,
    bool IsLeader,
    IReadOnlyList<int> Replicas,
    IReadOnlyList<int> Isr,
    int PartitionEpoch,
    long LogStartOffset,
    long HighWatermark,
    long LogEndOffset,
    bool IsOffline);

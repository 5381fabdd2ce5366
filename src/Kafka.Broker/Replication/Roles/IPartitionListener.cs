using Kafka.Protocol;

namespace Kafka.Broker.Replication.Roles;

/// <summary>
/// Called in order, one call at a time, when this broker's role for a partition changes (the group coordinator listens for
/// __consumer_offsets).
/// </summary>
interface IPartitionListener
{
    Task BecameLeaderAsync(TopicPartition partition, int leaderEpoch);

    /// <summary>The broker follows, stopped or lost the partition.</summary>
    Task ResignedAsync(TopicPartition partition, int leaderEpoch);
}

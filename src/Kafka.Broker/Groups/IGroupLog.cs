using Kafka.Broker.Configuration;
using Kafka.Broker.Replication;
using Kafka.Broker.Topics;
using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>The partitions of __consumer_offsets, as far as a coordinator needs them.</summary>
interface IGroupLog
{
    /// <summary>One batch; ends once the ISR has it, or with the reason why not. Cancelled when the broker ends.</summary>
    Task<AppendResult> AppendAsync(int partition, byte[] batch, CancellationToken cancellationToken);

    /// <summary>Whole batches from the offset on, up to the log's end.</summary>
    ReadResult Read(int partition, long offset, int maxBytes);
}

/// <summary>The partitions of __consumer_offsets on this broker. A failing disk is an error code of each call.</summary>
sealed class ReplicaGroupLog(BrokerConfig config, ReplicaManager replicas) : IGroupLog
{
    public Task<AppendResult> AppendAsync(int partition, byte[] batch, CancellationToken cancellationToken) => replicas.AppendAsync(
        new TopicPartition(InternalTopics.ConsumerOffsets, partition),
        batch,
        requiredAcks: -1,
        config.OffsetsCommitTimeout,
        AppendOrigin.Coordinator,
        cancellationToken);

    public ReadResult Read(int partition, long offset, int maxBytes) =>
        replicas.Read(new TopicPartition(InternalTopics.ConsumerOffsets, partition), offset, maxBytes, ReadLimit.LogEnd);
}

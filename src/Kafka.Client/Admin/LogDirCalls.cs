using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>A replica on a disk.</summary>
/// <param name="Size">Bytes of its segments.</param>
/// <param name="OffsetLag">How far it is behind: the current replica for a future one, its high watermark for a current one.</param>
/// <param name="IsFuture">It is being moved here from another directory.</param>
public readonly record struct ReplicaSize(TopicPartition Partition, long Size, long OffsetLag, bool IsFuture);

/// <summary>A log directory of a broker. The byte counts of the volume are -1 before Kafka 3.3.</summary>
public sealed record LogDirectory(
    string Path, KafkaException? Error, long TotalBytes, long UsableBytes, IReadOnlyList<ReplicaSize> Replicas);

/// <summary>Sizes of replicas.</summary>
public static class LogDirCalls
{
    /// <summary>All replicas of all brokers, asked at once.</summary>
    public static async Task<IReadOnlyDictionary<int, BrokerAnswer<IReadOnlyList<LogDirectory>>>> DescribeLogDirsAsync(
        this KafkaCluster cluster, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var answers = await cluster.SendToAllAsync(
            // every broker answers for its own disks only
            _ => new DescribeLogDirsRequest { Topics = null }, cancellationToken, timeout).ConfigureAwait(false);
        return answers.ToDictionary(one => one.Key, one => one.Value.Succeeded
            ? Results.Answer<IReadOnlyList<LogDirectory>>(one.Value.Value.ErrorCode, () => [.. one.Value.Value.Results.Select(Directory)])
            : new BrokerAnswer<IReadOnlyList<LogDirectory>>(one.Value.Error));
    }

    static LogDirectory Directory(DescribeLogDirsResponse.DescribeLogDirsResult one) => new(
        one.LogDir,
        Results.Refusal(one.ErrorCode, null),
        one.TotalBytes,
        one.UsableBytes,
        [.. from topic in one.Topics
            from partition in topic.Partitions
            select new ReplicaSize(
                new TopicPartition(topic.Name, partition.PartitionIndex),
                partition.PartitionSize,
                partition.OffsetLag,
                partition.IsFutureKey)]);
}

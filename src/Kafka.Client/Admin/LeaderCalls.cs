using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>Elects leaders.</summary>
public static class LeaderCalls
{
    /// <summary>The first version of ElectLeaders that elects others than the preferred one (KIP-460, Kafka 2.4).</summary>
    public const short Unclean = 1;

    /// <summary>
    /// For the partitions (null: all); answers by partition: null for an election that was held, ELECTION_NOT_NEEDED where nothing had to
    /// change, else why it failed. When asked for all, Kafka leaves out those that need none.
    /// </summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> ElectLeadersAsync(
        this KafkaCluster cluster, ElectionType type, IReadOnlyCollection<TopicPartition>? partitions, CancellationToken cancellationToken)
    {
        var request = new ElectLeadersRequest
        {
            ElectionType = (sbyte)type,
            TopicPartitions = partitions?.GroupBy(one => one.Topic).Select(topic => new ElectLeadersRequest.ElectLeadersTopicPartitions
            {
                Topic = topic.Key,
                Partitions = [.. topic.Select(one => one.Partition)],
            }).ToList(),
            TimeoutMs = (int)cluster.Options.OperationTimeout.TotalMilliseconds,
        };
        var deadline = cluster.Options.OperationTimeout + cluster.Options.RequestTimeout;
        var answer = await cluster.WithControllerAsync(
            (connection, left) => connection.Lack(ApiKey.ElectLeaders, type == ElectionType.Unclean ? Unclean : (short)0) is { } lack
                ? throw lack
                : connection.SendAsync(request, cancellationToken, left),
            cancellationToken,
            deadline).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        return (from topic in answer.ReplicaElectionResults
                from one in topic.PartitionResult
                select (Key: new TopicPartition(topic.Topic, one.PartitionId), Error: Results.Refusal(one.ErrorCode, one.ErrorMessage)))
            .ToDictionary(one => one.Key, KafkaException? (one) => one.Error);
    }
}

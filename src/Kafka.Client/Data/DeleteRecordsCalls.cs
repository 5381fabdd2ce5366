using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Data;

/// <summary>Deletes records from the front of partitions' logs (KIP-107), in one request a leader.</summary>
public static class DeleteRecordsCalls
{
    /// <summary>
    /// Deletes what is before the offset of each partition, of the partitions of each leader. The answer is the lowest log start among the
    /// living replicas. A leader that does not answer fails its own partitions only; it may have begun
    /// (<see cref="KafkaException.MayHaveHappened"/>).
    /// </summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<long>>> DeleteRecordsAsync(
        this KafkaCluster cluster,
        IReadOnlyDictionary<int, IReadOnlyList<(TopicPartition Partition, long Offset)>> byLeader,
        CancellationToken cancellationToken)
    {
        // the leader waits for its followers to delete as well, up to the first of these
        var deadline = cluster.Options.OperationTimeout + cluster.Options.RequestTimeout;
        var timeout = (int)cluster.Options.OperationTimeout.TotalMilliseconds;
        var calls = byLeader.ToDictionary(
            leader => leader.Key,
            leader => cluster.TrySendAsync(leader.Key, Request(leader.Value, timeout), cancellationToken, deadline));
        var answers = new Dictionary<TopicPartition, BrokerAnswer<long>>();
        foreach (var (leader, partitions) in byLeader)
        {
            var answer = await calls[leader].ConfigureAwait(false);
            foreach (var (partition, _) in partitions)
            {
                answers[partition] = answer.Succeeded ? Of(answer.Value, partition) : new BrokerAnswer<long>(answer.Error);
            }
        }

        return answers;
    }

    static BrokerAnswer<long> Of(DeleteRecordsResponse response, TopicPartition partition)
    {
        var one = response.Topics.Find(topic => topic.Name == partition.Topic)?.Partitions
            .Find(found => found.PartitionIndex == partition.Partition);
        return one is null ? new BrokerAnswer<long>(new KafkaException(ErrorCode.UnknownServerError, $"The answer leaves {partition} out."))
            : one.ErrorCode == (short)ErrorCode.None ? new BrokerAnswer<long>(one.LowWatermark)
            : new BrokerAnswer<long>(new KafkaException((ErrorCode)one.ErrorCode));
    }

    static DeleteRecordsRequest Request(IReadOnlyList<(TopicPartition Partition, long Offset)> partitions, int timeout) => new()
    {
        TimeoutMs = timeout,
        Topics = [.. partitions.GroupBy(one => one.Partition.Topic).Select(topic => new DeleteRecordsRequest.DeleteRecordsTopic
        {
            Name = topic.Key,
            Partitions = [.. topic.Select(one => new DeleteRecordsRequest.DeleteRecordsPartition
            {
                PartitionIndex = one.Partition.Partition,
                Offset = one.Offset,
            })],
        })],
    };
}

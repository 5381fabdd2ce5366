using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Data;

/// <summary>Where logs end, with what readers do not see yet.</summary>
public static class LogEndCalls
{
    /// <summary>The first version that is for others than brokers (KIP-320).</summary>
    const short ForReaders = 3;

    /// <summary>Whether brokers tell it.</summary>
    public static Task<bool> TellsLogEndsAsync(this KafkaCluster cluster, CancellationToken cancellationToken) => cluster.UseAnyAsync(
        (connection, _) => Task.FromResult(connection.Supports(ApiKey.OffsetForLeaderEpoch, ForReaders)), cancellationToken);

    /// <summary>
    /// The offset after the last record that a leader has, whether or not the replicas in sync have it: of the present epoch the end that
    /// OffsetForLeaderEpoch gives. Of every partition that has a leader in <paramref name="metadata"/>; a leader that does not answer fails
    /// its own partitions only.
    /// </summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<long>>> LogEndsAsync(
        this KafkaCluster cluster, MetadataResponse metadata, CancellationToken cancellationToken)
    {
        var led = from topic in metadata.Topics
                  where topic.Name is not null
                  from partition in topic.Partitions
                  where partition.LeaderId >= 0
                  group (Topic: topic.Name!, partition.PartitionIndex, partition.LeaderEpoch) by partition.LeaderId;
        // all leaders side by side
        var calls = led
            .Select(leader => (Partitions: leader, Answer: cluster.TrySendAsync(leader.Key, Request(leader), cancellationToken))).ToList();
        var ends = new Dictionary<TopicPartition, BrokerAnswer<long>>();
        foreach (var (partitions, sent) in calls)
        {
            var answer = await sent.ConfigureAwait(false);
            foreach (var one in partitions)
            {
                ends[new TopicPartition(one.Topic, one.PartitionIndex)] =
                    answer.Succeeded ? Of(answer.Value, one.Topic, one.PartitionIndex) : new BrokerAnswer<long>(answer.Error);
            }
        }

        return ends;
    }

    static OffsetForLeaderEpochRequest Request(IEnumerable<(string Topic, int Partition, int Epoch)> partitions) => new()
    {
        ReplicaId = -1,
        Topics =
        [
            .. partitions.GroupBy(one => one.Topic).Select(topic => new OffsetForLeaderEpochRequest.OffsetForLeaderTopic
            {
                Topic = topic.Key,
                Partitions =
                [
                    .. topic.Select(one => new OffsetForLeaderEpochRequest.OffsetForLeaderPartition
                    {
                        Partition = one.Partition,
                        // fences (KIP-320): a leader of another epoch refuses, where else it would give the end of an epoch that is over
                        CurrentLeaderEpoch = one.Epoch,
                        LeaderEpoch = one.Epoch,
                    }),
                ],
            }),
        ],
    };

    /// <summary>A leader that does not know its own epoch yet is as good as none.</summary>
    static BrokerAnswer<long> Of(OffsetForLeaderEpochResponse answer, string topic, int partition)
    {
        var one = answer.Topics.Where(t => t.Topic == topic).SelectMany(t => t.Partitions).FirstOrDefault(p => p.Partition == partition);
        // -1 is UNDEFINED_EPOCH_OFFSET
        var code = one is null || (one.ErrorCode == (short)ErrorCode.None && one.EndOffset < 0)
            ? (short)ErrorCode.LeaderNotAvailable
            : one.ErrorCode;
        return Results.Answer(code, () => one!.EndOffset);
    }
}

using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>What ListOffsets found. Offset and timestamp (ms since 1970) are -1 when there is none.</summary>
public readonly record struct ListedOffset(long Offset, long Timestamp, int LeaderEpoch);

/// <summary>What a reader may see of transactions (KIP-98).</summary>
public enum IsolationLevel : sbyte
{
    /// <summary>Everything up to the high watermark.</summary>
    ReadUncommitted = 0,

    /// <summary>What was committed, up to the last stable offset: the first record of the oldest open transaction.</summary>
    ReadCommitted = 1,
}

/// <summary>Offsets of many partitions, in one request a leader.</summary>
public static class ListOffsetsCalls
{
    /// <summary>Special timestamps: the end, the beginning, the record with the largest timestamp (Kafka 3.0 on).</summary>
    public const long Latest = -1, Earliest = -2, MaxTimestamp = -3;

    /// <summary>
    /// Of every partition that has a leader in <paramref name="metadata"/>. A leader that does not answer fails its own partitions only.
    /// </summary>
    public static Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<ListedOffset>>> ListOffsetsAsync(
        this KafkaCluster cluster, MetadataResponse metadata, long timestamp, CancellationToken cancellationToken)
    {
        var led = from topic in metadata.Topics
                  where topic.Name is not null
                  from partition in topic.Partitions
                  where partition.LeaderId >= 0
                  group new TopicPartition(topic.Name!, partition.PartitionIndex) by partition.LeaderId;
        var byLeader = led.ToDictionary(leader => leader.Key, leader => (IReadOnlyList<TopicPartition>)[.. leader]);
        return cluster.ListOffsetsAsync(byLeader, timestamp, cancellationToken);
    }

    /// <summary>
    /// Of the partitions of each leader; <paramref name="timestamp"/> in ms since 1970, or one of the special ones. The end is the high
    /// watermark, or the last stable offset for <see cref="IsolationLevel.ReadCommitted"/>.
    /// </summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<ListedOffset>>> ListOffsetsAsync(
        this KafkaCluster cluster,
        IReadOnlyDictionary<int, IReadOnlyList<TopicPartition>> byLeader,
        long timestamp,
        CancellationToken cancellationToken,
        IsolationLevel isolation = IsolationLevel.ReadUncommitted)
    {
        var calls = byLeader.ToDictionary(
            leader => leader.Key,
            leader => cluster.TrySendAsync(leader.Key, Request(leader.Value, timestamp, isolation), cancellationToken));
        var offsets = new Dictionary<TopicPartition, BrokerAnswer<ListedOffset>>(byLeader.Values.Sum(partitions => partitions.Count));
        foreach (var (leader, partitions) in byLeader)
        {
            var answer = await calls[leader].ConfigureAwait(false);
            if (answer.Succeeded)
            {
                Collect(answer.Value, offsets);
                continue;
            }

            foreach (var partition in partitions)
            {
                offsets[partition] = new BrokerAnswer<ListedOffset>(answer.Error);
            }
        }

        return offsets;
    }

    static void Collect(ListOffsetsResponse response, Dictionary<TopicPartition, BrokerAnswer<ListedOffset>> offsets)
    {
        foreach (var topic in response.Topics)
        {
            foreach (var one in topic.Partitions)
            {
                offsets[new TopicPartition(topic.Name, one.PartitionIndex)] = one.ErrorCode == (short)ErrorCode.None
                    ? new BrokerAnswer<ListedOffset>(new ListedOffset(one.Offset, one.Timestamp, one.LeaderEpoch))
                    : new BrokerAnswer<ListedOffset>(new KafkaException((ErrorCode)one.ErrorCode));
            }
        }
    }

    static ListOffsetsRequest Request(IReadOnlyList<TopicPartition> partitions, long timestamp, IsolationLevel isolation)
    {
        var topics = new Dictionary<string, ListOffsetsRequest.ListOffsetsTopic>();
        foreach (var partition in partitions)
        {
            if (!topics.TryGetValue(partition.Topic, out var topic))
            {
                topics[partition.Topic] = topic = new ListOffsetsRequest.ListOffsetsTopic { Name = partition.Topic };
            }

            topic.Partitions.Add(new ListOffsetsRequest.ListOffsetsPartition
            {
                PartitionIndex = partition.Partition,
                Timestamp = timestamp,
            });
        }

        // -1: a consumer, which sees up to the high watermark; a replica would get the log's end
        return new ListOffsetsRequest { ReplicaId = -1, IsolationLevel = (sbyte)isolation, Topics = [.. topics.Values] };
    }
}

using Kafka.Broker.Configuration;
using Kafka.Broker.Metadata;
using Kafka.Broker.Topics;
using Kafka.Protocol;

namespace Kafka.Broker.Groups;

/// <summary>Which partition of __consumer_offsets keeps a group.</summary>
static class GroupPartitions
{
    /// <summary>Kafka's formula: |hash| modulo partitions, with Java's String.hashCode.</summary>
    public static int Of(string groupId, int partitions)
    {
        var hash = 0;
        foreach (var c in groupId)
        {
            hash = unchecked((31 * hash) + c);
        }

        // Utils.abs in Kafka: the one number without a positive counterpart becomes 0
        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitions;
    }

    /// <summary>As many as the topic has; before it exists, as many as it will get.</summary>
    public static int Count(MetadataImage image, BrokerConfig config) =>
        image.Topics.GetValueOrDefault(InternalTopics.ConsumerOffsets) is { Partitions.Count: > 0 } topic
            ? topic.Partitions.Count
            : config.OffsetsTopicPartitions;
}

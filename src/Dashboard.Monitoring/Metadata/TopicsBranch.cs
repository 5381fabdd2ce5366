using System.Globalization;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Metadata;

/// <summary>
/// Topics and partitions as the monitor has them; where brokers tell (KIP-966), the replicas that may still lead as well.
/// </summary>
sealed class TopicsBranch(KafkaCluster kafka, Func<ClusterSnapshot> current) : IMetadataBranch
{
    public string Name => "topics";

    public Task<MetadataNode> ReadAsync(CancellationToken cancellationToken)
    {
        var section = current().Topics;
        var topics = section.Value;
        return Task.FromResult(new MetadataNode(null)
        {
            Children = [.. (topics?.Topics ?? []).Select(t => new MetadataChild(t.Name, t.Partitions.Length))],
            FindAsync = (name, _) => Task.FromResult(topics?.Find(name) is { } topic ? Topic(topic) : null),
            Error = section.Error,
        });
    }

    MetadataNode Topic(TopicInfo topic) => new(new { topic.Name, topic.TopicId, topic.IsInternal, Partitions = topic.Partitions.Length })
    {
        Children = [.. topic.Partitions.Select(p => new MetadataChild(p.Partition.ToString(CultureInfo.InvariantCulture), 0))],
        FindAsync = async (name, cancellationToken) =>
            int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && topic.Find(number) is { } partition
                ? await PartitionAsync(topic.Name, partition, cancellationToken).ConfigureAwait(false)
                : null,
    };

    async Task<MetadataNode> PartitionAsync(string topic, PartitionInfo partition, CancellationToken cancellationToken)
    {
        var eligible = await EligibleAsync(topic, partition.Partition, cancellationToken).ConfigureAwait(false);
        return new MetadataNode(new
        {
            partition.Partition,
            partition.Leader,
            partition.LeaderEpoch,
            partition.Replicas,
            partition.Isr,
            EligibleLeaderReplicas = eligible?.EligibleLeaderReplicas,
            LastKnownEligible = eligible?.LastKnownElr,
            partition.Offline,
        });
    }

    /// <summary>Null where brokers do not tell.</summary>
    async Task<DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition?> EligibleAsync(
        string topic, int partition, CancellationToken cancellationToken)
    {
        var request = new DescribeTopicPartitionsRequest
        {
            Topics = [new() { Name = topic }],
            ResponsePartitionLimit = 1,
            // from this partition on, and one: an answer for a topic of thousands would be read for a single row
            Cursor = new() { TopicName = topic, PartitionIndex = partition },
        };
        var answer = await kafka.UseAnyAsync(
            async (connection, left) => connection.Supports(ApiKey.DescribeTopicPartitions)
                ? await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false)
                : null,
            cancellationToken).ConfigureAwait(false);
        return answer?.Topics.Find(t => t.Name == topic)?.Partitions.Find(p => p.PartitionIndex == partition);
    }
}

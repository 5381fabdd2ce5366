using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin.Groups;

/// <summary>
/// Writes and deletes committed offsets from outside of a group. Sent once, to the coordinator that the caller found; null for a partition
/// that was done, else why it was not.
/// </summary>
public static class OffsetCalls
{
    /// <summary>Of no generation and no member: Kafka takes it while there are no members, and makes a group that is not there.</summary>
    const int NoGeneration = -1;

    /// <summary>UNKNOWN_MEMBER_ID for each partition while the group has members.</summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> CommitOffsetsAsync(
        this KafkaCluster cluster,
        int coordinator,
        string group,
        IReadOnlyDictionary<TopicPartition, long> offsets,
        CancellationToken cancellationToken)
    {
        var request = new OffsetCommitRequest
        {
            GroupId = group,
            GenerationIdOrMemberEpoch = NoGeneration,
            MemberId = "",
            Topics = [.. offsets.GroupBy(one => one.Key.Topic).Select(topic => new OffsetCommitRequest.OffsetCommitRequestTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(one => new OffsetCommitRequest.OffsetCommitRequestPartition
                {
                    PartitionIndex = one.Key.Partition,
                    CommittedOffset = one.Value,
                    // empty: what Apache's OffsetAndMetadata makes of none
                    CommittedMetadata = "",
                })],
            })],
        };
        var answer = await cluster.SendAsync(coordinator, request, cancellationToken).ConfigureAwait(false);
        return answer.Topics
            .SelectMany(topic => topic.Partitions, (topic, one) => (topic.Name, one.PartitionIndex, one.ErrorCode))
            .ToDictionary(one => new TopicPartition(one.Name, one.PartitionIndex), one => Results.Refusal(one.ErrorCode, null));
    }

    /// <summary>
    /// OffsetDelete (KIP-496): GROUP_SUBSCRIBED_TO_TOPIC for a partition of a topic that members read. A refusal of all is thrown.
    /// </summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> DeleteOffsetsAsync(
        this KafkaCluster cluster,
        int coordinator,
        string group,
        IEnumerable<TopicPartition> partitions,
        CancellationToken cancellationToken)
    {
        var request = new OffsetDeleteRequest
        {
            GroupId = group,
            Topics = [.. partitions.GroupBy(one => one.Topic).Select(topic => new OffsetDeleteRequest.OffsetDeleteRequestTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(one => new OffsetDeleteRequest.OffsetDeleteRequestPartition
                {
                    PartitionIndex = one.Partition,
                })],
            })],
        };
        var answer = await cluster.SendAsync(coordinator, request, cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        return answer.Topics
            .SelectMany(topic => topic.Partitions, (topic, one) => (topic.Name, one.PartitionIndex, one.ErrorCode))
            .ToDictionary(one => new TopicPartition(one.Name, one.PartitionIndex), one => Results.Refusal(one.ErrorCode, null));
    }

    /// <summary>Where an empty share group starts to read (KIP-932, Kafka 4.1 on). A refusal of all is thrown.</summary>
    public static async Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> AlterShareOffsetsAsync(
        this KafkaCluster cluster,
        int coordinator,
        string group,
        IReadOnlyDictionary<TopicPartition, long> offsets,
        CancellationToken cancellationToken)
    {
        var request = new AlterShareGroupOffsetsRequest
        {
            GroupId = group,
            Topics = [.. offsets.GroupBy(one => one.Key.Topic).Select(
                topic => new AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestTopic
                {
                    TopicName = topic.Key,
                    Partitions = [.. topic.Select(one => new AlterShareGroupOffsetsRequest.AlterShareGroupOffsetsRequestPartition
                    {
                        PartitionIndex = one.Key.Partition,
                        StartOffset = one.Value,
                    })],
                })],
        };
        var answer = await cluster.SendAsync(coordinator, request, cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return answer.Responses
            .SelectMany(topic => topic.Partitions, (topic, one) => (topic.TopicName, one))
            .ToDictionary(
                one => new TopicPartition(one.TopicName, one.one.PartitionIndex),
                one => Results.Refusal(one.one.ErrorCode, one.one.ErrorMessage));
    }

    /// <summary>Forgets topics of an empty share group (KIP-932, Kafka 4.1 on), by topic. A refusal of all is thrown.</summary>
    public static async Task<IReadOnlyDictionary<string, KafkaException?>> DeleteShareOffsetsAsync(
        this KafkaCluster cluster, int coordinator, string group, IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var request = new DeleteShareGroupOffsetsRequest
        {
            GroupId = group,
            Topics = [.. topics.Select(topic => new DeleteShareGroupOffsetsRequest.DeleteShareGroupOffsetsRequestTopic
            {
                TopicName = topic,
            })],
        };
        var answer = await cluster.SendAsync(coordinator, request, cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode, answer.ErrorMessage);
        return answer.Responses.ToDictionary(topic => topic.TopicName, topic => Results.Refusal(topic.ErrorCode, topic.ErrorMessage));
    }
}

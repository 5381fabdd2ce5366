using Kafka.Broker.Groups;
using Kafka.Broker.Metadata;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>OffsetDelete v0 (KIP-496).</summary>
sealed class OffsetDeleteHandler(GroupCoordinator groups, MetadataCache metadata)
    : RequestHandler<OffsetDeleteRequest, OffsetDeleteResponse>(
        ApiKey.OffsetDelete, OffsetDeleteRequest.MinVersion, OffsetDeleteRequest.MaxVersion, OffsetDeleteRequest.Read)
{
    protected override async ValueTask<OffsetDeleteResponse?> HandleAsync(
        OffsetDeleteRequest request, RequestContext context, CancellationToken stopping)
    {
        var known = request.Topics
            .SelectMany(topic => topic.Partitions.Select(partition => new TopicPartition(topic.Name, partition.PartitionIndex)))
            .Where(name => GroupRequests.UnknownTopic(metadata.Current, name.Topic, name.Partition) == ErrorCode.None).ToList();
        var answer = await groups.DeleteOffsetsAsync(request.GroupId, known).WaitAsync(stopping).ConfigureAwait(false);
        var asked = answer.Error == ErrorCode.None ? request.Topics : [];
        return new OffsetDeleteResponse
        {
            ErrorCode = (short)answer.Error,
            Topics = asked.ConvertAll(topic => new OffsetDeleteResponse.OffsetDeleteResponseTopic
            {
                Name = topic.Name,
                Partitions = topic.Partitions.ConvertAll(partition => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = (short)answer.Partitions.GetValueOrDefault(
                        new TopicPartition(topic.Name, partition.PartitionIndex), ErrorCode.UnknownTopicOrPartition),
                }),
            }),
        };
    }
}

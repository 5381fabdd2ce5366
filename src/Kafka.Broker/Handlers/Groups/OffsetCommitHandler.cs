using Kafka.Broker.Groups;
using Kafka.Broker.Metadata;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>
/// OffsetCommit v0 to v9. v0 is stored like the others, not in ZooKeeper. v1 has the commit's time, v2 to v4 a retention of their own.
/// </summary>
sealed class OffsetCommitHandler(GroupCoordinator groups, MetadataCache metadata, TimeProvider time)
    : RequestHandler<OffsetCommitRequest, OffsetCommitResponse>(
        ApiKey.OffsetCommit, OffsetCommitRequest.MinVersion, OffsetCommitRequest.MaxVersion, OffsetCommitRequest.Read)
{
    protected override async ValueTask<OffsetCommitResponse?> HandleAsync(
        OffsetCommitRequest request, RequestContext context, CancellationToken stopping)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long? expires = request.RetentionTimeMs >= 0 ? now + request.RetentionTimeMs : null;
        var parts = new List<CommitPart>();
        foreach (var topic in request.Topics)
        {
            foreach (var partition in topic.Partitions.Where(partition =>
                GroupRequests.UnknownTopic(metadata.Current, topic.Name, partition.PartitionIndex) == ErrorCode.None))
            {
                parts.Add(new CommitPart(
                    new TopicPartition(topic.Name, partition.PartitionIndex),
                    new StoredOffset(
                        partition.CommittedOffset,
                        partition.CommittedLeaderEpoch,
                        partition.CommittedMetadata ?? "",
                        partition.CommitTimestamp >= 0 ? partition.CommitTimestamp : now,
                        expires)));
            }
        }

        // nothing to store is nothing to check either, as in Kafka
        var question = new CommitQuestion(
            request.GroupId, request.GenerationIdOrMemberEpoch, request.MemberId, request.GroupInstanceId, parts);
        var errors = parts.Count == 0
            ? new Dictionary<TopicPartition, ErrorCode>()
            : await groups.CommitAsync(question).WaitAsync(stopping).ConfigureAwait(false);
        return new OffsetCommitResponse
        {
            Topics = request.Topics.ConvertAll(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
            {
                Name = topic.Name,
                Partitions = topic.Partitions.ConvertAll(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
                {
                    PartitionIndex = partition.PartitionIndex,
                    ErrorCode = (short)errors.GetValueOrDefault(
                        new TopicPartition(topic.Name, partition.PartitionIndex), ErrorCode.UnknownTopicOrPartition),
                }),
            }),
        };
    }
}

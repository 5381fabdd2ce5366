using Kafka.Broker.Controller;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>ListPartitionReassignments v0 (KIP-455), at the controller.</summary>
sealed class ListPartitionReassignmentsHandler(KafkaController controller)
    : RequestHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse>(
        ApiKey.ListPartitionReassignments,
        ListPartitionReassignmentsRequest.MinVersion,
        ListPartitionReassignmentsRequest.MaxVersion,
        ListPartitionReassignmentsRequest.Read)
{
    protected override async ValueTask<ListPartitionReassignmentsResponse?> HandleAsync(
        ListPartitionReassignmentsRequest request, RequestContext context, CancellationToken stopping)
    {
        var wanted = request.Topics?
            .SelectMany(topic => topic.PartitionIndexes.Select(partition => new TopicPartition(topic.Name, partition))).ToHashSet();
        if (await controller.ListReassignmentsAsync(wanted).ConfigureAwait(false) is not { } running)
        {
            return new ListPartitionReassignmentsResponse
            {
                ErrorCode = (short)ErrorCode.NotController,
                ErrorMessage = ErrorCodes.Describe(ErrorCode.NotController).Message,
            };
        }

        var byTopic = running.GroupBy(item => item.Partition.Topic);
        return new ListPartitionReassignmentsResponse
        {
            ErrorMessage = null,
            Topics = [.. byTopic.Select(topic => new ListPartitionReassignmentsResponse.OngoingTopicReassignment
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(item => new ListPartitionReassignmentsResponse.OngoingPartitionReassignment
                {
                    PartitionIndex = item.Partition.Partition,
                    Replicas = [.. item.Assignment.Replicas],
                    AddingReplicas = [.. item.Assignment.Adding],
                    RemovingReplicas = [.. item.Assignment.Removing],
                })],
            })],
        };
    }
}

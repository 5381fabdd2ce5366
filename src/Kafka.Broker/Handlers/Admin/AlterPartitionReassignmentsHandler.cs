using Kafka.Broker.Controller;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>AlterPartitionReassignments v0 and v1 (KIP-455), at the controller: starts, redirects and (null replicas) cancels.</summary>
sealed class AlterPartitionReassignmentsHandler(KafkaController controller)
    : RequestHandler<AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse>(
        ApiKey.AlterPartitionReassignments,
        AlterPartitionReassignmentsRequest.MinVersion,
        AlterPartitionReassignmentsRequest.MaxVersion,
        AlterPartitionReassignmentsRequest.Read)
{
    protected override async ValueTask<AlterPartitionReassignmentsResponse?> HandleAsync(
        AlterPartitionReassignmentsRequest request, RequestContext context, CancellationToken stopping)
    {
        var goals = request.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
            (new TopicPartition(topic.Name, partition.PartitionIndex), (IReadOnlyList<int>?)partition.Replicas))).ToList();
        if (await controller.ReassignAsync(goals, request.AllowReplicationFactorChange).ConfigureAwait(false) is not { } results)
        {
            return new AlterPartitionReassignmentsResponse
            {
                AllowReplicationFactorChange = request.AllowReplicationFactorChange,
                ErrorCode = (short)ErrorCode.NotController,
                ErrorMessage = ErrorCodes.Describe(ErrorCode.NotController).Message,
            };
        }

        var byTopic = results.GroupBy(result => result.Key.Topic);
        return new AlterPartitionReassignmentsResponse
        {
            AllowReplicationFactorChange = request.AllowReplicationFactorChange,
            ErrorMessage = null,
            Responses = [.. byTopic.Select(topic => new AlterPartitionReassignmentsResponse.ReassignableTopicResponse
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(result => new AlterPartitionReassignmentsResponse.ReassignablePartitionResponse
                {
                    PartitionIndex = result.Key.Partition,
                    ErrorCode = (short)result.Value.Code,
                    ErrorMessage = result.Value.Message,
                })],
            })],
        };
    }
}

using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// DeleteRecords v0 to v2 (KIP-107): raises the start of the leader's log, and answers once that of every living replica is as high.
/// </summary>
sealed class DeleteRecordsHandler(ReplicaManager replicas) : RequestHandler<DeleteRecordsRequest, DeleteRecordsResponse>(
    ApiKey.DeleteRecords, DeleteRecordsRequest.MinVersion, DeleteRecordsRequest.MaxVersion, DeleteRecordsRequest.Read)
{
    protected override async ValueTask<DeleteRecordsResponse?> HandleAsync(
        DeleteRecordsRequest request, RequestContext context, CancellationToken stopping)
    {
        var operation = new DeleteRecordsOperation(replicas, TimeSpan.FromMilliseconds(Math.Max(0, request.TimeoutMs)));
        foreach (var topic in request.Topics)
        {
            topic.Partitions.ForEach(partition =>
                operation.Add(new TopicPartition(topic.Name, partition.PartitionIndex), partition.Offset));
        }

        await replicas.Loop.PostAsync(operation).ConfigureAwait(false);
        var parts = await operation.Task.WaitAsync(stopping).ConfigureAwait(false);
        return new DeleteRecordsResponse
        {
            Topics = [.. parts.GroupBy(part => part.TopicPartition.Topic).Select(topic => new DeleteRecordsResponse.DeleteRecordsTopicResult
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(part => new DeleteRecordsResponse.DeleteRecordsPartitionResult
                {
                    PartitionIndex = part.TopicPartition.Partition,
                    LowWatermark = part.LowWatermark,
                    ErrorCode = (short)part.Error,
                })],
            })],
        };
    }
}

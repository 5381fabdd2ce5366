using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>
/// DeleteRecords v0 to v2 (KIP-107): raises the start of the leader's log; followers learn it with their next fetch, which is not waited for.
/// </summary>
public sealed class DeleteRecordsHandler(BrokerServices broker) : RequestHandler<DeleteRecordsRequest, DeleteRecordsResponse>(
    ApiKey.DeleteRecords, DeleteRecordsRequest.MinVersion, DeleteRecordsRequest.MaxVersion, DeleteRecordsRequest.Read)
{
    /// <summary>Everything below the high watermark.</summary>
    const long UpToHighWatermark = -1;

    protected override async ValueTask<DeleteRecordsResponse?> HandleAsync(
        DeleteRecordsRequest request, RequestContext context, CancellationToken stopping) =>
        await broker.Replicas.Loop.InvokeAsync(() =>
        {
            var response = new DeleteRecordsResponse();
            foreach (var topic in request.Topics)
            {
                response.Topics.Add(new()
                {
                    Name = topic.Name,
                    Partitions = topic.Partitions.ConvertAll(partition => Delete(topic.Name, partition)),
                });
            }

            return response;
        }).ConfigureAwait(false);

    DeleteRecordsResponse.DeleteRecordsPartitionResult Delete(string topic, DeleteRecordsRequest.DeleteRecordsPartition asked)
    {
        var result = new DeleteRecordsResponse.DeleteRecordsPartitionResult { PartitionIndex = asked.PartitionIndex, LowWatermark = -1 };
        var error = broker.Replicas.FindLeader(new TopicPartition(topic, asked.PartitionIndex), out var partition);
        if (error == ErrorCode.None && !partition.Log!.Config.Delete)
        {
            error = ErrorCode.PolicyViolation;
        }

        if (error == ErrorCode.None)
        {
            error = Delete(partition, asked.Offset);
            result.LowWatermark = error == ErrorCode.None ? partition.Log!.LogStartOffset : -1;
        }

        result.ErrorCode = (short)error;
        return result;
    }

    ErrorCode Delete(Partition partition, long offset)
    {
        var log = partition.Log!;
        var target = offset == UpToHighWatermark ? log.HighWatermark : offset;
        return target < 0 || target > log.HighWatermark
            ? ErrorCode.OffsetOutOfRange
            : broker.Replicas.Guard(partition, () => log.RaiseLogStartOffset(target));
    }
}

using Kafka.Broker.Controller;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Control;

/// <summary>ControlledShutdown v0 to v3: a broker leaves, at the controller.</summary>
sealed class ControlledShutdownHandler(KafkaController controller) : RequestHandler<ControlledShutdownRequest, ControlledShutdownResponse>(
    ApiKey.ControlledShutdown, ControlledShutdownRequest.MinVersion, ControlledShutdownRequest.MaxVersion, ControlledShutdownRequest.Read)
{
    protected override async ValueTask<ControlledShutdownResponse?> HandleAsync(
        ControlledShutdownRequest request, RequestContext context, CancellationToken stopping)
    {
        var (error, remaining) = await controller.ShutDownAsync(request.BrokerId, request.BrokerEpoch).ConfigureAwait(false);
        return new ControlledShutdownResponse
        {
            ErrorCode = (short)error,
            RemainingPartitions = [.. remaining.Select(partition => new ControlledShutdownResponse.RemainingPartition
            {
                TopicName = partition.Topic,
                PartitionIndex = partition.Partition,
            })],
        };
    }
}

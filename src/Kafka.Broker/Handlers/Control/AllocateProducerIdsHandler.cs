using Kafka.Broker.Controller;
using Kafka.Broker.Producers;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Control;

/// <summary>
/// AllocateProducerIds v0 (KIP-730): blocks of producer ids for brokers of Apache Kafka in the same cluster, at the controller.
/// </summary>
sealed class AllocateProducerIdsHandler(KafkaController controller, IProducerIdBlocks blocks)
    : RequestHandler<AllocateProducerIdsRequest, AllocateProducerIdsResponse>(
        ApiKey.AllocateProducerIds,
        AllocateProducerIdsRequest.MinVersion,
        AllocateProducerIdsRequest.MaxVersion,
        AllocateProducerIdsRequest.Read)
{
    protected override async ValueTask<AllocateProducerIdsResponse?> HandleAsync(
        AllocateProducerIdsRequest request, RequestContext context, CancellationToken stopping)
    {
        if (!controller.IsActive)
        {
            return new AllocateProducerIdsResponse { ErrorCode = (short)ErrorCode.NotController };
        }

        var (first, count) = await blocks.NextAsync(stopping).ConfigureAwait(false);
        return new AllocateProducerIdsResponse { ProducerIdStart = first, ProducerIdLen = count };
    }
}

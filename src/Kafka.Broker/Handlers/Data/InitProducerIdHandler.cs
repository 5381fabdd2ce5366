using Kafka.Broker.Producers;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>InitProducerId v0 to v5 for idempotent producers. Left out: transactional ids (TransactionalIdAuthorizationFailed).</summary>
sealed class InitProducerIdHandler(ProducerIdManager producerIds) : RequestHandler<InitProducerIdRequest, InitProducerIdResponse>(
    ApiKey.InitProducerId, InitProducerIdRequest.MinVersion, InitProducerIdRequest.MaxVersion, InitProducerIdRequest.Read)
{
    protected override async ValueTask<InitProducerIdResponse?> HandleAsync(
        InitProducerIdRequest request, RequestContext context, CancellationToken stopping)
    {
        if (request.TransactionalId is not null)
        {
            return new InitProducerIdResponse { ErrorCode = (short)ErrorCode.TransactionalIdAuthorizationFailed };
        }

        try
        {
            return new InitProducerIdResponse { ProducerId = await producerIds.NextAsync(stopping).ConfigureAwait(false) };
        }
        catch (ProducerIdsUnavailableException)
        {
            return new InitProducerIdResponse { ErrorCode = (short)ErrorCode.CoordinatorLoadInProgress }; // clients ask again
        }
    }
}

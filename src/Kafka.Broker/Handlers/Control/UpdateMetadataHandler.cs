using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Control;

/// <summary>UpdateMetadata v1 to v8: the controller tells every broker how the cluster is.</summary>
sealed class UpdateMetadataHandler(BrokerServices broker) : RequestHandler<UpdateMetadataRequest, UpdateMetadataResponse>(
    ApiKey.UpdateMetadata, 1, UpdateMetadataRequest.MaxVersion, UpdateMetadataRequest.Read)
{
    protected override ValueTask<UpdateMetadataResponse?> HandleAsync(UpdateMetadataRequest request, RequestContext context, CancellationToken stopping)
    {
        // meant for an earlier registration of this broker (KIP-380)
        var error = request.BrokerEpoch != -1 && request.BrokerEpoch < broker.Control.Session.BrokerEpoch
            ? ErrorCode.StaleBrokerEpoch
            : broker.Metadata.Apply(request);
        return ValueTask.FromResult<UpdateMetadataResponse?>(new UpdateMetadataResponse { ErrorCode = (short)error });
    }
}

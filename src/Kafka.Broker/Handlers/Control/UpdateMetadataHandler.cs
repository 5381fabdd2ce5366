using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Control;

/// <summary>UpdateMetadata v0 to v8: the cluster as the controller knows it, sent to every broker.</summary>
sealed class UpdateMetadataHandler(MetadataCache metadata, BrokerSession session)
    : RequestHandler<UpdateMetadataRequest, UpdateMetadataResponse>(
        ApiKey.UpdateMetadata, UpdateMetadataRequest.MinVersion, UpdateMetadataRequest.MaxVersion, UpdateMetadataRequest.Read)
{
    protected override ValueTask<UpdateMetadataResponse?> HandleAsync(
        UpdateMetadataRequest request, RequestContext context, CancellationToken stopping)
    {
        // meant for an earlier registration of this broker (KIP-380)
        var error = request.BrokerEpoch != -1 && request.BrokerEpoch < session.BrokerEpoch
            ? ErrorCode.StaleBrokerEpoch
            : metadata.Apply(request);
        return ValueTask.FromResult<UpdateMetadataResponse?>(new UpdateMetadataResponse { ErrorCode = (short)error });
    }
}

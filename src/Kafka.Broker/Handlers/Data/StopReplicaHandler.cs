using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>StopReplica v0 to v4, from the controller: replicas this broker has to give up, and delete.</summary>
public sealed class StopReplicaHandler(BrokerServices broker) : RequestHandler<StopReplicaRequest, StopReplicaResponse>(
    ApiKey.StopReplica, StopReplicaRequest.MinVersion, StopReplicaRequest.MaxVersion, StopReplicaRequest.Read)
{
    protected override async ValueTask<StopReplicaResponse?> HandleAsync(
        StopReplicaRequest request, RequestContext context, CancellationToken stopping) =>
        await broker.Replicas.ApplyAsync(request, context.Version).ConfigureAwait(false);
}

using Kafka.Broker.Replication;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>StopReplica v0 to v4, from the controller: replicas this broker has to give up, and delete.</summary>
sealed class StopReplicaHandler(ReplicaManager replicas) : RequestHandler<StopReplicaRequest, StopReplicaResponse>(
    ApiKey.StopReplica, StopReplicaRequest.MinVersion, StopReplicaRequest.MaxVersion, StopReplicaRequest.Read)
{
    protected override async ValueTask<StopReplicaResponse?> HandleAsync(
        StopReplicaRequest request, RequestContext context, CancellationToken stopping) =>
        await replicas.ApplyAsync(request, context.Version).ConfigureAwait(false);
}

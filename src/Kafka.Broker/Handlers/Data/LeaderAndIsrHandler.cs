using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>LeaderAndIsr v0 to v7, from the controller: what this broker leads and follows.</summary>
public sealed class LeaderAndIsrHandler(BrokerServices broker) : RequestHandler<LeaderAndIsrRequest, LeaderAndIsrResponse>(
    ApiKey.LeaderAndIsr, LeaderAndIsrRequest.MinVersion, LeaderAndIsrRequest.MaxVersion, LeaderAndIsrRequest.Read)
{
    protected override async ValueTask<LeaderAndIsrResponse?> HandleAsync(
        LeaderAndIsrRequest request, RequestContext context, CancellationToken stopping) =>
        await broker.Replicas.ApplyAsync(request, context.Version).ConfigureAwait(false);
}

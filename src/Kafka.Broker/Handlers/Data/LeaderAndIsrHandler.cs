using Kafka.Broker.Replication;
using Kafka.Broker.Topics;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Data;

/// <summary>LeaderAndIsr v0 to v7, from the controller: what this broker leads and follows.</summary>
sealed class LeaderAndIsrHandler(ReplicaManager replicas) : RequestHandler<LeaderAndIsrRequest, LeaderAndIsrResponse>(
    ApiKey.LeaderAndIsr, LeaderAndIsrRequest.MinVersion, LeaderAndIsrRequest.MaxVersion, LeaderAndIsrRequest.Read)
{
    protected override async ValueTask<LeaderAndIsrResponse?> HandleAsync(
        LeaderAndIsrRequest request, RequestContext context, CancellationToken stopping)
    {
        // names become directories: none may lead out of the log directory
        var names = request.TopicStates.Select(topic => topic.TopicName)
            .Concat(request.UngroupedPartitionStates.Select(state => state.TopicName));
        return names.Any(name => TopicName.Problem(name) is not null)
            ? new LeaderAndIsrResponse { ErrorCode = (short)ErrorCode.InvalidTopic }
            : await replicas.ApplyAsync(request, context.Version).ConfigureAwait(false);
    }
}

using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>Heartbeat v0 to v4.</summary>
sealed class HeartbeatHandler(GroupCoordinator groups) : RequestHandler<HeartbeatRequest, HeartbeatResponse>(
    ApiKey.Heartbeat, HeartbeatRequest.MinVersion, HeartbeatRequest.MaxVersion, HeartbeatRequest.Read)
{
    protected override async ValueTask<HeartbeatResponse?> HandleAsync(
        HeartbeatRequest request, RequestContext context, CancellationToken stopping)
    {
        var question = new HeartbeatQuestion(request.GroupId, request.GenerationId, request.MemberId, request.GroupInstanceId);
        var error = await groups.HeartbeatAsync(question).WaitAsync(stopping).ConfigureAwait(false);
        return new HeartbeatResponse { ErrorCode = (short)error };
    }
}

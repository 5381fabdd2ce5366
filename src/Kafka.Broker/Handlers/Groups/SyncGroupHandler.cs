using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>SyncGroup v0 to v5. From v5 on the member must say which protocol it believes was chosen.</summary>
sealed class SyncGroupHandler(GroupCoordinator groups) : RequestHandler<SyncGroupRequest, SyncGroupResponse>(
    ApiKey.SyncGroup, SyncGroupRequest.MinVersion, SyncGroupRequest.MaxVersion, SyncGroupRequest.Read)
{
    const short FirstWithProtocol = 5; // KIP-559

    protected override async ValueTask<SyncGroupResponse?> HandleAsync(
        SyncGroupRequest request, RequestContext context, CancellationToken stopping)
    {
        if (context.Version >= FirstWithProtocol && (request.ProtocolType is null || request.ProtocolName is null))
        {
            return new SyncGroupResponse { ErrorCode = (short)ErrorCode.InconsistentGroupProtocol };
        }

        var assignments = new Dictionary<string, byte[]>();
        foreach (var assignment in request.Assignments)
        {
            assignments[assignment.MemberId] = assignment.Assignment.ToArray();
        }

        var answer = await groups.SyncAsync(
            new SyncQuestion(request.GroupId, request.GenerationId, request.MemberId, request.GroupInstanceId, assignments)
            {
                ProtocolType = request.ProtocolType,
                ProtocolName = request.ProtocolName,
            }).WaitAsync(stopping).ConfigureAwait(false);
        return new SyncGroupResponse
        {
            ErrorCode = (short)answer.Error,
            ProtocolType = answer.ProtocolType,
            ProtocolName = answer.ProtocolName,
            Assignment = answer.Assignment,
        };
    }
}

using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>JoinGroup v0 to v9. Answered when the round is complete, so perhaps minutes later.</summary>
sealed class JoinGroupHandler(GroupCoordinator groups) : RequestHandler<JoinGroupRequest, JoinGroupResponse>(
    ApiKey.JoinGroup, JoinGroupRequest.MinVersion, JoinGroupRequest.MaxVersion, JoinGroupRequest.Read)
{
    // KIP-62, KIP-394, KIP-559, KIP-814
    const short FirstWithRebalanceTimeout = 1, FirstWithKnownMemberIds = 4, FirstWithNullProtocol = 7, FirstWithSkipAssignment = 9;

    protected override async ValueTask<JoinGroupResponse?> HandleAsync(
        JoinGroupRequest request, RequestContext context, CancellationToken stopping)
    {
        var question = new JoinQuestion(
            request.GroupId,
            request.MemberId,
            request.GroupInstanceId,
            context.ClientId ?? "",
            GroupRequests.Host(context.Remote),
            // before KIP-62 one timeout served for both
            Math.Max(0, context.Version < FirstWithRebalanceTimeout ? request.SessionTimeoutMs : request.RebalanceTimeoutMs),
            request.SessionTimeoutMs,
            request.ProtocolType,
            [.. request.Protocols.Select(protocol => new MemberProtocol(protocol.Name, protocol.Metadata.ToArray()))])
        {
            // KIP-394: a first join only gets an id, or clients that give up would leave members behind; static members have their name
            // (KIP-345)
            RequireKnownMemberId = context.Version >= FirstWithKnownMemberIds && request.GroupInstanceId is null,
            CanSkipAssignment = context.Version >= FirstWithSkipAssignment,
            Reason = string.IsNullOrEmpty(request.Reason) ? null : request.Reason,
        };
        var answer = await groups.JoinAsync(question).WaitAsync(stopping).ConfigureAwait(false);
        return new JoinGroupResponse
        {
            ErrorCode = (short)answer.Error,
            GenerationId = answer.Generation,
            ProtocolType = answer.ProtocolType,
            ProtocolName = answer.ProtocolName ?? (context.Version < FirstWithNullProtocol ? "" : null),
            Leader = answer.Leader,
            SkipAssignment = answer.SkipAssignment,
            MemberId = answer.MemberId,
            Members = [.. answer.Members.Select(member => new JoinGroupResponse.JoinGroupResponseMember
            {
                MemberId = member.MemberId,
                GroupInstanceId = member.InstanceId,
                Metadata = member.Metadata,
            })],
        };
    }
}

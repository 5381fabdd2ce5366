using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>LeaveGroup v0 to v5: one member, from v3 on many.</summary>
sealed class LeaveGroupHandler(GroupCoordinator groups) : RequestHandler<LeaveGroupRequest, LeaveGroupResponse>(
    ApiKey.LeaveGroup, LeaveGroupRequest.MinVersion, LeaveGroupRequest.MaxVersion, LeaveGroupRequest.Read)
{
    /// <summary>KIP-345: an admin removes static members, which do not leave by themselves.</summary>
    const short FirstWithMany = 3;

    protected override async ValueTask<LeaveGroupResponse?> HandleAsync(
        LeaveGroupRequest request, RequestContext context, CancellationToken stopping)
    {
        IReadOnlyList<LeavingMember> members = context.Version < FirstWithMany
            ? [new LeavingMember(request.MemberId, null)]
            : request.Members.ConvertAll(member => new LeavingMember(member.MemberId, member.GroupInstanceId, member.Reason));
        var answer = await groups.LeaveAsync(request.GroupId, members).WaitAsync(stopping).ConfigureAwait(false);
        if (context.Version < FirstWithMany)
        {
            var error = answer.Error != ErrorCode.None ? answer.Error : answer.Members[0].Error;
            return new LeaveGroupResponse { ErrorCode = (short)error };
        }

        return new LeaveGroupResponse
        {
            ErrorCode = (short)answer.Error,
            Members = [.. answer.Members.Select(item => new LeaveGroupResponse.MemberResponse
            {
                MemberId = item.Member.MemberId,
                GroupInstanceId = item.Member.InstanceId,
                ErrorCode = (short)item.Error,
            })],
        };
    }
}

using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>DescribeGroups v0 to v5.</summary>
sealed class DescribeGroupsHandler(GroupCoordinator groups) : RequestHandler<DescribeGroupsRequest, DescribeGroupsResponse>(
    ApiKey.DescribeGroups, DescribeGroupsRequest.MinVersion, DescribeGroupsRequest.MaxVersion, DescribeGroupsRequest.Read)
{
    /// <summary>
    /// What every client may do with a group while there is no authorizer: read, delete, describe (a bit field of ACL operations, KIP-430).
    /// </summary>
    const int GroupOperations = (1 << 3) | (1 << 6) | (1 << 8);

    protected override async ValueTask<DescribeGroupsResponse?> HandleAsync(
        DescribeGroupsRequest request, RequestContext context, CancellationToken stopping)
    {
        var described = await groups.DescribeAsync(request.Groups).WaitAsync(stopping).ConfigureAwait(false);
        return new DescribeGroupsResponse
        {
            Groups = [.. described.Select(group => new DescribeGroupsResponse.DescribedGroup
            {
                ErrorCode = (short)group.Error,
                GroupId = group.GroupId,
                GroupState = group.State,
                ProtocolType = group.ProtocolType,
                ProtocolData = group.Protocol,
                Members = [.. group.Members.Select(member => new DescribeGroupsResponse.DescribedGroupMember
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.InstanceId,
                    ClientId = member.ClientId,
                    ClientHost = member.ClientHost,
                    MemberMetadata = member.Metadata,
                    MemberAssignment = member.Assignment,
                })],
                AuthorizedOperations = request.IncludeAuthorizedOperations && group.Error == ErrorCode.None
                    ? GroupOperations
                    : int.MinValue,
            })],
        };
    }
}

using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>DeleteGroups v0 to v2: groups without members, with their offsets.</summary>
sealed class DeleteGroupsHandler(BrokerServices broker) : RequestHandler<DeleteGroupsRequest, DeleteGroupsResponse>(
    ApiKey.DeleteGroups, DeleteGroupsRequest.MinVersion, DeleteGroupsRequest.MaxVersion, DeleteGroupsRequest.Read)
{
    protected override async ValueTask<DeleteGroupsResponse?> HandleAsync(DeleteGroupsRequest request, RequestContext context, CancellationToken stopping)
    {
        var groupIds = request.GroupsNames.Distinct().ToList();
        var results = await broker.Groups.DeleteAsync(groupIds).WaitAsync(stopping).ConfigureAwait(false);
        return new DeleteGroupsResponse
        {
            Results = [.. groupIds.Zip(results).Select(item => new DeleteGroupsResponse.DeletableGroupResult { GroupId = item.First, ErrorCode = (short)item.Second })],
        };
    }
}

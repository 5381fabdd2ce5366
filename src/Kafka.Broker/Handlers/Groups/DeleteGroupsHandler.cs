using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>DeleteGroups v0 to v2: groups without members, with their offsets.</summary>
sealed class DeleteGroupsHandler(GroupCoordinator groups) : RequestHandler<DeleteGroupsRequest, DeleteGroupsResponse>(
    ApiKey.DeleteGroups, DeleteGroupsRequest.MinVersion, DeleteGroupsRequest.MaxVersion, DeleteGroupsRequest.Read)
{
    protected override async ValueTask<DeleteGroupsResponse?> HandleAsync(
        DeleteGroupsRequest request, RequestContext context, CancellationToken stopping)
    {
        var results = await groups.DeleteAsync(request.GroupsNames).WaitAsync(stopping).ConfigureAwait(false);
        return new DeleteGroupsResponse
        {
            Results = [.. results.Select(item => new DeleteGroupsResponse.DeletableGroupResult
            {
                GroupId = item.Key,
                ErrorCode = (short)item.Value,
            })],
        };
    }
}

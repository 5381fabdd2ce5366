using Kafka.Broker.Groups;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Groups;

/// <summary>ListGroups v0 to v5, filtered by state from v4 (KIP-518) and type from v5; every group here is a classic one.</summary>
sealed class ListGroupsHandler(GroupCoordinator groups) : RequestHandler<ListGroupsRequest, ListGroupsResponse>(
    ApiKey.ListGroups, ListGroupsRequest.MinVersion, ListGroupsRequest.MaxVersion, ListGroupsRequest.Read)
{
    const string Classic = "classic";

    protected override async ValueTask<ListGroupsResponse?> HandleAsync(
        ListGroupsRequest request, RequestContext context, CancellationToken stopping)
    {
        var (error, listed) = await groups.ListAsync().WaitAsync(stopping).ConfigureAwait(false);
        var states = request.StatesFilter.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var types = request.TypesFilter.ToHashSet(StringComparer.OrdinalIgnoreCase);
        context.ResponseSize = 64 + (listed.Count * 64);
        return new ListGroupsResponse
        {
            ErrorCode = (short)error,
            Groups = [.. listed
                .Where(group => (states.Count == 0 || states.Contains(group.State.ToString()))
                    && (types.Count == 0 || types.Contains(Classic)))
                .Select(group => new ListGroupsResponse.ListedGroup
                {
                    GroupId = group.GroupId,
                    ProtocolType = group.ProtocolType,
                    GroupState = group.State.ToString(),
                    GroupType = Classic,
                })],
        };
    }
}

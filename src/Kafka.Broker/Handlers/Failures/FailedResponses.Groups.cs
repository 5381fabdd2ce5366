using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Broker.Handlers.Failures;

/// <summary>Of consumer groups.</summary>
static partial class FailedResponses
{
    const short FirstWithManyKeys = 4, FirstOffsetFetchWithTopError = 2, FirstWithManyGroups = 8, FirstJoinWithNullProtocol = 7;

    static IKafkaResponse? OfGroups(IKafkaRequest request, short version, short code) => request switch
    {
        FindCoordinatorRequest asked => FindCoordinator(asked, version, code),
        JoinGroupRequest asked => new JoinGroupResponse
        {
            ErrorCode = code,
            ProtocolName = version >= FirstJoinWithNullProtocol ? null : "",
            MemberId = asked.MemberId,
        },
        SyncGroupRequest => new SyncGroupResponse { ErrorCode = code },
        HeartbeatRequest => new HeartbeatResponse { ErrorCode = code },
        LeaveGroupRequest => new LeaveGroupResponse { ErrorCode = code },
        ListGroupsRequest => new ListGroupsResponse { ErrorCode = code },
        DescribeGroupsRequest asked => new DescribeGroupsResponse
        {
            Groups = asked.Groups.ConvertAll(group => new DescribeGroupsResponse.DescribedGroup { ErrorCode = code, GroupId = group }),
        },
        DeleteGroupsRequest asked => new DeleteGroupsResponse
        {
            Results = asked.GroupsNames.ConvertAll(group => new DeleteGroupsResponse.DeletableGroupResult
            {
                ErrorCode = code,
                GroupId = group,
            }),
        },
        OffsetDeleteRequest => new OffsetDeleteResponse { ErrorCode = code },
        OffsetCommitRequest asked => OffsetCommit(asked, code),
        OffsetFetchRequest asked => version >= FirstWithManyGroups ? OffsetFetchOfGroups(asked, code)
            : version >= FirstOffsetFetchWithTopError ? new OffsetFetchResponse { ErrorCode = code }
            : OffsetFetchOfPartitions(asked, code),
        _ => null,
    };

    static FindCoordinatorResponse FindCoordinator(FindCoordinatorRequest asked, short version, short code) => version < FirstWithManyKeys
        ? new() { ErrorCode = code, ErrorMessage = null, NodeId = -1, Host = "", Port = -1 }
        : new()
        {
            Coordinators = asked.CoordinatorKeys.ConvertAll(key => new FindCoordinatorResponse.Coordinator
            {
                Key = key,
                NodeId = -1,
                Host = "",
                Port = -1,
                ErrorCode = code,
                ErrorMessage = null,
            }),
        };

    static OffsetCommitResponse OffsetCommit(OffsetCommitRequest asked, short code) => new()
    {
        Topics = asked.Topics.ConvertAll(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
        {
            Name = topic.Name,
            Partitions = topic.Partitions.ConvertAll(partition => new OffsetCommitResponse.OffsetCommitResponsePartition
            {
                PartitionIndex = partition.PartitionIndex,
                ErrorCode = code,
            }),
        }),
    };

    static OffsetFetchResponse OffsetFetchOfGroups(OffsetFetchRequest asked, short code) => new()
    {
        Groups = asked.Groups.ConvertAll(group => new OffsetFetchResponse.OffsetFetchResponseGroup
        {
            GroupId = group.GroupId,
            ErrorCode = code,
        }),
    };

    static OffsetFetchResponse OffsetFetchOfPartitions(OffsetFetchRequest asked, short code) => new()
    {
        Topics = (asked.Topics ?? []).ConvertAll(topic => new OffsetFetchResponse.OffsetFetchResponseTopic
        {
            Name = topic.Name,
            Partitions = topic.PartitionIndexes.ConvertAll(partition => new OffsetFetchResponse.OffsetFetchResponsePartition
            {
                PartitionIndex = partition,
                CommittedOffset = -1,
                Metadata = "",
                ErrorCode = code,
            }),
        }),
    };
}

using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Tests.Commands;

/// <summary>The coordinator: one group, "readers", which has committed in two partitions.</summary>
public sealed partial class GroupCommandTests
{
    IKafkaResponse? Answer(IKafkaRequest request) => request switch
    {
        MetadataRequest metadata => Metadata(metadata),
        FindCoordinatorRequest find => new FindCoordinatorResponse
        {
            Coordinators = [.. find.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator
            {
                Key = key, NodeId = 0, Host = "127.0.0.1", Port = broker.Port,
            })],
        },
        ListGroupsRequest => new ListGroupsResponse
        {
            Groups = committed.Count + members.Count == 0
                ? []
                : [new() { GroupId = "readers", ProtocolType = "consumer", GroupType = isShare ? "Share" : "Classic" }],
        },
        DescribeGroupsRequest => new DescribeGroupsResponse { Groups = [Described()] },
        ShareGroupDescribeRequest => new ShareGroupDescribeResponse { Groups = [new() { GroupId = "readers", GroupState = "Empty" }] },
        DescribeShareGroupOffsetsRequest => new DescribeShareGroupOffsetsResponse { Groups = [Starts()] },
        OffsetFetchRequest fetch => new OffsetFetchResponse
        {
            Groups = [.. fetch.Groups.Select(group => new OffsetFetchResponse.OffsetFetchResponseGroup
            {
                GroupId = group.GroupId,
                Topics = [new()
                {
                    Name = "orders",
                    Partitions = [.. committed.Select(c => new OffsetFetchResponse.OffsetFetchResponsePartitions
                    {
                        PartitionIndex = c.Key.Partition, CommittedOffset = c.Value,
                    })],
                }],
            })],
        },
        ListOffsetsRequest list => Listed(list),
        FetchRequest => new FetchResponse { ErrorCode = (short)ErrorCode.UnknownServerError },
        OffsetCommitRequest commit => Commit(commit),
        OffsetDeleteRequest delete => Delete(delete),
        DeleteGroupsRequest => Gone(),
        LeaveGroupRequest leave => Leave(leave),
        _ => null,
    };

    DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup Starts() => new()
    {
        GroupId = "readers",
        Topics = [new()
        {
            TopicName = "orders",
            Partitions = [.. committed.Select(c => new DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponsePartition
            {
                PartitionIndex = c.Key.Partition, StartOffset = c.Value,
            })],
        }],
    };

    DescribeGroupsResponse.DescribedGroup Described() => new()
    {
        GroupId = "readers",
        GroupState = members.Count > 0 ? "Stable" : "Empty",
        ProtocolType = "consumer",
        Members = [.. members.Select(id => new DescribeGroupsResponse.DescribedGroupMember
        {
            MemberId = id,
            ClientHost = "/h",
            MemberAssignment = orders0,
        })],
    };

    MetadataResponse Metadata(MetadataRequest request)
    {
        var answer = broker.Metadata();
        answer.Topics = [.. (request.Topics ?? []).Select(topic => topic.Name == "orders"
            ? new MetadataResponse.MetadataResponseTopic
            {
                Name = topic.Name, Partitions = [new() { PartitionIndex = 0, LeaderId = 0 }, new() { PartitionIndex = 1, LeaderId = 0 }],
            }
            : new MetadataResponse.MetadataResponseTopic { Name = topic.Name, ErrorCode = (short)ErrorCode.UnknownTopicOrPartition })];
        return answer;
    }

    ListOffsetsResponse Listed(ListOffsetsRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(one => new ListOffsetsResponse.ListOffsetsPartitionResponse
            {
                PartitionIndex = one.PartitionIndex,
                Timestamp = one.Timestamp >= 0 && one.PartitionIndex == 0 ? written : -1,
                Offset = one.Timestamp switch { -1 => 100, -2 => 10, _ => one.PartitionIndex == 0 ? 33 : -1 },
            })],
        })],
    };

    OffsetCommitResponse Commit(OffsetCommitRequest request)
    {
        Assert.Equal((-1, ""), (request.GenerationIdOrMemberEpoch, request.MemberId));
        return new()
        {
            Topics = [.. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitResponseTopic
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(one =>
                {
                    var partition = new TopicPartition(topic.Name, one.PartitionIndex);
                    if (refuse(partition) == ErrorCode.None)
                    {
                        committed[partition] = one.CommittedOffset;
                    }

                    return new OffsetCommitResponse.OffsetCommitResponsePartition
                    {
                        PartitionIndex = one.PartitionIndex, ErrorCode = (short)refuse(partition),
                    };
                })],
            })],
        };
    }

    OffsetDeleteResponse Delete(OffsetDeleteRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new OffsetDeleteResponse.OffsetDeleteResponseTopic
        {
            Name = topic.Name,
            Partitions = [.. topic.Partitions.Select(one =>
            {
                committed.Remove(new(topic.Name, one.PartitionIndex));
                return new OffsetDeleteResponse.OffsetDeleteResponsePartition { PartitionIndex = one.PartitionIndex };
            })],
        })],
    };

    DeleteGroupsResponse Gone()
    {
        committed.Clear();
        return new() { Results = [new() { GroupId = "readers" }] };
    }

    LeaveGroupResponse Leave(LeaveGroupRequest request) => new()
    {
        Members = [.. request.Members.Select(one => new LeaveGroupResponse.MemberResponse
        {
            MemberId = one.MemberId,
            ErrorCode = (short)(members.Remove(one.MemberId) ? ErrorCode.None : ErrorCode.UnknownMemberId),
        })],
    };
}

using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>What coordinators answer of each kind of group, as one description.</summary>
static class GroupDescriptions
{
    /// <summary>The MemberType of a member of ConsumerGroupDescribe v1 that speaks the classic protocol.</summary>
    const sbyte ClassicMember = 0;

    internal static GroupDescription Of(DescribeGroupsResponse.DescribedGroup group, int coordinator) => new(
        group.GroupId,
        group.GroupState,
        group.ProtocolType,
        group.ProtocolData,
        coordinator,
        [.. group.Members.Select(member => new MemberDescription(
            member.MemberId,
            member.GroupInstanceId,
            member.ClientId,
            member.ClientHost,
            // the bytes are the clients' own; Kafka Connect and others have another format in them
            group.ProtocolType == ConsumerProtocol.Type ? ConsumerProtocol.ReadAssignment(member.MemberAssignment) : []))]);

    internal static GroupDescription Of(ConsumerGroupDescribeResponse.DescribedGroup group, int coordinator) => new(
        group.GroupId,
        group.GroupState,
        ConsumerProtocol.Type,
        group.AssignorName,
        coordinator,
        [.. group.Members.Select(member => new MemberDescription(
            member.MemberId,
            member.InstanceId,
            member.ClientId,
            member.ClientHost,
            Partitions(member.Assignment))
        {
            Epoch = member.MemberEpoch,
            Target = Partitions(member.TargetAssignment),
            IsClassic = member.MemberType == ClassicMember,
        })])
    {
        Epoch = group.GroupEpoch,
        AssignmentEpoch = group.AssignmentEpoch,
    };

    internal static GroupDescription Of(ShareGroupDescribeResponse.DescribedGroup group, int coordinator) => new(
        group.GroupId,
        group.GroupState,
        "share",
        group.AssignorName,
        coordinator,
        [.. group.Members.Select(member => new MemberDescription(
            member.MemberId,
            null,
            member.ClientId,
            member.ClientHost,
            [.. from topic in member.Assignment.TopicPartitions
                from partition in topic.Partitions
                select new TopicPartition(topic.TopicName, partition)])
        {
            Epoch = member.MemberEpoch,
        })])
    {
        Epoch = group.GroupEpoch,
        AssignmentEpoch = group.AssignmentEpoch,
    };

    internal static GroupDescription Of(StreamsGroupDescribeResponse.DescribedGroup group, int coordinator)
    {
        var topology = group.Topology?.Subtopologies?.Select(Of).ToList() ?? [];
        return new(
            group.GroupId,
            group.GroupState,
            "streams",
            "",
            coordinator,
            [.. group.Members.Select(member => Of(member, topology))])
        {
            Epoch = group.GroupEpoch,
            AssignmentEpoch = group.AssignmentEpoch,
            TopologyEpoch = group.Topology?.Epoch,
            Topology = topology,
        };
    }

    static MemberDescription Of(StreamsGroupDescribeResponse.Member member, List<SubtopologyDescription> topology)
    {
        var tasks = Tasks(member.Assignment);
        return new MemberDescription(
            member.MemberId, member.InstanceId, member.ClientId, member.ClientHost, Read(tasks, topology))
        {
            Epoch = member.MemberEpoch,
            IsClassic = member.IsClassic,
            Tasks = tasks,
            TargetTasks = Tasks(member.TargetAssignment),
        };
    }

    static SubtopologyDescription Of(StreamsGroupDescribeResponse.Subtopology one) => new(
        one.SubtopologyId,
        one.SourceTopics,
        [.. one.RepartitionSourceTopics.Select(topic => topic.Name)],
        one.RepartitionSinkTopics,
        [.. one.StateChangelogTopics.Select(topic => topic.Name)]);

    static List<StreamsTask> Tasks(StreamsGroupDescribeResponse.Assignment assignment) =>
    [
        .. Of(assignment.ActiveTasks, TaskRole.Active),
        .. Of(assignment.StandbyTasks, TaskRole.Standby),
        .. Of(assignment.WarmupTasks, TaskRole.WarmUp),
    ];

    static IEnumerable<StreamsTask> Of(IEnumerable<StreamsGroupDescribeResponse.TaskIds> ids, TaskRole role) =>
        ids.SelectMany(one => one.Partitions, (one, partition) => new StreamsTask(role, one.SubtopologyId, partition));

    /// <summary>
    /// An active task reads the partition of its number of each topic that its subtopology reads. A topic with fewer partitions than
    /// another of its subtopology has no such partition; the offsets of the group do not name it then either.
    /// </summary>
    static List<TopicPartition> Read(List<StreamsTask> tasks, List<SubtopologyDescription> topology) =>
    [
        .. from task in tasks
           // standbys and warm-ups restore state from changelogs and read none of the sources
           where task.Role == TaskRole.Active
           from part in topology
           where part.Id == task.Subtopology
           from topic in part.Sources.Concat(part.RepartitionSources)
           select new TopicPartition(topic, task.Partition),
    ];

    static List<TopicPartition> Partitions(ConsumerGroupDescribeResponse.Assignment assignment) =>
    [
        .. from topic in assignment.TopicPartitions
           from partition in topic.Partitions
           select new TopicPartition(topic.TopicName, partition),
    ];
}

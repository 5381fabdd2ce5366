using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Members and topology of a group, from what its coordinator described.</summary>
static class GroupDetails
{
    public static ImmutableArray<GroupMemberInfo> Members(GroupKind kind, GroupDescription group, TopicTable? topics) =>
        [.. group.Members.Select(member => Of(member, kind == GroupKind.Streams ? topics : null))];

    public static StreamsTopology? Topology(GroupDescription group) => group.TopologyEpoch is not { } epoch ? null : new(
        epoch,
        [.. group.Topology.OrderBy(part => part.Id, StringComparer.Ordinal).Select(part => new Subtopology(
            part.Id, [.. part.Sources], [.. part.RepartitionSources], [.. part.RepartitionSinks], [.. part.Changelogs]))]);

    /// <param name="there">
    /// Of a streams group: what a task reads follows from its topology, and topics of one subtopology may have different numbers of
    /// partitions.
    /// </param>
    static GroupMemberInfo Of(MemberDescription member, TopicTable? there) => new(
        member.MemberId,
        member.InstanceId,
        member.ClientId,
        member.Host,
        [.. member.Assignment.Where(partition => there is null || there.Find(partition) is not null).Order()])
    {
        Epoch = member.Epoch,
        Target = member.Target is null ? null : [.. member.Target.Order()],
        IsClassic = member.IsClassic,
        Tasks = [.. member.Tasks.Order()],
        TargetTasks = member.TargetTasks is null ? null : [.. member.TargetTasks.Order()],
    };
}

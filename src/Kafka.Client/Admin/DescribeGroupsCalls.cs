using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>A member of a group and what it reads; no partitions when its protocol is not the consumers' own.</summary>
public sealed record MemberDescription(
    string MemberId, string? InstanceId, string ClientId, string Host, IReadOnlyList<TopicPartition> Assignment);

/// <summary>A group with its members.</summary>
/// <param name="State">As Kafka names it: Stable, Empty, PreparingRebalance, CompletingRebalance, Dead, Assigning, Reconciling.</param>
/// <param name="Protocol">The assignor; empty when there are no members.</param>
public sealed record GroupDescription(
    string GroupId, string State, string ProtocolType, string Protocol, int Coordinator, IReadOnlyList<MemberDescription> Members);

/// <summary>State and members of many groups, in few requests a coordinator and kind of group.</summary>
public static class DescribeGroupsCalls
{
    /// <summary>Groups in one request: an answer carries every member's metadata.</summary>
    const int AtOnce = 200;

    /// <summary>
    /// Groups of type consumer (KIP-848) are asked for with their own API. A coordinator that does not answer fails its own groups only.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, BrokerAnswer<GroupDescription>>> DescribeGroupsAsync(
        this KafkaCluster cluster, IReadOnlyCollection<ListedGroup> groups, CancellationToken cancellationToken)
    {
        var classic = PerGroup.CollectAsync(
            PerGroup.ByCoordinator(groups.Where(group => !IsConsumer(group))),
            (coordinator, ids) => ClassicAsync(cluster, coordinator, ids, cancellationToken));
        var consumer = PerGroup.CollectAsync(
            PerGroup.ByCoordinator(groups.Where(IsConsumer)),
            (coordinator, ids) => ConsumerAsync(cluster, coordinator, ids, cancellationToken));
        var all = new Dictionary<string, BrokerAnswer<GroupDescription>>(await classic.ConfigureAwait(false));
        foreach (var (group, answer) in await consumer.ConfigureAwait(false))
        {
            all[group] = answer;
        }

        return all;
    }

    static bool IsConsumer(ListedGroup group) => string.Equals(group.Type, "consumer", StringComparison.OrdinalIgnoreCase);

    static async Task<Dictionary<string, BrokerAnswer<GroupDescription>>> ClassicAsync(
        KafkaCluster cluster, int coordinator, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(ids.Chunk(AtOnce).Select(some =>
            cluster.SendAsync(coordinator, new DescribeGroupsRequest { Groups = [.. some] }, cancellationToken))).ConfigureAwait(false);
        return answers.SelectMany(answer => answer.Groups)
            .ToDictionary(group => group.GroupId, group => Results.Answer(group.ErrorCode, () => Classic(group, coordinator)));
    }

    static GroupDescription Classic(DescribeGroupsResponse.DescribedGroup group, int coordinator) => new(
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
            group.ProtocolType == ConsumerProtocol.Type ? ConsumerProtocol.ReadAssignment(member.MemberAssignment) : []))]);

    static async Task<Dictionary<string, BrokerAnswer<GroupDescription>>> ConsumerAsync(
        KafkaCluster cluster, int coordinator, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(ids.Chunk(AtOnce).Select(some =>
            cluster.SendAsync(
                coordinator,
                new ConsumerGroupDescribeRequest { GroupIds = [.. some] },
                cancellationToken))).ConfigureAwait(false);
        return answers.SelectMany(answer => answer.Groups)
            .ToDictionary(
                group => group.GroupId,
                group => Results.Answer(group.ErrorCode, () => Consumer(group, coordinator), group.ErrorMessage));
    }

    static GroupDescription Consumer(ConsumerGroupDescribeResponse.DescribedGroup group, int coordinator) => new(
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
            [.. from topic in member.Assignment.TopicPartitions
                from partition in topic.Partitions
                select new TopicPartition(topic.TopicName, partition)]))]);
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Dashboard.Monitoring.Collectors;

/// <summary>Reads the groups of one coordinator.</summary>
sealed class GroupReader(CollectorContext context, KafkaCluster kafka)
{
    /// <summary>Groups described in one request: an answer carries every member's metadata.</summary>
    const int DescribedAtOnce = 200;

    const short ManyGroupsVersion = 8;

    /// <param name="only">Groups whose offsets to read; null: all.</param>
    public async Task<CoordinatorAnswer> ReadAsync(int broker, HashSet<string>? only, CancellationToken cancellation)
    {
        List<ListGroupsResponse.ListedGroup> listed = [];
        try
        {
            var list = await kafka.SendAsync(broker, new ListGroupsRequest(), cancellation).ConfigureAwait(false);
            KafkaException.ThrowIfError(list.ErrorCode);
            listed = list.Groups;
            var wanted = listed.Where(g => only is null || only.Contains(g.GroupId)).ToList();
            var described = DescribeAsync(broker, [.. wanted.Where(g => g.GroupType != "consumer")], cancellation);
            var modern = DescribeModernAsync(broker, [.. wanted.Where(g => g.GroupType == "consumer").Select(g => g.GroupId)], cancellation);
            var offsets = OffsetsAsync(broker, [.. wanted.Select(g => g.GroupId)], cancellation);
            await Task.WhenAll(described, modern, offsets).ConfigureAwait(false);
            return new CoordinatorAnswer(broker, listed, Join(broker, wanted, await described.ConfigureAwait(false), await modern.ConfigureAwait(false), await offsets.ConfigureAwait(false)), null);
        }
        catch (KafkaException failure)
        {
            return new CoordinatorAnswer(broker, listed, [], context.Error(failure, context.BrokerName(broker)));
        }
    }

    Dictionary<string, RawGroup> Join(
        int broker,
        List<ListGroupsResponse.ListedGroup> listed,
        Dictionary<string, DescribeGroupsResponse.DescribedGroup> described,
        Dictionary<string, ConsumerGroupDescribeResponse.DescribedGroup> modern,
        Dictionary<string, GroupOffsets> offsets)
    {
        var groups = new Dictionary<string, RawGroup>(listed.Count);
        foreach (var group in listed)
        {
            var (state, protocol, members) = described.TryGetValue(group.GroupId, out var classic)
                ? (classic.GroupState, Blank(classic.ProtocolData), GroupMembers.Classic(classic))
                : modern.TryGetValue(group.GroupId, out var consumer)
                    ? (consumer.GroupState, Blank(consumer.AssignorName), GroupMembers.Modern(consumer))
                    : (group.GroupState.Length > 0 ? group.GroupState : "Unknown", null, []);
            var committed = offsets.GetValueOrDefault(group.GroupId);
            groups[group.GroupId] = new RawGroup(
                group.GroupId, state, Blank(group.GroupType), Blank(group.ProtocolType), protocol, broker, members,
                committed?.Offsets ?? [], context.Now, committed?.Error);
        }

        return groups;
    }

    static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;

    /// <summary>Groups without members need no description: ListGroups v4 tells that they are empty.</summary>
    async Task<Dictionary<string, DescribeGroupsResponse.DescribedGroup>> DescribeAsync(int broker, List<ListGroupsResponse.ListedGroup> groups, CancellationToken cancellation)
    {
        var ids = groups.Where(g => g.GroupState is not ("Empty" or "Dead")).Select(g => g.GroupId);
        var answers = await Task.WhenAll(ids.Chunk(DescribedAtOnce).Select(some =>
            kafka.SendAsync(broker, new DescribeGroupsRequest { Groups = [.. some] }, cancellation))).ConfigureAwait(false);
        return answers.SelectMany(a => a.Groups).Where(g => g.ErrorCode == 0).ToDictionary(g => g.GroupId);
    }

    async Task<Dictionary<string, ConsumerGroupDescribeResponse.DescribedGroup>> DescribeModernAsync(int broker, List<string> ids, CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(ids.Chunk(DescribedAtOnce).Select(some =>
            kafka.SendAsync(broker, new ConsumerGroupDescribeRequest { GroupIds = [.. some] }, cancellation))).ConfigureAwait(false);
        return answers.SelectMany(a => a.Groups).Where(g => g.ErrorCode == 0).ToDictionary(g => g.GroupId);
    }

    async Task<Dictionary<string, GroupOffsets>> OffsetsAsync(int broker, List<string> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0)
        {
            return [];
        }

        if (await kafka.UseAsync(broker, (connection, _) => Task.FromResult(connection.Supports(ApiKey.OffsetFetch, ManyGroupsVersion)), cancellation).ConfigureAwait(false))
        {
            var request = new OffsetFetchRequest { Groups = [.. ids.Select(id => new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = id, Topics = null })] };
            var answer = await kafka.SendAsync(broker, request, cancellation).ConfigureAwait(false);
            return answer.Groups.ToDictionary(g => g.GroupId, Of);
        }

        var answers = await Task.WhenAll(ids.Select(async id =>
            (id, Answer: await kafka.SendAsync(broker, new OffsetFetchRequest { GroupId = id, Topics = null }, cancellation).ConfigureAwait(false)))).ConfigureAwait(false);
        return answers.ToDictionary(a => a.id, a => Of(a.Answer));
    }

    GroupOffsets Of(OffsetFetchResponse.OffsetFetchResponseGroup group) => new(
        [
            .. group.Topics.SelectMany(t => t.Partitions, (t, p) => (t, p)).Where(x => x.p.ErrorCode == 0)
                .Select(x => new CommittedOffset(x.t.Name, x.p.PartitionIndex, x.p.CommittedOffset, Blank(x.p.Metadata))),
        ],
        ErrorOf(group.ErrorCode, group.GroupId));

    GroupOffsets Of(OffsetFetchResponse answer) => new(
        [
            .. answer.Topics.SelectMany(t => t.Partitions, (t, p) => (t, p)).Where(x => x.p.ErrorCode == 0)
                .Select(x => new CommittedOffset(x.t.Name, x.p.PartitionIndex, x.p.CommittedOffset, Blank(x.p.Metadata))),
        ],
        ErrorOf(answer.ErrorCode, "the group"));

    SectionError? ErrorOf(short code, string group) => code == 0 ? null : context.Error(new KafkaException((ErrorCode)code), $"the coordinator of {group}");

    sealed record GroupOffsets(ImmutableArray<CommittedOffset> Offsets, SectionError? Error);
}

/// <summary>Members and what they read, from both kinds of groups.</summary>
static class GroupMembers
{
    public static ImmutableArray<GroupMember> Classic(DescribeGroupsResponse.DescribedGroup group) =>
        [.. group.Members.Select(m => new GroupMember(m.MemberId, m.GroupInstanceId, m.ClientId, m.ClientHost, Assignment(group.ProtocolType, m.MemberAssignment)))];

    public static ImmutableArray<GroupMember> Modern(ConsumerGroupDescribeResponse.DescribedGroup group) =>
        [
            .. group.Members.Select(m => new GroupMember(
                m.MemberId, m.InstanceId, m.ClientId, m.ClientHost,
                [.. m.Assignment.TopicPartitions.SelectMany(t => t.Partitions, (t, p) => new PartitionKey(t.TopicName, p)).Order()])),
        ];

    /// <summary>Only consumers' assignments can be read: other protocols put there what they like.</summary>
    static ImmutableArray<PartitionKey> Assignment(string protocolType, ReadOnlyMemory<byte> assignment)
    {
        if (protocolType != "consumer" || assignment.Length < 2)
        {
            return [];
        }

        try
        {
            var reader = new WireReader(assignment);
            var version = Math.Clamp(reader.ReadInt16(), ConsumerProtocolAssignment.MinVersion, ConsumerProtocolAssignment.MaxVersion);
            var read = ConsumerProtocolAssignment.Read(ref reader, version);
            return [.. read.AssignedPartitions.SelectMany(t => t.Partitions, (t, p) => new PartitionKey(t.Topic, p)).Order()];
        }
        catch (WireFormatException)
        {
            return [];
        }
    }
}

using Kafka.Protocol;
using Kafka.Protocol.Messages;
using GroupOffsets = System.Collections.Generic.IReadOnlyList<Kafka.Client.Admin.CommittedOffset>;

namespace Kafka.Client.Admin;

/// <summary>A committed offset.</summary>
/// <param name="Offset">-1 when nothing is committed.</param>
/// <param name="LeaderEpoch">Of the last record read, -1 when not known.</param>
public readonly record struct CommittedOffset(string Topic, int Partition, long Offset, int LeaderEpoch, string? Metadata, ErrorCode Error);

/// <summary>
/// Committed offsets of many groups: <see cref="GroupsOfOne"/> a request from OffsetFetch v8 on (KIP-709), below it one a group, pipelined.
/// An answer is read whole before it is decoded: one for ten thousand groups would take megabytes.
/// </summary>
public static class OffsetFetchCalls
{
    const short ManyGroups = 8;

    /// <summary>KIP-447.</summary>
    const short Stable = 7;

    /// <summary>Groups of one request.</summary>
    const int GroupsOfOne = 500;

    /// <summary>
    /// All offsets of each group, asked of the broker that listed it. A coordinator that does not answer fails its own groups only.
    /// </summary>
    public static Task<IReadOnlyDictionary<string, BrokerAnswer<GroupOffsets>>> FetchOffsetsAsync(
        this KafkaCluster cluster, IEnumerable<ListedGroup> groups, CancellationToken cancellationToken, TimeSpan? timeout = null) =>
        cluster.FetchOffsetsAsync(PerGroup.ByCoordinator(groups), cancellationToken, timeout);

    /// <summary>The same with the groups of each coordinator.</summary>
    public static Task<IReadOnlyDictionary<string, BrokerAnswer<GroupOffsets>>> FetchOffsetsAsync(
        this KafkaCluster cluster,
        IReadOnlyDictionary<int, IReadOnlyList<string>> byCoordinator,
        CancellationToken cancellationToken,
        TimeSpan? timeout = null) =>
        PerGroup.CollectAsync(byCoordinator, (coordinator, groups) => cluster.UseAsync(
            coordinator,
            (connection, left) => connection.Supports(ApiKey.OffsetFetch, ManyGroups)
                ? TogetherAsync(connection, groups, left, cancellationToken)
                : OneByOneAsync(connection, groups, left, cancellationToken),
            cancellationToken,
            timeout));

    /// <summary>The same with the coordinators looked up first, in one more request.</summary>
    public static async Task<IReadOnlyDictionary<string, BrokerAnswer<GroupOffsets>>> FetchOffsetsAsync(
        this KafkaCluster cluster, IReadOnlyCollection<string> groups, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        var coordinators = await cluster.FindCoordinatorsAsync(groups, cancellationToken).ConfigureAwait(false);
        var byCoordinator = coordinators.Where(one => one.Value.Succeeded).GroupBy(one => one.Value.Value.Id)
            .ToDictionary(broker => broker.Key, broker => (IReadOnlyList<string>)[.. broker.Select(one => one.Key)]);
        var fetched = await cluster.FetchOffsetsAsync(byCoordinator, cancellationToken, timeout).ConfigureAwait(false);
        var all = new Dictionary<string, BrokerAnswer<GroupOffsets>>(fetched);
        foreach (var (group, answer) in coordinators.Where(one => !one.Value.Succeeded))
        {
            all[group] = new BrokerAnswer<GroupOffsets>(answer.Error!);
        }

        return all;
    }

    /// <summary>
    /// One offset of a group, and never the one before of a transaction that is decided and not settled yet (KIP-447; brokers before 2.5
    /// do not tell them apart). Such a partition has to be named: among all of a group one with nothing committed so far is left out.
    /// </summary>
    /// <exception cref="KafkaException">
    /// The coordinator did not answer, or refused; <see cref="ErrorCode.UnstableOffsetCommit"/>: ask again.
    /// </exception>
    public static async Task<CommittedOffset> FetchStableOffsetAsync(
        this KafkaCluster cluster, string group, TopicPartition partition, CancellationToken cancellationToken)
    {
        var coordinators = await cluster.FindCoordinatorsAsync([group], cancellationToken).ConfigureAwait(false);
        var found = await cluster.UseAsync(
            coordinators[group].Require().Id,
            (connection, left) => connection.Supports(ApiKey.OffsetFetch, ManyGroups)
                ? OneOfManyAsync(connection, group, partition, left, cancellationToken)
                : OneAsync(connection, group, partition, left, cancellationToken),
            cancellationToken).ConfigureAwait(false);
        KafkaException.ThrowIfError((short)found.Error);
        return found;
    }

    static async Task<CommittedOffset> OneOfManyAsync(
        KafkaConnection connection, string group, TopicPartition partition, TimeSpan left, CancellationToken cancellationToken)
    {
        var topic = new OffsetFetchRequest.OffsetFetchRequestTopics { Name = partition.Topic, PartitionIndexes = [partition.Partition] };
        var request = new OffsetFetchRequest { Groups = [new() { GroupId = group, Topics = [topic] }], RequireStable = true };
        var answer = (await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false)).Groups.Single();
        KafkaException.ThrowIfError(answer.ErrorCode);
        return Offsets(answer, new NamePool()).Single();
    }

    static async Task<CommittedOffset> OneAsync(
        KafkaConnection connection, string group, TopicPartition partition, TimeSpan left, CancellationToken cancellationToken)
    {
        var topic = new OffsetFetchRequest.OffsetFetchRequestTopic { Name = partition.Topic, PartitionIndexes = [partition.Partition] };
        var request = new OffsetFetchRequest
        {
            GroupId = group,
            Topics = [topic],
            // older versions have no room for it, and a request that cannot be written is refused here
            RequireStable = connection.Supports(ApiKey.OffsetFetch, Stable),
        };
        var answer = await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false);
        KafkaException.ThrowIfError(answer.ErrorCode);
        return Offsets(answer).Single();
    }

    static async Task<Dictionary<string, BrokerAnswer<GroupOffsets>>> TogetherAsync(
        KafkaConnection connection, IReadOnlyList<string> groups, TimeSpan left, CancellationToken cancellationToken)
    {
        var offsets = new Dictionary<string, BrokerAnswer<GroupOffsets>>(groups.Count);
        // one for all chunks: groups of one cluster read the same topics
        var names = new NamePool();
        foreach (var some in groups.Chunk(GroupsOfOne))
        {
            var request = new OffsetFetchRequest
            {
                Groups = [.. some.Select(group => new OffsetFetchRequest.OffsetFetchRequestGroup { GroupId = group, Topics = null })],
            };
            var answer = await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false);
            foreach (var group in answer.Groups)
            {
                offsets[group.GroupId] = Results.Answer(group.ErrorCode, () => Offsets(group, names));
            }
        }

        return offsets;
    }

    static async Task<Dictionary<string, BrokerAnswer<GroupOffsets>>> OneByOneAsync(
        KafkaConnection connection, IReadOnlyList<string> groups, TimeSpan left, CancellationToken cancellationToken)
    {
        var calls = groups.Distinct().ToDictionary(
            group => group,
            // null: all topics; an empty list would ask for none
            group => connection.SendAsync(new OffsetFetchRequest { GroupId = group, Topics = null }, cancellationToken, left));
        await Task.WhenAll(calls.Values).ConfigureAwait(false);
        return calls.ToDictionary(call => call.Key, call => Results.Answer(call.Value.Result.ErrorCode, () => Offsets(call.Value.Result)));
    }

    static GroupOffsets Offsets(OffsetFetchResponse.OffsetFetchResponseGroup group, NamePool names)
    {
        // exactly as many: a group's offsets are kept, and a growing list would be half empty
        var offsets = new CommittedOffset[group.Topics.Sum(topic => topic.Partitions.Count)];
        var at = 0;
        foreach (var topic in group.Topics)
        {
            var name = names.One(topic.Name);
            foreach (var one in topic.Partitions)
            {
                offsets[at++] = new CommittedOffset(
                    name, one.PartitionIndex, one.CommittedOffset, one.CommittedLeaderEpoch, one.Metadata, (ErrorCode)one.ErrorCode);
            }
        }

        return offsets;
    }

    static GroupOffsets Offsets(OffsetFetchResponse answer) =>
    [
        .. from topic in answer.Topics
           from one in topic.Partitions
           select new CommittedOffset(
               topic.Name, one.PartitionIndex, one.CommittedOffset, one.CommittedLeaderEpoch, one.Metadata, (ErrorCode)one.ErrorCode),
    ];
}

using Kafka.Protocol;
using Kafka.Protocol.Messages;
using StartOffsets = System.Collections.Generic.IReadOnlyList<Kafka.Client.Admin.Groups.ShareStartOffset>;

namespace Kafka.Client.Admin.Groups;

/// <summary>Where a share group starts to read a partition: all before it is done with (KIP-932).</summary>
/// <param name="Offset">-1 before the partition was read for the first time.</param>
/// <param name="Lag">Records not done with yet; null where brokers do not tell it (before Kafka 4.2), or do not know it.</param>
public readonly record struct ShareStartOffset(string Topic, int Partition, long Offset, long? Lag, ErrorCode Error);

/// <summary>Start offsets of many share groups, in few requests a coordinator.</summary>
public static class ShareOffsetCalls
{
    /// <summary>Groups of one request.</summary>
    const int AtOnce = 200;

    /// <summary>
    /// All partitions of each group, asked of the broker that listed it. A coordinator that does not answer, or does not have the API,
    /// fails its own groups only.
    /// </summary>
    public static Task<IReadOnlyDictionary<string, BrokerAnswer<StartOffsets>>> FetchShareOffsetsAsync(
        this KafkaCluster cluster, IEnumerable<ListedGroup> groups, CancellationToken cancellationToken) =>
        PerGroup.CollectAsync(PerGroup.ByCoordinator(groups), (coordinator, ids) => cluster.UseAsync(
            coordinator,
            async (connection, left) =>
            {
                var offsets = new Dictionary<string, BrokerAnswer<StartOffsets>>(ids.Count);
                foreach (var some in ids.Chunk(AtOnce))
                {
                    var answer = await connection.SendAsync(Question(some), cancellationToken, left).ConfigureAwait(false);
                    answer.Groups.ForEach(group =>
                        offsets[group.GroupId] = Results.Answer(group.ErrorCode, () => Offsets(group), group.ErrorMessage));
                }

                return offsets;
            },
            cancellationToken));

    static DescribeShareGroupOffsetsRequest Question(string[] groups) => new()
    {
        Groups = [.. groups.Select(group =>
            new DescribeShareGroupOffsetsRequest.DescribeShareGroupOffsetsRequestGroup { GroupId = group, Topics = null })],
    };

    static StartOffsets Offsets(DescribeShareGroupOffsetsResponse.DescribeShareGroupOffsetsResponseGroup group) =>
    [
        .. group.Topics.SelectMany(topic => topic.Partitions, (topic, one) => new ShareStartOffset(
            topic.TopicName, one.PartitionIndex, one.StartOffset, one.Lag < 0 ? null : one.Lag, (ErrorCode)one.ErrorCode)),
    ];
}

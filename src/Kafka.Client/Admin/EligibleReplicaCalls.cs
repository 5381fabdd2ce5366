using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Kafka.Client.Admin;

/// <summary>Who may lead a partition without loss although it is out of the ISR (KIP-966).</summary>
/// <param name="Eligible">Replicas that have all that was committed; null where the broker keeps no account of it.</param>
/// <param name="LastKnown">The last of them, once none is left; null likewise.</param>
public sealed record EligibleReplicas(IReadOnlyList<int>? Eligible, IReadOnlyList<int>? LastKnown);

/// <summary>Asks for partitions page by page (DescribeTopicPartitions), as brokers of Kafka 4 have it.</summary>
public static class EligibleReplicaCalls
{
    /// <summary>Partitions of one answer.</summary>
    const int PageSize = 2000;

    /// <summary>
    /// Of all partitions of some topics, up to <paramref name="most"/>; null where the brokers do not have the API. What may not be seen,
    /// or is gone meanwhile, is left out.
    /// </summary>
    public static Task<IReadOnlyDictionary<TopicPartition, EligibleReplicas>?> DescribeEligibleReplicasAsync(
        this KafkaCluster cluster, IReadOnlyCollection<string> topics, int most, CancellationToken cancellationToken) =>
        cluster.UseAnyAsync(
            async (connection, left) => connection.Supports(ApiKey.DescribeTopicPartitions)
                ? await PagesAsync(connection, topics, most, left, cancellationToken).ConfigureAwait(false)
                : null,
            cancellationToken);

    static async Task<IReadOnlyDictionary<TopicPartition, EligibleReplicas>?> PagesAsync(
        KafkaConnection connection, IReadOnlyCollection<string> topics, int most, TimeSpan left, CancellationToken cancellationToken)
    {
        var request = new DescribeTopicPartitionsRequest
        {
            // in the broker's own order, by which its cursor goes on
            Topics = [.. topics.Order(StringComparer.Ordinal).Select(t => new DescribeTopicPartitionsRequest.TopicRequest { Name = t })],
            ResponsePartitionLimit = PageSize,
        };
        var all = new Dictionary<TopicPartition, EligibleReplicas>();
        DescribeTopicPartitionsResponse answer;
        do
        {
            answer = await connection.SendAsync(request, cancellationToken, left).ConfigureAwait(false);
            foreach (var topic in answer.Topics.Where(topic => topic.ErrorCode == (short)ErrorCode.None && topic.Name is not null))
            {
                foreach (var one in topic.Partitions)
                {
                    all[new(topic.Name!, one.PartitionIndex)] = new EligibleReplicas(one.EligibleLeaderReplicas, one.LastKnownElr);
                }
            }

            request.Cursor = answer.NextCursor is not { } next
                ? null
                : new DescribeTopicPartitionsRequest.PageCursor { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex };
        }
        while (request.Cursor is not null && all.Count < most);
        return all;
    }
}

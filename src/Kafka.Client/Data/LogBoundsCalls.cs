using System.Collections.Immutable;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Kafka.Client.Data;

/// <summary>Where a partition's log begins and ends, as its leader says.</summary>
/// <param name="Begin">Log start offset.</param>
/// <param name="End">High watermark.</param>
/// <param name="Stable">Last stable offset, not beyond the end; the end where it was not asked for.</param>
/// <param name="At">Of each time that was asked for the first record written then or later; its offset is -1: none is so young.</param>
public sealed record LogBounds(long Begin, long End, long Stable, ImmutableArray<ListedOffset> At);

/// <summary>
/// Where logs begin and end, and what lies at times: all leaders are asked side by side, each for all its partitions at once.
/// </summary>
public static class LogBoundsCalls
{
    /// <summary>Of each partition: one that has no leader, or whose leader does not answer, has the reason.</summary>
    /// <param name="leaders">A leader of -1 is none.</param>
    /// <param name="times">In ms since 1970.</param>
    /// <param name="stable">Whether <see cref="LogBounds.Stable"/> is asked for.</param>
    public static async Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<LogBounds>>> LogBoundsAsync(
        this KafkaCluster cluster, IReadOnlyDictionary<TopicPartition, int> leaders, IReadOnlyList<long> times,
        CancellationToken cancellationToken, bool stable = false)
    {
        var byLeader = leaders.Where(one => one.Value >= 0).GroupBy(one => one.Value, one => one.Key)
            .ToDictionary(leader => leader.Key, leader => (IReadOnlyList<TopicPartition>)[.. leader]);
        Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<ListedOffset>>> AskAsync(
            long time, IsolationLevel isolation = IsolationLevel.ReadUncommitted) =>
            cluster.ListOffsetsAsync(byLeader, time, cancellationToken, isolation);

        // ends first: asked for later, one could be past a record that the stable offset does not know of
        var ends = AskAsync(ListOffsetsCalls.Latest);
        var stables = stable ? AskAsync(ListOffsetsCalls.Latest, IsolationLevel.ReadCommitted) : ends;
        var found = await Task.WhenAll([ends, stables, AskAsync(ListOffsetsCalls.Earliest), .. times.Select(time => AskAsync(time))])
            .ConfigureAwait(false);
        return leaders.ToDictionary(one => one.Key, one => Of(one.Key));

        BrokerAnswer<LogBounds> Of(TopicPartition partition)
        {
            var answers = found.Select(answer => answer.TryGetValue(partition, out var one)
                ? one
                : new BrokerAnswer<ListedOffset>(KafkaException.NoLeader(partition))).ToArray();
            if (answers.Select(one => one.Error).FirstOrDefault(error => error is not null) is { } error)
            {
                return new(error);
            }

            var (end, last, begin) = (answers[0].Value.Offset, answers[1].Value.Offset, answers[2].Value.Offset);
            // min: the stable offset was asked for after the end, and may have passed it
            return new(new LogBounds(begin, end, Math.Min(last, end), [.. answers.Skip(3).Select(one => one.Value)]));
        }
    }
}

using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;

namespace Dashboard.Monitoring.Positions;

/// <summary>Where logs begin and end, and what lies at a time.</summary>
/// <param name="At">The first record of the time that was asked for, or after it; null: none was asked for.</param>
sealed record LogBounds(long Begin, long End, ListedOffset? At);

/// <summary>What is asked of the leaders of some partitions, all at once.</summary>
static class LogQuestions
{
    /// <summary>For the time of a record its batch is fetched: of no more partitions than a reader looks at.</summary>
    const int MostTimes = 24;

    const int BatchBytes = 16 << 10;

    /// <summary>Of what is there: a partition that has no leader, or whose leader does not answer, has the reason.</summary>
    /// <param name="time">In ms since 1970; null: where nothing is sought by time.</param>
    public static async Task<IReadOnlyDictionary<TopicPartition, BrokerAnswer<LogBounds>>> BoundsAsync(
        KafkaCluster kafka,
        MetadataResponse metadata,
        IReadOnlySet<TopicPartition> partitions,
        long? time,
        CancellationToken cancellationToken)
    {
        var byLeader = Leaders(metadata).Where(one => one.Value >= 0 && partitions.Contains(one.Key))
            .GroupBy(one => one.Value, one => one.Key)
            .ToDictionary(leader => leader.Key, leader => (IReadOnlyList<TopicPartition>)[.. leader]);
        var begins = kafka.ListOffsetsAsync(byLeader, ListOffsetsCalls.Earliest, cancellationToken);
        var ends = kafka.ListOffsetsAsync(byLeader, ListOffsetsCalls.Latest, cancellationToken);
        var found = time is null ? null : await kafka.ListOffsetsAsync(byLeader, time.Value, cancellationToken).ConfigureAwait(false);
        var (begin, end) = (await begins.ConfigureAwait(false), await ends.ConfigureAwait(false));
        return partitions.ToDictionary(one => one, one => Bounds(one));

        BrokerAnswer<LogBounds> Bounds(TopicPartition partition)
        {
            if (!begin.TryGetValue(partition, out var first) || !end.TryGetValue(partition, out var last))
            {
                return new(new KafkaException(ErrorCode.LeaderNotAvailable, $"{partition} has no leader now."));
            }

            var at = found?[partition];
            return (first.Error ?? last.Error ?? at?.Error) is { } error
                ? new BrokerAnswer<LogBounds>(error)
                : new BrokerAnswer<LogBounds>(new LogBounds(first.Value.Offset, last.Value.Offset, at?.Value));
        }
    }

    public static Dictionary<TopicPartition, int> Leaders(MetadataResponse metadata) => metadata.Topics
        .Where(topic => topic.Name is not null)
        .SelectMany(topic => topic.Partitions, (topic, one) => (Key: new TopicPartition(topic.Name!, one.PartitionIndex), one.LeaderId))
        .ToDictionary(one => one.Key, one => one.LeaderId);

    /// <summary>
    /// When the records at these places were written: by the first of their batch. What is not answered, or not there, is left out. Of the
    /// first few partitions alone.
    /// </summary>
    public static async Task<IReadOnlyDictionary<(TopicPartition, long), DateTimeOffset>> TimesAsync(
        KafkaCluster kafka,
        IReadOnlyDictionary<TopicPartition, int> leaders,
        IEnumerable<(TopicPartition Partition, long Offset)> places,
        CancellationToken cancellationToken)
    {
        var times = new Dictionary<(TopicPartition, long), DateTimeOffset>();
        var asked = places.Distinct().Where(one => leaders.GetValueOrDefault(one.Partition, -1) >= 0).Take(2 * MostTimes)
            .Select(async one => (one, await TimeAsync(kafka, leaders[one.Partition], one, cancellationToken).ConfigureAwait(false)));
        foreach (var (place, at) in await Task.WhenAll(asked).ConfigureAwait(false))
        {
            if (at is not null)
            {
                times[place] = at.Value;
            }
        }

        return times;
    }

    static async Task<DateTimeOffset?> TimeAsync(
        KafkaCluster kafka, int leader, (TopicPartition Partition, long Offset) place, CancellationToken cancellationToken)
    {
        try
        {
            var fetched = await kafka.FetchAsync(
                leader, [new FetchPosition(place.Partition, place.Offset, BatchBytes)], BatchBytes, IsolationLevel.ReadUncommitted,
                cancellationToken).ConfigureAwait(false);
            foreach (var batch in RecordBatches.Enumerate(fetched[0].Records))
            {
                if (batch.Magic == RecordBatch.CurrentMagic && batch.NextOffset > place.Offset)
                {
                    return DateTimeOffset.FromUnixTimeMilliseconds(batch.BaseTimestamp);
                }
            }

            return null;
        }
        catch (Exception e) when (e is KafkaException or ArgumentOutOfRangeException or Wire.WireFormatException)
        {
            // a time that is not known is not shown; nothing depends on it
            return null;
        }
    }
}

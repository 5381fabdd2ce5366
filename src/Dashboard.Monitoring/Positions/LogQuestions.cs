using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Kafka.Protocol.Records;

namespace Dashboard.Monitoring.Positions;

/// <summary>Who leads some partitions, and when records of theirs were written.</summary>
static class LogQuestions
{
    /// <summary>For the time of a record its batch is fetched: of no more partitions than a reader looks at.</summary>
    const int MostTimes = 24;

    const int BatchBytes = 16 << 10;

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
        // twice: each partition has two places, before and after
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
                // a fetch gives the batch around the offset, which may begin before it; older formats have no base timestamp
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

using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Messages.Scanning;

/// <summary>Which offsets of a partition a query is about, and where they are read.</summary>
/// <param name="Leader">-1: none.</param>
/// <param name="Stable">The last stable offset.</param>
/// <param name="End">The high watermark.</param>
sealed record PartitionRange(int Partition, int Leader, OffsetRange Range, long Stable, long End, SectionError? Error);

/// <summary>From a query to the offsets of each partition: leaders are asked side by side, each for all its partitions at once.</summary>
sealed class RangeReader(ClusterData data, ScanQuery query)
{
    readonly KafkaCluster cluster = data.Kafka;

    public async Task<IReadOnlyList<PartitionRange>> ReadAsync(CancellationToken cancellationToken)
    {
        var leaders = await LeadersAsync(cancellationToken).ConfigureAwait(false);
        // both times are asked for side by side, and found again in this order
        ScanBound[] byTime = [.. new[] { query.From, query.End }.Where(bound => bound.Kind == ScanBoundKind.Time)];
        var answers = await cluster.LogBoundsAsync(
            leaders.ToDictionary(p => new TopicPartition(query.Topic, p.Key), p => p.Value), [.. byTime.Select(bound => bound.Value)],
            cancellationToken, stable: true).ConfigureAwait(false);
        return [.. answers.OrderBy(p => p.Key.Partition).Select(p => Of(p.Key.Partition, leaders[p.Key.Partition], p.Value))];

        PartitionRange Of(int partition, int leader, BrokerAnswer<LogBounds> answer)
        {
            if (!answer.Succeeded)
            {
                return Failed(partition, leader, answer.Error);
            }

            var log = answer.Value;
            var from = query.From.Kind == ScanBoundKind.Time ? log.At[0].Offset : (long?)null;
            var to = query.End.Kind == ScanBoundKind.Time ? log.At[^1].Offset : (long?)null;
            return new PartitionRange(partition, leader, Range(partition, log, from, to), log.Stable, log.End, null);
        }
    }

    /// <param name="fromTime">Of the first record that is not older, where a time was asked for; -1: there is none.</param>
    OffsetRange Range(int partition, LogBounds bounds, long? fromTime, long? toTime)
    {
        var readable = query.Isolation == IsolationLevel.ReadCommitted ? bounds.Stable : bounds.End;
        long At(ScanBound bound, long? found) => bound.Kind switch
        {
            ScanBoundKind.Newest => readable,
            ScanBoundKind.Oldest => bounds.Begin,
            ScanBoundKind.Offset => bound.Value,
            _ => found is >= 0 and var first ? first : readable,
        };
        var left = query.Continue?.Left.GetValueOrDefault(partition, OffsetRange.Unknown) ?? OffsetRange.Unknown;
        var (one, other) = (At(query.From, fromTime), At(query.End, toTime));
        var asked = query.NewestFirst ? new OffsetRange(other, one) : new OffsetRange(one, other);
        var low = Math.Clamp(
            left.From == OffsetRange.AsAsked ? asked.From : left.From, bounds.Begin, Math.Max(bounds.Begin, readable));
        var high = left.To == OffsetRange.AsAsked ? asked.To : left.To;
        // within the log as it is now: retention or a purge may have passed what was asked for
        return new OffsetRange(low, Math.Clamp(high, low, Math.Max(low, readable)));
    }

    PartitionRange Failed(int partition, int leader, KafkaException error) => new(
        partition, leader, OffsetRange.Unknown, 0, 0, Errors.From(error, ErrorSource.Partition(partition), data.Time.GetUtcNow()));

    /// <summary>Of the partitions asked for; -1 where there is none.</summary>
    /// <exception cref="ArgumentException">A partition is asked for that the topic does not have.</exception>
    public async Task<Dictionary<int, int>> LeadersAsync(CancellationToken cancellationToken)
    {
        var metadata = await cluster.MetadataAsync([query.Topic], cancellationToken).ConfigureAwait(false);
        var topic = metadata.Topics.FirstOrDefault(t => t.Name == query.Topic)
            ?? throw new KafkaException(ErrorCode.UnknownTopicOrPartition);
        KafkaException.ThrowIfError(topic.ErrorCode);
        var all = topic.Partitions.ToDictionary(p => p.PartitionIndex, p => p.LeaderId);
        if (query.Partitions.Where(p => !all.ContainsKey(p)).Select(p => (int?)p).FirstOrDefault() is { } missing)
        {
            throw new ArgumentException($"Topic {query.Topic} has no partition {missing}; it has {all.Count}, from 0 on.");
        }

        return query.Continue is { } left ? all.Where(p => left.Left.ContainsKey(p.Key)).ToDictionary()
            : query.Partitions.Length > 0 ? all.Where(p => query.Partitions.Contains(p.Key)).ToDictionary()
            : all;
    }
}

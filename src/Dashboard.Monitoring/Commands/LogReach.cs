using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Commands;

/// <summary>How far a partition's log reaches now, and where it would be cut.</summary>
/// <param name="Begin">Log start offset.</param>
/// <param name="End">High watermark.</param>
/// <param name="Cut">What is before it would go; not beyond the end.</param>
sealed record LogReach(int Partition, int Leader, long Begin, long End, long Cut)
{
    public long Records => Math.Max(0, Cut - Begin);

    /// <summary>
    /// Of the leader's copy, by the share of its records; null while log directories were not read. An estimate: records differ in size.
    /// </summary>
    public long? Bytes(string topic, LogDirTable? sizes) =>
        Records == 0 ? 0
        : sizes is not null && sizes.Sizes.TryGetValue(new(topic, Partition, Leader), out var copy)
            ? (long)(copy.Bytes * ((double)Records / (End - Begin)))
            : null;

    /// <summary>Of all; null when one of them is not known.</summary>
    public static long? Bytes(string topic, IEnumerable<LogReach> logs, LogDirTable? sizes) =>
        logs.Aggregate((long?)0, (sum, log) => sum + log.Bytes(topic, sizes));

    /// <summary>
    /// Of all partitions, by asking their leaders. The cut is at the first record that was written at the time or after it; without a time,
    /// at the end.
    /// </summary>
    /// <returns>By partition, and why those that are missing are.</returns>
    /// <exception cref="KafkaException">No broker answers, or there is no such topic.</exception>
    public static async Task<(ImmutableArray<LogReach> Logs, ImmutableArray<Refusal> Missing)> ReadAsync(
        KafkaCluster kafka, string topic, DateTimeOffset? time, CancellationToken cancellationToken)
    {
        var metadata = await kafka.MetadataAsync([topic], cancellationToken).ConfigureAwait(false);
        var found = metadata.Topics.Find(t => t.Name == topic) ?? throw new KafkaException(ErrorCode.UnknownTopicOrPartition);
        KafkaException.ThrowIfError(found.ErrorCode);
        var begins = kafka.ListOffsetsAsync(metadata, ListOffsetsCalls.Earliest, cancellationToken);
        var ends = kafka.ListOffsetsAsync(metadata, ListOffsetsCalls.Latest, cancellationToken);
        var cuts = time is { } at ? kafka.ListOffsetsAsync(metadata, at.ToUnixTimeMilliseconds(), cancellationToken) : ends;
        var answers = await Task.WhenAll(begins, ends, cuts).ConfigureAwait(false);
        var logs = ImmutableArray.CreateBuilder<LogReach>();
        var missing = ImmutableArray.CreateBuilder<Refusal>();
        foreach (var partition in found.Partitions.OrderBy(p => p.PartitionIndex))
        {
            var key = new TopicPartition(topic, partition.PartitionIndex);
            var read = answers.Select(answer => answer.TryGetValue(key, out var one)
                ? one
                : new BrokerAnswer<ListedOffset>(new KafkaException(ErrorCode.LeaderNotAvailable))).ToArray();
            if (read.Select(one => one.Error).FirstOrDefault(error => error is not null) is { } error)
            {
                missing.Add(Refusal.Of(error, key.ToString()));
                continue;
            }

            var (begin, end, cut) = (read[0].Value.Offset, read[1].Value.Offset, read[2].Value.Offset);

            // no record is as young as the time: all of them are older
            var within = cut < 0 ? end : Math.Clamp(cut, begin, Math.Max(begin, end));
            logs.Add(new LogReach(key.Partition, partition.LeaderId, begin, end, within));
        }

        return (logs.ToImmutable(), missing.ToImmutable());
    }
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Data;
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
        var leaders = found.Partitions.ToDictionary(p => new TopicPartition(topic, p.PartitionIndex), p => p.LeaderId);
        IReadOnlyList<long> times = time is { } at ? [UnixTime.ForOffsets(at)] : [];
        var answers = await kafka.LogBoundsAsync(leaders, times, cancellationToken).ConfigureAwait(false);
        var logs = ImmutableArray.CreateBuilder<LogReach>();
        var missing = ImmutableArray.CreateBuilder<Refusal>();
        foreach (var (key, answer) in answers.OrderBy(one => one.Key.Partition))
        {
            if (answer.Succeeded)
            {
                var log = answer.Value;

                // where no record is as young as the time, all of them are older
                var cut = log.At is [{ Offset: >= 0 and var first }] ? Math.Clamp(first, log.Begin, Math.Max(log.Begin, log.End)) : log.End;
                logs.Add(new LogReach(key.Partition, leaders[key], log.Begin, log.End, cut));
            }
            else
            {
                missing.Add(Refusal.Of(answer.Error, key.ToString()));
            }
        }

        return (logs.ToImmutable(), missing.ToImmutable());
    }
}

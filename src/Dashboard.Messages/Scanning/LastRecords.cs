using System.Collections.Concurrent;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Messages;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Asks each leader once for the largest timestamp of all its partitions (ListOffsets by max timestamp, KIP-734). What was answered is
/// kept for some seconds, for every reader.
/// </summary>
public sealed class LastRecords(TimeProvider time) : ILastRecords
{
    /// <summary>At most so many are kept; past that all are read anew.</summary>
    const int MostKept = 5000;

    /// <summary>Of more partitions at once nothing is asked: the topics that come after them are not known.</summary>
    const int MostPartitions = 4000;

    static readonly TimeSpan kept = TimeSpan.FromSeconds(15);

    readonly ConcurrentDictionary<(string Cluster, string Topic), (DateTimeOffset At, LastRecord Last)> known = new();

    public async Task<IReadOnlyDictionary<string, LastRecord>> ReadAsync(
        ClusterData cluster, IReadOnlyCollection<string> topics, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var asked = topics.Where(topic => !known.TryGetValue((cluster.Id, topic), out var before) || now - before.At >= kept).ToList();
        var answers = asked.Count == 0 ? [] : await AskAsync(cluster.Kafka, asked, cancellationToken).ConfigureAwait(false);
        if (known.Count + answers.Count > MostKept)
        {
            known.Clear();
        }

        foreach (var (topic, last) in answers)
        {
            known[(cluster.Id, topic)] = (now, last);
        }

        var unknown = new LastRecord(null, false);
        return topics.Distinct().ToDictionary(
            topic => topic,
            topic => answers.GetValueOrDefault(topic) ?? (known.TryGetValue((cluster.Id, topic), out var before) ? before.Last : unknown));
    }

    static async Task<Dictionary<string, LastRecord>> AskAsync(
        KafkaCluster kafka, IReadOnlyList<string> topics, CancellationToken cancellationToken)
    {
        try
        {
            var metadata = await kafka.MetadataAsync(topics, cancellationToken).ConfigureAwait(false);
            var partitions = 0;
            // whole topics: the newest of half a topic would be a wrong time
            metadata.Topics = [.. metadata.Topics.TakeWhile(topic => (partitions += topic.Partitions.Count) <= MostPartitions)];
            var found = await kafka.ListOffsetsAsync(metadata, ListOffsetsCalls.MaxTimestamp, cancellationToken).ConfigureAwait(false);
            return metadata.Topics.Where(topic => topic.Name is not null && topic.ErrorCode == (short)ErrorCode.None).ToDictionary(
                topic => topic.Name!,
                topic => Newest([.. topic.Partitions.Select(p =>
                    found.TryGetValue(new TopicPartition(topic.Name!, p.PartitionIndex), out var at) && at.Succeeded
                        ? at.Value.Timestamp
                        : (long?)null)]));
        }
        catch (KafkaException)
        {
            // not known; asked again soon
            return topics.ToDictionary(topic => topic, _ => new LastRecord(null, false));
        }
    }

    /// <param name="times">By partition; -1: it holds no record, null: no answer.</param>
    static LastRecord Newest(long?[] times)
    {
        // a producer may say any number: one that no calendar holds is of another unit
        return times.Max() is >= 0 and var newest
            ? new(UnixTime.Meant(newest), true)
            : new(null, Array.TrueForAll(times, one => one is not null));
    }
}

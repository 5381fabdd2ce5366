using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Derivation;

/// <summary>From Metadata's answer to topics. What did not change keeps its reference, so that readers compare references only.</summary>
static class TopicTables
{
    /// <summary>
    /// A partition with a lower leader epoch than before comes from a broker that was cut off from the controller, and stays as it was, as
    /// it does for Kafka's own clients (KIP-320); only where topics have ids, by which one that was made anew is known (KIP-516).
    /// </summary>
    public static TopicTable From(MetadataResponse metadata, TopicTable? previous)
    {
        var topics = new List<TopicInfo>(metadata.Topics.Count);
        var changed = previous is null || previous.Topics.Length != metadata.Topics.Count;
        foreach (var topic in metadata.Topics.Where(t => t.Name is not null && t.ErrorCode != (short)ErrorCode.UnknownTopicOrPartition))
        {
            var old = previous?.Find(topic.Name!);
            if (old is not null && Same(old, topic))
            {
                topics.Add(old);
            }
            else
            {
                changed = true;
                topics.Add(Read(topic, old));
            }
        }

        return changed || topics.Count != previous!.Topics.Length ? TopicTable.Of(topics) : previous;
    }

    /// <summary>
    /// As it is shown: with min.insync.replicas of each partition from the configs, and without the brokers known to be down. When the
    /// brokers of all replicas are down there is no leader, whatever was last read; with metadata failing, no replica is known to have
    /// taken over from a leader that is down. One that was without a leader does not get one that is down: brokers that were cut off, and
    /// answer again before a controller told them what happened, name the leader that they knew.
    /// </summary>
    /// <param name="previous">As it was shown last: a topic that is as it was there keeps that reference.</param>
    /// <param name="isStale">Metadata could not be read since.</param>
    public static TopicTable Joined(TopicTable topics, TopicTable? previous, ConfigTable? configs, IReadOnlySet<int> down, bool isStale)
    {
        if (configs is null && down.Count == 0)
        {
            return topics;
        }

        var joined = topics.Topics
            .Select(topic => Joined(topic, previous?.Find(topic.Name), MinIsr(configs, topic.Name), down, isStale))
            .ToList();
        return previous is not null && joined.SequenceEqual(previous.Topics, ReferenceEqualityComparer.Instance)
            ? previous
            : TopicTable.Of(joined);
    }

    static TopicInfo Joined(TopicInfo topic, TopicInfo? shown, int? min, IReadOnlySet<int> down, bool isStale)
    {
        if (!topic.Partitions.Any(p => (min is not null && p.MinIsr != min) || p.Replicas.Any(down.Contains)))
        {
            return topic;
        }

        var joined = topic with { Partitions = [.. topic.Partitions.Select(p => Joined(p, shown?.Find(p.Partition), min, down, isStale))] };
        return shown is not null && shown.Id == topic.Id && shown.Partitions.AsSpan().SequenceEqual(joined.Partitions.AsSpan())
            ? shown
            : joined;
    }

    static PartitionInfo Joined(PartitionInfo partition, PartitionInfo? shown, int? min, IReadOnlySet<int> down, bool isStale)
    {
        var gone = partition.Replicas.Where(r => down.Contains(r) && !partition.Offline.Contains(r)).ToList();
        var offline = gone.Count == 0 ? partition.Offline : partition.Offline.AddRange(gone);
        // a later epoch is an election since then: the controller knows more of that broker than is known here
        var wasLeaderless = shown is { Leader: < 0 } && partition.LeaderEpoch <= shown.LeaderEpoch;
        var isLed = !((isStale || wasLeaderless) && down.Contains(partition.Leader))
            && !(partition.Replicas.Length > 0 && partition.Replicas.All(down.Contains));
        return partition with
        {
            MinIsr = min ?? partition.MinIsr,
            Leader = isLed ? partition.Leader : -1,
            Offline = shown is not null && shown.Offline.AsSpan().SequenceEqual(offline.AsSpan()) ? shown.Offline : offline,
        };
    }

    static int? MinIsr(ConfigTable? configs, string topic) => configs is null ? null : MinIsrOf(configs, topic);

    static int? MinIsrOf(ConfigTable configs, string topic) =>
        configs.ByTopic.TryGetValue(topic, out var entries)
        && entries.FirstOrDefault(e => e.Name == "min.insync.replicas") is { Value: { } text }
        && int.TryParse(text, out var min)
            ? min
            : null;

    static bool Same(TopicInfo old, MetadataResponse.MetadataResponseTopic topic)
    {
        if (old.Id != topic.TopicId || old.Partitions.Length != topic.Partitions.Count)
        {
            return false;
        }

        return topic.Partitions.TrueForAll(partition =>
            old.Find(partition.PartitionIndex) is { } known && (IsOlder(partition, known, old) || Same(known, partition)));
    }

    static bool IsOlder(MetadataResponse.MetadataResponsePartition partition, PartitionInfo known, TopicInfo topic) =>
        topic.Id != Guid.Empty && partition.LeaderEpoch >= 0 && partition.LeaderEpoch < known.LeaderEpoch;

    static bool Same(PartitionInfo old, MetadataResponse.MetadataResponsePartition partition) =>
        old.Leader == partition.LeaderId
        && old.LeaderEpoch == partition.LeaderEpoch
        && old.Replicas.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(partition.ReplicaNodes))
        && old.Isr.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(partition.IsrNodes))
        && old.Offline.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(partition.OfflineReplicas));

    static TopicInfo Read(MetadataResponse.MetadataResponseTopic topic, TopicInfo? old)
    {
        var min = old?.Partitions.FirstOrDefault()?.MinIsr;
        var same = old?.Id == topic.TopicId ? old : null;
        return new TopicInfo(
            topic.Name!,
            topic.TopicId,
            topic.IsInternal,
            [
                .. topic.Partitions.OrderBy(p => p.PartitionIndex)
                    .Select(p => same?.Find(p.PartitionIndex) is { } known && IsOlder(p, known, same) ? known : Read(p, min)),
            ]);
    }

    static PartitionInfo Read(MetadataResponse.MetadataResponsePartition p, int? min) =>
        new(p.PartitionIndex, p.LeaderId, p.LeaderEpoch, [.. p.ReplicaNodes], [.. p.IsrNodes], [.. p.OfflineReplicas], min);
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Derivation;

/// <summary>From Metadata's answer to topics. What did not change keeps its reference, so that readers can tell at a glance.</summary>
static class TopicTables
{
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

    /// <summary>The same table with min.insync.replicas of each partition filled in from the configs.</summary>
    /// <param name="previous">As it was shown last: a topic that is as it was there keeps that reference.</param>
    public static TopicTable WithMinIsr(TopicTable topics, TopicTable? previous, ConfigTable? configs)
    {
        if (configs is null)
        {
            return topics;
        }

        var joined = topics.Topics.Select(topic => MinIsr(configs, topic.Name) is { } min && topic.Partitions.Any(p => p.MinIsr != min) ? With(topic, previous?.Find(topic.Name), min) : topic).ToList();
        return previous is not null && joined.SequenceEqual(previous.Topics, ReferenceEqualityComparer.Instance) ? previous : TopicTable.Of(joined);
    }

    static TopicInfo With(TopicInfo topic, TopicInfo? shown, int min)
    {
        var joined = topic with { Partitions = [.. topic.Partitions.Select(p => p with { MinIsr = min })] };
        return shown is not null && shown.Id == topic.Id && shown.Partitions.AsSpan().SequenceEqual(joined.Partitions.AsSpan()) ? shown : joined;
    }

    static int? MinIsr(ConfigTable configs, string topic) =>
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

        foreach (var partition in topic.Partitions)
        {
            var index = partition.PartitionIndex;
            if (index < 0 || index >= old.Partitions.Length || !Same(old.Partitions[index], partition))
            {
                return false;
            }
        }

        return true;
    }

    static bool Same(PartitionInfo old, MetadataResponse.MetadataResponsePartition partition) =>
        old.Partition == partition.PartitionIndex
        && old.Leader == partition.LeaderId
        && old.LeaderEpoch == partition.LeaderEpoch
        && old.Replicas.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(partition.ReplicaNodes))
        && old.Isr.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(partition.IsrNodes))
        && old.Offline.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(partition.OfflineReplicas));

    static TopicInfo Read(MetadataResponse.MetadataResponseTopic topic, TopicInfo? old)
    {
        var min = old?.Partitions.FirstOrDefault()?.MinIsr;
        return new TopicInfo(
            topic.Name!,
            topic.TopicId,
            topic.IsInternal,
            [
                .. topic.Partitions.OrderBy(p => p.PartitionIndex).Select(p => new PartitionInfo(
                    p.PartitionIndex, p.LeaderId, p.LeaderEpoch, [.. p.ReplicaNodes], [.. p.IsrNodes], [.. p.OfflineReplicas], min)),
            ]);
    }
}

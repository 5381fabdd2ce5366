using System.Collections.Immutable;
using Kafka.Protocol;
using Kafka.Protocol.Messages;

namespace Dashboard.Monitoring.Positions;

/// <summary>The partitions that a reset is about, and why others are not.</summary>
sealed class ResetScope
{
    readonly HashSet<TopicPartition> partitions = [];
    readonly List<string> missing = [];

    /// <param name="topics">Partitions by topic, null for all of the topic's; null for what is given, or else committed.</param>
    /// <param name="given">What another group or a list has; null where each log tells.</param>
    public ResetScope(
        ImmutableSortedDictionary<string, ImmutableArray<int>?>? topics,
        OffsetTargetKind target,
        MetadataResponse metadata,
        IReadOnlyDictionary<TopicPartition, long> committed,
        IReadOnlyDictionary<TopicPartition, long?>? given)
    {
        var there = metadata.Topics.Where(topic => topic is { Name: not null, ErrorCode: 0 })
            .ToDictionary(topic => topic.Name!, topic => topic.Partitions.Select(p => p.PartitionIndex).ToHashSet());
        var wanted = topics is null
            ? given?.Keys ?? committed.Keys
            : topics.SelectMany(topic => Named(topic.Key, topic.Value, there, given));
        var gone = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var partition in wanted.Distinct().Order())
        {
            if (!there.TryGetValue(partition.Topic, out var ids) || !ids.Contains(partition.Partition))
            {
                Miss(partition, isNamed: topics is not null, gone);
            }
            // a shift is from the commit: without one there is nothing to go from
            else if (target == OffsetTargetKind.Shift && !committed.ContainsKey(partition))
            {
                Uncommitted++;
            }
            else
            {
                partitions.Add(partition);
            }
        }

        Gone = [.. gone];
    }

    public IReadOnlySet<TopicPartition> Partitions => partitions;

    /// <summary>What was named and is not there: topics, or partitions.</summary>
    public IReadOnlyList<string> Missing => missing;

    /// <summary>Topics with commits that are not there any longer.</summary>
    public ImmutableArray<string> Gone { get; }

    /// <summary>Partitions that cannot be shifted: nothing is committed.</summary>
    public int Uncommitted { get; }

    IEnumerable<TopicPartition> Named(
        string topic,
        ImmutableArray<int>? ids,
        Dictionary<string, HashSet<int>> there,
        IReadOnlyDictionary<TopicPartition, long?>? given)
    {
        if (!there.TryGetValue(topic, out var all))
        {
            missing.Add(topic);
            return [];
        }

        var named = (ids ?? [.. all]).Select(id => new TopicPartition(topic, id));
        return given is null ? named : named.Where(given.ContainsKey);
    }

    void Miss(TopicPartition partition, bool isNamed, SortedSet<string> gone)
    {
        if (isNamed)
        {
            missing.Add(partition.ToString());
        }
        else
        {
            gone.Add(partition.Topic);
        }
    }
}

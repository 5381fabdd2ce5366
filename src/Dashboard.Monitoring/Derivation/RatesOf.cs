using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Records a second, added up from the partitions' end offsets; bytes a second, from how the leaders' logs grew between two readings.
/// </summary>
static class RatesOf
{
    public static Rates? Snapshot(ClusterSnapshot snapshot, Rates? before)
    {
        if (snapshot.Offsets.Value is not { } offsets || snapshot.Topics.Value is not { } topics)
        {
            return null;
        }

        var byTopic = new Dictionary<string, double>();
        var byBroker = new Dictionary<int, double>();
        double all = 0;
        foreach (var topic in topics.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                if (offsets.Find(topic.Name, partition.Partition)?.RecordsPerSecond is { } rate)
                {
                    all += rate;
                    byTopic[topic.Name] = byTopic.GetValueOrDefault(topic.Name) + rate;
                    byBroker[partition.Leader] = byBroker.GetValueOrDefault(partition.Leader) + rate;
                }
            }
        }

        // between the first two readings there is none; later, none means that no leader answered
        if (byTopic.Count == 0 && (snapshot.Offsets.Error is not null || topics.Topics.Any(t => t.Partitions.Length > 0)))
        {
            return snapshot.Offsets.Error is null ? before : null;
        }

        // also when the last topic was deleted: nothing comes in then
        return new Rates(
            all,
            byTopic.ToImmutableDictionary(),
            byBroker.ToImmutableDictionary(),
            before?.BytesInByBroker ?? ImmutableDictionary<int, double>.Empty);
    }

    /// <summary>
    /// By leader, of those that answered twice, each over the time between its own answers; null while none did. A log that retention made
    /// shorter counts as not grown.
    /// </summary>
    public static ImmutableDictionary<int, double>? Bytes(ClusterSnapshot before, ClusterSnapshot after)
    {
        if (before.LogDirs.Value is not { } old
            || after.LogDirs.Value is not { } now
            || ReferenceEquals(old, now)
            || after.Topics.Value is not { } topics)
        {
            return null;
        }

        var seconds = now.ByBroker
            .Where(b => old.ByBroker.TryGetValue(b.Key, out var was) && was.AsOf < b.Value.AsOf)
            .ToDictionary(b => b.Key, b => (b.Value.AsOf - old.ByBroker[b.Key].AsOf).TotalSeconds);
        var grown = seconds.Keys.ToDictionary(broker => broker, _ => 0L);
        foreach (var topic in topics.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                var key = new ReplicaKey(topic.Name, partition.Partition, partition.Leader);
                if (grown.ContainsKey(partition.Leader)
                    && old.Sizes.TryGetValue(key, out var was)
                    && now.Sizes.TryGetValue(key, out var size))
                {
                    grown[partition.Leader] += Math.Max(0, size.Bytes - was.Bytes);
                }
            }
        }

        return grown.Count == 0 ? null : grown.ToImmutableDictionary(g => g.Key, g => g.Value / seconds[g.Key]);
    }
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>Records a second, added up from the partitions' end offsets; bytes a second, from how the leaders' logs grew between two readings.</summary>
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

        return byTopic.Count == 0 ? before : new Rates(all, before?.BytesInPerSecond, byTopic.ToImmutableDictionary(), byBroker.ToImmutableDictionary());
    }

    /// <summary>Null where either reading lacks a leader's size. A log that retention made shorter counts as not grown.</summary>
    public static double? Bytes(ClusterSnapshot before, ClusterSnapshot after)
    {
        if (before.LogDirs is not { Value: { } old, AsOf: { } then } || after.LogDirs is not { Value: { } now, AsOf: { } at } || at <= then || after.Topics.Value is not { } topics)
        {
            return null;
        }

        double grown = 0;
        foreach (var topic in topics.Topics)
        {
            foreach (var partition in topic.Partitions)
            {
                var key = new ReplicaKey(topic.Name, partition.Partition, partition.Leader);
                if (old.Sizes.TryGetValue(key, out var was) && now.Sizes.TryGetValue(key, out var size))
                {
                    grown += Math.Max(0, size.Bytes - was.Bytes);
                }
            }
        }

        return grown / (at - then).TotalSeconds;
    }
}

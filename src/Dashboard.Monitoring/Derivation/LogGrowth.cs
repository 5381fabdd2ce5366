using System.Collections.Immutable;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// How many bytes came into each topic, added up from how the logs of the leaders grew between two readings of their sizes. A log that
/// retention made shorter counts as not grown.
/// </summary>
static class LogGrowth
{
    /// <summary>The sums after a reading, of the topics that are there; the same while nothing was read.</summary>
    public static ImmutableDictionary<string, long> BytesIn(ClusterSnapshot before, ClusterSnapshot after)
    {
        if (before.LogDirs.Value is not { } old
            || after.LogDirs.Value is not { } now
            || ReferenceEquals(old, now)
            || after.Topics.Value is not { } topics)
        {
            return before.BytesIn;
        }

        var sums = ImmutableDictionary.CreateBuilder<string, long>();
        foreach (var topic in topics.Topics)
        {
            var growth = topic.Partitions.Sum(p => Growth(old, now, new(topic.Name, p.Partition, p.Leader)));
            sums[topic.Name] = before.BytesIn.GetValueOrDefault(topic.Name) + growth;
        }

        return sums.ToImmutable();
    }

    static long Growth(LogDirTable old, LogDirTable now, ReplicaKey leader) =>
        old.Sizes.TryGetValue(leader, out var was) && now.Sizes.TryGetValue(leader, out var size) ? Math.Max(0, size.Bytes - was.Bytes) : 0;
}

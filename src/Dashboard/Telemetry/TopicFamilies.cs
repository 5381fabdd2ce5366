using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Dashboard.Monitoring.Model;
using static Dashboard.Telemetry.MetricSource;

namespace Dashboard.Telemetry;

/// <summary>What topics get and hold. A topic that is deleted is gone with its series.</summary>
static class TopicFamilies
{
    public static IEnumerable<MetricFamily> All =>
    [
        new(
            "castellan_topic_records_in_total",
            "Records ever written to the topic, those deleted since included: "
            + "the sum of its partitions' end offsets; no sample until all are known.",
            Of((c, t) => RecordsIn(c, t)))
        {
            Most = c => Topics(c).Length,
            IsCounter = true,
        },
        new(
            "castellan_topic_bytes_in_total",
            "Bytes by which the logs of the topic's leaders were seen to grow since Castellan was started.",
            Of((c, t) => c.BytesIn.TryGetValue(t.Name, out var bytes) ? bytes : null))
        {
            Most = c => Topics(c).Length,
            IsCounter = true,
        },
        new(
            "castellan_topic_size_bytes", "Bytes of the topic's logs, over all its replicas that could be read.",
            Of((c, t) => Size(c, t))) { Most = c => Topics(c).Length },
        new(
            "castellan_topic_under_replicated_partitions", "Partitions of the topic with replicas out of sync.",
            Of((_, t) => t.Partitions.Count(p => p.IsUnderReplicated))) { Most = c => Topics(c).Length },
        new("castellan_partition_isr", "Replicas in sync.", source => source.OfClusters(c => Topics(c).SelectMany(
            t => t.Partitions, (t, p) => Measure(c, p.Isr.Length, ("topic", t.Name), ("partition", Text(p.Partition))))))
        {
            Most = c => Topics(c).Sum(t => t.Partitions.Length),
        },
    ];

    static Func<MetricSource, IEnumerable<Measurement<double>>> Of(Func<ClusterSnapshot, TopicInfo, double?> value) =>
        source => source.OfClusters(c =>
        Topics(c).Select(t => (t.Name, Value: value(c, t))).Where(t => t.Value is not null)
            .Select(t => Measure(c, t.Value!.Value, ("topic", t.Name))));

    static ImmutableArray<TopicInfo> Topics(ClusterSnapshot c) => c.Topics.Value?.Topics ?? [];

    /// <summary>Null while a partition's end is missing: a sum without it would look like a counter that went back.</summary>
    static double? RecordsIn(ClusterSnapshot c, TopicInfo topic)
    {
        double sum = 0;
        foreach (var partition in topic.Partitions)
        {
            if (c.Offsets.Value?.Find(topic.Name, partition.Partition) is not { } offsets)
            {
                return null;
            }

            sum += offsets.End;
        }

        return sum;
    }

    static double? Size(ClusterSnapshot c, TopicInfo topic)
    {
        double? sum = null;
        foreach (var partition in topic.Partitions)
        {
            foreach (var replica in partition.Replicas)
            {
                if (c.LogDirs.Value?.Sizes.TryGetValue(new(topic.Name, partition.Partition, replica), out var size) == true)
                {
                    sum = (sum ?? 0) + size.Bytes;
                }
            }
        }

        return sum;
    }
}

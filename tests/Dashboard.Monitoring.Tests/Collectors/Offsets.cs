using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>Tables of offsets for tests.</summary>
static class Offsets
{
    public static OffsetTable Empty { get; } =
        new(ImmutableDictionary<TopicPartition, PartitionOffsets>.Empty, ImmutableDictionary<int, SectionError>.Empty);

    /// <summary>Of a topic's partitions: begin, end, and records a second.</summary>
    public static OffsetTable Of(string topic, DateTimeOffset at, params (long Begin, long End, double? Rate)[] partitions) => Empty with
    {
        Partitions = partitions.Index().ToDictionary(
            p => new TopicPartition(topic, p.Index),
            p => new PartitionOffsets(p.Item.Begin, p.Item.End, at, p.Item.Rate)),
    };
}

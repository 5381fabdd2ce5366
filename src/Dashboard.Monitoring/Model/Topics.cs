using System.Collections.Immutable;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Model;

/// <summary>Topics by name, ordinal order.</summary>
public sealed record TopicTable(ImmutableArray<TopicInfo> Topics, ImmutableDictionary<string, TopicInfo> ByName)
{
    public static TopicTable Of(IEnumerable<TopicInfo> topics)
    {
        var sorted = topics.OrderBy(t => t.Name, StringComparer.Ordinal).ToImmutableArray();
        return new(sorted, sorted.ToImmutableDictionary(t => t.Name));
    }

    public TopicInfo? Find(string name) => ByName.GetValueOrDefault(name);

    public PartitionInfo? Find(TopicPartition key) => Find(key.Topic)?.Find(key.Partition);
}

/// <param name="Id">Zero where the brokers have no topic ids.</param>
/// <param name="Partitions">By partition number, ascending.</param>
public sealed record TopicInfo(string Name, Guid Id, bool IsInternal, ImmutableArray<PartitionInfo> Partitions)
{
    /// <summary>As Kafka's own tools print it; null where the brokers have no topic ids.</summary>
    public string? TopicId => Id == Guid.Empty ? null : KafkaUuid.ToText(Id);

    /// <summary>Of the first partition, as Kafka's own tools print it.</summary>
    public int ReplicationFactor => Partitions.Length == 0 ? 0 : Partitions[0].Replicas.Length;

    /// <summary>Where no number is missing, which is the rule, a partition is at the index of its number.</summary>
    public PartitionInfo? Find(int partition) =>
        (uint)partition < (uint)Partitions.Length && Partitions[partition].Partition == partition
            ? Partitions[partition]
            : Partitions.FirstOrDefault(p => p.Partition == partition);
}

/// <param name="Leader">
/// -1: no leader, the partition is offline; also when the brokers of all its replicas are known to be down, whatever was last read.
/// </param>
/// <param name="Replicas">Preferred leader first.</param>
/// <param name="Isr">As Kafka keeps it: the last replica stays in it when its broker goes.</param>
/// <param name="Offline">Replicas whose broker or log dir is gone.</param>
/// <param name="MinIsr">min.insync.replicas in force, null until configs were read.</param>
public sealed record PartitionInfo(
    int Partition,
    int Leader,
    int LeaderEpoch,
    ImmutableArray<int> Replicas,
    ImmutableArray<int> Isr,
    ImmutableArray<int> Offline,
    int? MinIsr)
{
    public int PreferredLeader => Replicas.Length == 0 ? -1 : Replicas[0];

    public bool IsOffline => Leader < 0;

    /// <summary>Replicas in sync whose broker is there.</summary>
    public int InSync => Offline.Length == 0 ? Isr.Length : Isr.Count(r => !Offline.Contains(r));

    public bool IsUnderReplicated => InSync < Replicas.Length;

    /// <summary>How many a write with acks=all takes: never more than there are (Kafka 3.7 and later). Null: not known yet.</summary>
    public int? Required => MinIsr is { } min ? Math.Min(min, Math.Max(1, Replicas.Length)) : null;

    public bool IsUnderMinIsr => InSync < Required;

    public bool IsNotPreferred => Leader >= 0 && Leader != PreferredLeader;

    /// <summary>
    /// Who leads once a reassignment has left only these replicas: the leader stays where it can, else the first of them takes over. -1:
    /// there is none.
    /// </summary>
    public int LeaderAmong(ImmutableArray<int> replicas) => replicas.Contains(Leader) ? Leader : replicas.FirstOrDefault(-1);
}

/// <summary>
/// Log start and high watermark by partition. A partition whose leader did not answer keeps its last value; its error says so.
/// </summary>
public sealed record OffsetTable(
    IReadOnlyDictionary<TopicPartition, PartitionOffsets> Partitions, ImmutableDictionary<int, SectionError> BrokerErrors)
{
    /// <summary>The reading of all partitions that this one replaces a few partitions of; null of one that is of all.</summary>
    internal OffsetTable? ReadTogether { get; init; }

    /// <summary>When leaders last answered, all of them or some.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    public PartitionOffsets? Find(string topic, int partition) => Partitions.GetValueOrDefault(new(topic, partition));

    /// <summary>
    /// The last reading of all partitions together: rates are between two of these, whatever was read of a few partitions since.
    /// </summary>
    internal OffsetTable RatesFrom => ReadTogether ?? this;
}

/// <param name="Begin">Log start offset.</param>
/// <param name="End">High watermark, as a consumer sees the end.</param>
/// <param name="AsOf">When this partition was read.</param>
/// <param name="RecordsPerSecond">Between the last two readings; null before the second.</param>
public sealed record PartitionOffsets(long Begin, long End, DateTimeOffset AsOf, double? RecordsPerSecond)
{
    /// <summary>When its leader was asked: a commit that was known by then is not newer than <see cref="End"/>.</summary>
    public DateTimeOffset AskedAt { get; init; } = AsOf;

    public long Records => Math.Max(0, End - Begin);
}

/// <summary>Configs by topic.</summary>
public sealed record ConfigTable(ImmutableDictionary<string, ImmutableArray<TopicConfig>> ByTopic)
{
    /// <summary>Empty while they were not read: configs are read more slowly than topics appear.</summary>
    public ImmutableArray<TopicConfig> Of(string topic) => ByTopic.TryGetValue(topic, out var configs) ? configs : [];
}

/// <param name="Value">Null when sensitive.</param>
/// <param name="Source">Kafka's name: DYNAMIC_TOPIC_CONFIG, STATIC_BROKER_CONFIG, DEFAULT_CONFIG …</param>
public sealed record TopicConfig(
    string Name, string? Value, string Source, bool IsDefault, bool IsReadOnly, bool IsSensitive)
{
    /// <summary>Set on the topic itself, in place of what the brokers say.</summary>
    public bool IsOverride => Source == "DYNAMIC_TOPIC_CONFIG";
}

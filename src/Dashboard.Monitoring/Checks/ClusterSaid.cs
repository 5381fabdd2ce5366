using Kafka.Protocol;

namespace Dashboard.Monitoring.Checks;

/// <summary>What one of them, ZooKeeper or a broker, says of the cluster.</summary>
/// <param name="ControllerId">Null: none, or in KRaft mode, where brokers name a random broker.</param>
/// <param name="Hidden">Topics that this principal may not see there.</param>
sealed record ClusterSaid(
    IReadOnlyDictionary<string, TopicSaid> Topics, IReadOnlySet<int> Brokers, int? ControllerId, IReadOnlySet<string> Hidden);

/// <param name="Id">Empty where it is not told.</param>
/// <param name="Version">
/// Changes with what is said: the zxid in ZooKeeper, 0 for brokers, which do not tell. The same holds for the other versions here.
/// </param>
sealed record TopicSaid(Guid Id, IReadOnlyDictionary<int, PartitionSaid> Partitions, long Version)
{
    /// <summary>In ms since 1970; null where it is not told.</summary>
    public long? MadeAt { get; init; }
}

/// <param name="Leader">Null: not told, as of one whose listener this client does not use.</param>
/// <param name="LeaderEpoch">-1: not told.</param>
/// <param name="Isr">Ascending.</param>
sealed record PartitionSaid(int? Leader, int LeaderEpoch, int[] Isr, int[] Replicas, long Version);

/// <summary>What brokers are compared with, and what ZooKeeper alone has.</summary>
sealed record ReferenceSaid(ClusterSaid Cluster)
{
    /// <summary>Null for ZooKeeper.</summary>
    public int? Broker { get; init; }

    /// <summary>All topics' names, those out of scope as well.</summary>
    public IReadOnlySet<string> Names { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Topics marked for deletion.</summary>
    public IReadOnlySet<string> Marked { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Overrides by topic; null where they were not read.</summary>
    public IReadOnlyDictionary<string, ConfigSaid>? Configs { get; init; }

    /// <summary>Null where configs were not read, or there is no such znode.</summary>
    public ConfigAnnouncements? Announcements { get; init; }

    public long ControllerVersion { get; init; }

    /// <summary>Topics that were left out.</summary>
    public int Left { get; init; }
}

/// <param name="WasChanged">After its topic was made.</param>
sealed record ConfigSaid(IReadOnlyDictionary<string, string> Overrides, long Version, bool WasChanged = false)
{
    /// <summary>
    /// Brokers that make a topic at the same moment, as the one of offsets when the first groups come, each write its overrides; the last
    /// of them may find that it is there. In ms.
    /// </summary>
    const long WhileMade = 10_000;

    /// <param name="changes">The znode's version: how often it was written since it was made.</param>
    /// <param name="writtenAt">In ms since 1970, as the next.</param>
    /// <param name="topicMadeAt">Null: not known.</param>
    public static bool IsChange(int changes, long writtenAt, long? topicMadeAt) =>
        changes > 0 && !(writtenAt <= topicMadeAt + WhileMade);
}

/// <summary>Everything that one pass of a check compares.</summary>
/// <param name="Brokers">Those that answered.</param>
/// <param name="Logs">Bytes of the logs on disk.</param>
/// <param name="Configs">Overrides of topics as brokers have them; of a sensitive one null.</param>
sealed record SaidByAll(
    ReferenceSaid Reference,
    IReadOnlyDictionary<int, ClusterSaid> Brokers,
    IReadOnlyDictionary<(TopicPartition Partition, int Broker), long> Logs,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>> Configs);

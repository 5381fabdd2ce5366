namespace Kafka.Broker.Configuration;

/// <summary>Typed values. Sizes in bytes; durations as TimeSpan.</summary>
public sealed partial class BrokerConfig
{
    /// <summary>-1 when the id is to be generated (/brokers/seqid) or is in meta.properties.</summary>
    public int BrokerId => Values.Int("broker.id");

    public int ReservedBrokerMaxId => Values.Int("reserved.broker.max.id");

    public string? Rack => Values.Text("broker.rack");

    internal IReadOnlyList<Listener> Listeners =>
        Listener.ParseList(Values.Text("listeners")!, Values.Text("listener.security.protocol.map")!);

    /// <summary>As configured; empty when the listeners themselves are advertised.</summary>
    internal IReadOnlyList<Listener> AdvertisedListeners =>
        Listener.ParseList(Values.Text("advertised.listeners") ?? "", Values.Text("listener.security.protocol.map")!);

    /// <summary>The listener other brokers use; the first unless named.</summary>
    public string InterBrokerListenerName => Values.Text("inter.broker.listener.name")?.ToUpperInvariant() ?? Listeners[0].Name;

    public IReadOnlyList<string> LogDirs =>
        [.. (Values.Text("log.dirs") ?? Values.Text("log.dir")!)
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>host:port,host:port/chroot.</summary>
    public string ZooKeeperConnect => Values.Text("zookeeper.connect") ?? "";

    public TimeSpan ZooKeeperSessionTimeout => TimeSpan.FromMilliseconds(Values.Int("zookeeper.session.timeout.ms"));

    public int NumPartitions => Values.Int("num.partitions");

    public int DefaultReplicationFactor => Values.Int("default.replication.factor");

    public bool AutoCreateTopics => Values.Bool("auto.create.topics.enable");

    public bool DeleteTopics => Values.Bool("delete.topic.enable");

    public bool AutoLeaderRebalance => Values.Bool("auto.leader.rebalance.enable");

    public TimeSpan LeaderImbalanceCheckInterval => TimeSpan.FromSeconds(Values.Long("leader.imbalance.check.interval.seconds"));

    public int LeaderImbalancePerBrokerPercentage => Values.Int("leader.imbalance.per.broker.percentage");

    public bool ControlledShutdown => Values.Bool("controlled.shutdown.enable");

    public int ControlledShutdownMaxRetries => Values.Int("controlled.shutdown.max.retries");

    public TimeSpan ControlledShutdownRetryBackoff => TimeSpan.FromMilliseconds(Values.Long("controlled.shutdown.retry.backoff.ms"));

    public int SocketRequestMaxBytes => Values.Int("socket.request.max.bytes");

    /// <summary>
    /// Bytes of requests that are held over all connections before no more is read. Kafka has no limit unless one is set; here it is an
    /// eighth of the memory then, and one request in any case.
    /// </summary>
    public long QueuedMaxRequestBytes => Values.Long("queued.max.request.bytes") is > 0 and var given
        ? given
        : Math.Max(SocketRequestMaxBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);

    public TimeSpan ConnectionsMaxIdle => Milliseconds("connections.max.idle.ms");

    public int MaxConnections => Values.Int("max.connections");

    public TimeSpan ReplicaLagTimeMax => TimeSpan.FromMilliseconds(Values.Long("replica.lag.time.max.ms"));

    public TimeSpan ReplicaFetchWaitMax => TimeSpan.FromMilliseconds(Values.Int("replica.fetch.wait.max.ms"));

    public int ReplicaFetchMinBytes => Values.Int("replica.fetch.min.bytes");

    public int ReplicaFetchMaxBytes => Values.Int("replica.fetch.max.bytes");

    public int ReplicaFetchResponseMaxBytes => Values.Int("replica.fetch.response.max.bytes");

    public TimeSpan ReplicaFetchBackoff => TimeSpan.FromMilliseconds(Values.Int("replica.fetch.backoff.ms"));

    public TimeSpan ReplicaSocketTimeout => TimeSpan.FromMilliseconds(Values.Int("replica.socket.timeout.ms"));

    public TimeSpan HighWatermarkCheckpointInterval => Milliseconds("replica.high.watermark.checkpoint.interval.ms");

    public long LeaderThrottle => Values.Throttle(BrokerConfigKeys.LeaderThrottle);

    public long FollowerThrottle => Values.Throttle(BrokerConfigKeys.FollowerThrottle);

    public int FetchMaxBytes => Values.Int("fetch.max.bytes");

    public int FetchSessionSlots => Values.Int("max.incremental.fetch.session.cache.slots");

    public TimeSpan GroupInitialRebalanceDelay => TimeSpan.FromMilliseconds(Values.Int("group.initial.rebalance.delay.ms"));

    public TimeSpan GroupMinSessionTimeout => TimeSpan.FromMilliseconds(Values.Int("group.min.session.timeout.ms"));

    public TimeSpan GroupMaxSessionTimeout => TimeSpan.FromMilliseconds(Values.Int("group.max.session.timeout.ms"));

    public int GroupMaxSize => Values.Int("group.max.size");

    public int OffsetsTopicPartitions => Values.Int("offsets.topic.num.partitions");

    public short OffsetsTopicReplicationFactor => Values.Short("offsets.topic.replication.factor");

    public int OffsetsTopicSegmentBytes => Values.Int("offsets.topic.segment.bytes");

    public TimeSpan OffsetsRetention => TimeSpan.FromMinutes(Values.Int("offsets.retention.minutes"));

    public TimeSpan OffsetsRetentionCheckInterval => Milliseconds("offsets.retention.check.interval.ms");

    public TimeSpan OffsetsCommitTimeout => TimeSpan.FromMilliseconds(Values.Int("offsets.commit.timeout.ms"));

    public int OffsetMetadataMaxBytes => Values.Int("offset.metadata.max.bytes");

    public TimeSpan ProducerIdExpiration => TimeSpan.FromMilliseconds(Values.Int("producer.id.expiration.ms"));

    public TimeSpan LogRetentionCheckInterval => Milliseconds("log.retention.check.interval.ms");

    public TimeSpan RecoveryPointCheckpointInterval => TimeSpan.FromMilliseconds(Values.Int("log.flush.offset.checkpoint.interval.ms"));

    public bool LogCleaner => Values.Bool("log.cleaner.enable");

    public TimeSpan LogCleanerBackoff => Milliseconds("log.cleaner.backoff.ms");

    /// <summary>Bytes of memory for the keys of the log that is being compacted.</summary>
    public long LogCleanerMemory => Values.Long("log.cleaner.dedupe.buffer.size");

    /// <summary>A long of milliseconds; negative and absurd ones mean never.</summary>
    TimeSpan Milliseconds(string key) =>
        Values.Long(key) is >= 0 and < 1L << 40 and var ms ? TimeSpan.FromMilliseconds(ms) : Timeout.InfiniteTimeSpan;
}

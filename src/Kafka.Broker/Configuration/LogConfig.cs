namespace Kafka.Broker.Configuration;

/// <summary>
/// What governs one log: the topic's overrides over the broker's defaults. Immutable; times in milliseconds (-1: for ever), sizes in bytes.
/// </summary>
sealed record LogConfig
{
    public long RetentionMs { get; init; } = 604_800_000;

    public long RetentionBytes { get; init; } = -1;

    public int SegmentBytes { get; init; } = 1 << 30;

    public long SegmentMs { get; init; } = 604_800_000;

    public bool Delete { get; init; } = true;

    public bool Compact { get; init; }

    public int MinInSyncReplicas { get; init; } = 1;

    public int MaxMessageBytes { get; init; } = 1_048_588;

    public string CompressionType { get; init; } = "producer";

    public bool LogAppendTime { get; init; }

    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    public long TimestampAfterMaxMs { get; init; } = long.MaxValue;

    public int IndexIntervalBytes { get; init; } = 4096;

    public int SegmentIndexBytes { get; init; } = 10 << 20;

    public long FlushMessages { get; init; } = long.MaxValue;

    public long FlushMs { get; init; } = long.MaxValue;

    public long MinCompactionLagMs { get; init; }

    public long MaxCompactionLagMs { get; init; } = long.MaxValue;

    public long DeleteRetentionMs { get; init; } = 86_400_000;

    public double MinCleanableRatio { get; init; } = 0.5;

    public long FileDeleteDelayMs { get; init; } = 60_000;

    /// <summary>Whether clients that only read the older message formats may fetch.</summary>
    public bool DownConversion { get; init; } = true;

    public ThrottledReplicas LeaderThrottled { get; init; } = ThrottledReplicas.None;

    public ThrottledReplicas FollowerThrottled { get; init; } = ThrottledReplicas.None;

    /// <summary>How old the first record of a segment may become before it closes: only closed ones are compacted (KIP-354).</summary>
    public long RollMs => Compact ? Math.Min(SegmentMs, MaxCompactionLagMs) : SegmentMs;

    /// <summary>Unknown or illegal overrides are passed over: they were checked when they were set.</summary>
    public static LogConfig Create(BrokerConfigValues broker, IReadOnlyDictionary<string, string> overrides)
    {
        var values = new TopicConfigValues(broker, overrides);
        var policies = (IReadOnlyList<string>)values["cleanup.policy"];
        return new LogConfig
        {
            DownConversion = (bool)values["message.downconversion.enable"],
            LeaderThrottled = ThrottledReplicas.Parse((IReadOnlyList<string>)values["leader.replication.throttled.replicas"]),
            FollowerThrottled = ThrottledReplicas.Parse((IReadOnlyList<string>)values["follower.replication.throttled.replicas"]),
            RetentionMs = values.Long("retention.ms"),
            RetentionBytes = values.Long("retention.bytes"),
            SegmentBytes = values.Int("segment.bytes"),
            SegmentMs = values.Long("segment.ms"),
            Delete = policies.Contains("delete"),
            Compact = policies.Contains("compact"),
            MinInSyncReplicas = values.Int("min.insync.replicas"),
            MaxMessageBytes = values.Int("max.message.bytes"),
            CompressionType = (string)values["compression.type"],
            LogAppendTime = (string)values["message.timestamp.type"] == "LogAppendTime",
            TimestampBeforeMaxMs = TimestampLimit(values, "message.timestamp.before.max.ms"),
            TimestampAfterMaxMs = TimestampLimit(values, "message.timestamp.after.max.ms"),
            IndexIntervalBytes = values.Int("index.interval.bytes"),
            SegmentIndexBytes = values.Int("segment.index.bytes"),
            FlushMessages = values.Long("flush.messages"),
            FlushMs = values.Long("flush.ms"),
            MinCompactionLagMs = values.Long("min.compaction.lag.ms"),
            MaxCompactionLagMs = values.Long("max.compaction.lag.ms"),
            DeleteRetentionMs = values.Long("delete.retention.ms"),
            MinCleanableRatio = (double)values["min.cleanable.dirty.ratio"],
            FileDeleteDelayMs = values.Long("file.delete.delay.ms"),
        };
    }

    /// <summary>Where it is not set, the older key that meant both directions holds (KIP-937).</summary>
    static long TimestampLimit(TopicConfigValues values, string key) =>
        values.Long(key) is not long.MaxValue and var limit ? limit : values.Long("message.timestamp.difference.max.ms");
}

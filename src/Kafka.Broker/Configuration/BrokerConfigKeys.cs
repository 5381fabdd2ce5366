using System.Collections.Frozen;
using System.Text.RegularExpressions;
using static Kafka.Broker.Configuration.ConfigType;

namespace Kafka.Broker.Configuration;

/// <summary>
/// The broker's keys with the defaults of Kafka 3.9 (its "Broker Configs" page). Keys that Kafka knows and that change nothing here are
/// accepted with a warning; any other is unknown.
/// </summary>
static partial class BrokerConfigKeys
{
    public const string LeaderThrottle = "leader.replication.throttled.rate";
    public const string FollowerThrottle = "follower.replication.throttled.rate";

    static readonly string[] policies = ["compact", "delete"];
    static readonly string[] timestampTypes = ["CreateTime", "LogAppendTime"];
    static readonly string[] compressions = ["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"];

    public static FrozenDictionary<string, ConfigKey> All { get; } = Honoured().Concat(NoEffect()).ToFrozenDictionary(key => key.Name);

    /// <summary>
    /// Bytes a second, set by tools while replicas move, never in a file; shown where set. The last has nothing to hold back: no replica
    /// moves between directories here.
    /// </summary>
    static readonly ConfigKey[] throttles =
    [
        new(LeaderThrottle, Long, null) { Minimum = 0, Dynamic = true },
        new(FollowerThrottle, Long, null) { Minimum = 0, Dynamic = true },
        new("replica.alter.log.dirs.io.max.bytes.per.second", Long, null) { Minimum = 0, Dynamic = true },
    ];

    /// <summary>The key of that name; one that Kafka does not know either (a plugin's) is of no type.</summary>
    public static ConfigKey Find(string name) =>
        All.GetValueOrDefault(name) ?? throttles.FirstOrDefault(key => key.Name == name) ?? new ConfigKey(name, Unknown, null);

    static IEnumerable<ConfigKey> Honoured() =>
    [
        new("broker.id", Int, "-1") { Minimum = -1 },
        new("broker.id.generation.enable", ConfigType.Boolean, "true"),
        new("reserved.broker.max.id", Int, "1000") { Minimum = 0 },
        new("broker.rack", ConfigType.String, null),
        new("listeners", ConfigType.String, "PLAINTEXT://:9092"),
        new("advertised.listeners", ConfigType.String, null),
        new(
            "listener.security.protocol.map",
            ConfigType.String,
            "PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL"),
        new("inter.broker.listener.name", ConfigType.String, null),
        new("log.dir", ConfigType.String, "/tmp/kafka-logs"),
        new("log.dirs", ConfigType.String, null),
        new("zookeeper.connect", ConfigType.String, null),
        new("zookeeper.session.timeout.ms", Int, "18000") { Minimum = 1 },
        new("num.partitions", Int, "1") { Minimum = 1 },
        new("default.replication.factor", Int, "1") { Minimum = 1 },
        new("auto.create.topics.enable", ConfigType.Boolean, "true"),
        new("delete.topic.enable", ConfigType.Boolean, "true"),
        new("auto.leader.rebalance.enable", ConfigType.Boolean, "true"),
        new("leader.imbalance.check.interval.seconds", Long, "300") { Minimum = 1 },
        new("leader.imbalance.per.broker.percentage", Int, "10"),
        new("controlled.shutdown.enable", ConfigType.Boolean, "true"),
        new("controlled.shutdown.max.retries", Int, "3"),
        new("controlled.shutdown.retry.backoff.ms", Long, "5000"),
        new("socket.request.max.bytes", Int, "104857600") { Minimum = 1 },
        new("queued.max.request.bytes", Long, "-1"),
        new("connections.max.idle.ms", Long, "600000"),
        new("max.connections", Int, "2147483647") { Minimum = 0, Dynamic = true },
        new("replica.lag.time.max.ms", Long, "30000"),
        new("replica.fetch.wait.max.ms", Int, "500"),
        new("replica.fetch.min.bytes", Int, "1"),
        new("replica.fetch.max.bytes", Int, "1048576") { Minimum = 0 },
        new("replica.fetch.response.max.bytes", Int, "10485760") { Minimum = 0 },
        new("replica.fetch.backoff.ms", Int, "1000") { Minimum = 0 },
        new("replica.socket.timeout.ms", Int, "30000"),
        new("replica.high.watermark.checkpoint.interval.ms", Long, "5000"),
        new("fetch.max.bytes", Int, "57671680") { Minimum = 1024 },
        new("max.incremental.fetch.session.cache.slots", Int, "1000") { Minimum = 0 },
        new("group.initial.rebalance.delay.ms", Int, "3000"),
        new("group.min.session.timeout.ms", Int, "6000"),
        new("group.max.session.timeout.ms", Int, "1800000"),
        new("group.max.size", Int, "2147483647") { Minimum = 1 },
        new("offsets.topic.num.partitions", Int, "50") { Minimum = 1 },
        new("offsets.topic.replication.factor", Short, "3") { Minimum = 1 },
        new("offsets.topic.segment.bytes", Int, "104857600") { Minimum = 1 },
        new("offsets.retention.minutes", Int, "10080") { Minimum = 1 },
        new("offsets.retention.check.interval.ms", Long, "600000") { Minimum = 1 },
        new("offsets.commit.timeout.ms", Int, "5000") { Minimum = 1 },
        new("offset.metadata.max.bytes", Int, "4096"),
        new("producer.id.expiration.ms", Int, "86400000") { Minimum = 1, Dynamic = true },
        new("log.retention.check.interval.ms", Long, "300000") { Minimum = 1 },
        new("log.flush.scheduler.interval.ms", Long, "9223372036854775807"),
        new("log.flush.offset.checkpoint.interval.ms", Int, "60000") { Minimum = 0 },
        new("log.cleaner.enable", ConfigType.Boolean, "true"),
        new("log.cleaner.backoff.ms", Long, "15000") { Minimum = 0, Dynamic = true },
        new("log.cleaner.dedupe.buffer.size", Long, "134217728") { Dynamic = true },
        .. LogDefaults(),
    ];

    /// <summary>Defaults of what a topic can override; see <see cref="TopicConfigKeys"/>.</summary>
    static IEnumerable<ConfigKey> LogDefaults() =>
    [
        new("compression.type", ConfigType.String, "producer") { OneOf = compressions, Dynamic = true },
        new("min.insync.replicas", Int, "1") { Minimum = 1, Dynamic = true },
        new("unclean.leader.election.enable", ConfigType.Boolean, "false") { Dynamic = true },
        // a MiB, and the 12 bytes before the counted ones of a batch
        new("message.max.bytes", Int, "1048588") { Minimum = 0, Dynamic = true },
        new("log.retention.ms", Long, null) { Dynamic = true },
        new("log.retention.minutes", Int, null),
        new("log.retention.hours", Int, "168"),
        new("log.retention.bytes", Long, "-1") { Dynamic = true },
        // 14: what the smallest message of format 0 takes beside key and value
        new("log.segment.bytes", Int, "1073741824") { Minimum = 14, Dynamic = true },
        new("log.roll.ms", Long, null) { Minimum = 1, Dynamic = true },
        new("log.roll.hours", Int, "168") { Minimum = 1 },
        new("log.cleanup.policy", List, "delete") { OneOf = policies, Dynamic = true },
        new("log.cleaner.delete.retention.ms", Long, "86400000") { Minimum = 0, Dynamic = true },
        new("log.cleaner.min.compaction.lag.ms", Long, "0") { Minimum = 0, Dynamic = true },
        new("log.cleaner.max.compaction.lag.ms", Long, "9223372036854775807") { Minimum = 1, Dynamic = true },
        new("log.cleaner.min.cleanable.ratio", ConfigType.Double, "0.5") { Minimum = 0, Maximum = 1, Dynamic = true },
        new("log.segment.delete.delay.ms", Long, "60000") { Minimum = 0, Dynamic = true },
        new("log.index.interval.bytes", Int, "4096") { Minimum = 0, Dynamic = true },
        new("log.index.size.max.bytes", Int, "10485760") { Minimum = 4, Dynamic = true },
        new("log.flush.interval.messages", Long, "9223372036854775807") { Minimum = 1, Dynamic = true },
        new("log.flush.interval.ms", Long, null) { Dynamic = true },
        new("log.message.timestamp.type", ConfigType.String, "CreateTime") { OneOf = timestampTypes, Dynamic = true },
        new("log.message.timestamp.before.max.ms", Long, "9223372036854775807") { Minimum = 0, Dynamic = true },
        new("log.message.timestamp.after.max.ms", Long, "9223372036854775807") { Minimum = 0, Dynamic = true },
        new("log.message.timestamp.difference.max.ms", Long, "9223372036854775807") { Minimum = 0, Dynamic = true },
        new("log.message.downconversion.enable", ConfigType.Boolean, "true") { Dynamic = true },
        new("log.preallocate", ConfigType.Boolean, "false") { Dynamic = true, WithoutEffect = true },
        new("log.roll.jitter.ms", Long, null) { Minimum = 0, Dynamic = true, WithoutEffect = true },
        new("log.roll.jitter.hours", Int, "0") { Minimum = 0, WithoutEffect = true },
        new("log.message.format.version", ConfigType.String, "3.0-IV1") { Rule = KafkaVersion, WithoutEffect = true },
    ];

    static string? KafkaVersion(object value) => Releases().IsMatch((string)value) ? null : $"Version {value} is not a valid version";

    /// <summary>0.8.0 to 3.9, with or without the step in between (-IV1) and the patch.</summary>
    [GeneratedRegex(@"\A(0\.(8\.[0-2]|9\.0|10\.[0-2]|11\.0)|1\.[01]|2\.[0-8]|3\.[0-9])(-IV[0-9]|(\.[0-9]+)+)?\z")]
    private static partial Regex Releases();

    static IEnumerable<ConfigKey> NoEffect() =>
        Fixed().Concat(Adjustable().Select(key => key with { Dynamic = true })).Concat(SaslTimings.Keys)
            .Select(key => key with { WithoutEffect = true });

    /// <summary>Those that Kafka changes without a restart.</summary>
    static IEnumerable<ConfigKey> Adjustable() =>
    [
        new("num.network.threads", Int, "3") { Minimum = 1 },
        new("num.io.threads", Int, "8") { Minimum = 1 },
        new("background.threads", Int, "10") { Minimum = 1 },
        new("num.replica.fetchers", Int, "1"),
        new("num.recovery.threads.per.data.dir", Int, "1") { Minimum = 1 },
        new("max.connections.per.ip", Int, "2147483647") { Minimum = 0 },
        new("max.connections.per.ip.overrides", ConfigType.String, ""),
        new("max.connection.creation.rate", Int, "2147483647") { Minimum = 0 },
        new("log.cleaner.threads", Int, "1") { Minimum = 0 },
        new("log.cleaner.io.buffer.size", Int, "524288") { Minimum = 0 },
        new("log.cleaner.io.buffer.load.factor", ConfigType.Double, "0.9"),
        new("log.cleaner.io.max.bytes.per.second", ConfigType.Double, "1.7976931348623157E308"),
        new("log.local.retention.ms", Long, "-2") { Minimum = -2 },
        new("log.local.retention.bytes", Long, "-2") { Minimum = -2 },
        new("metric.reporters", List, ""),
        new("compression.gzip.level", Int, "-1")
        {
            Rule = level => level is -1 or (>= 1 and <= 9) ? null : "Value must be between 1 and 9 or equal to -1",
        },
        new("compression.lz4.level", Int, "9") { Minimum = 1, Maximum = 17 },
        new("compression.zstd.level", Int, "3") { Minimum = -131072, Maximum = 22 },
    ];

    static IEnumerable<ConfigKey> Fixed()
    {
        (string Name, ConfigType Type, string? Default)[] keys =
        [
            ("num.replica.alter.log.dirs.threads", Int, null),
            ("queued.max.requests", Int, "500"),
            ("socket.send.buffer.bytes", Int, "102400"), ("socket.receive.buffer.bytes", Int, "102400"),
            ("socket.listen.backlog.size", Int, "50"), ("replica.socket.receive.buffer.bytes", Int, "65536"),
            ("connection.failed.authentication.delay.ms", Int, "100"),
            ("security.inter.broker.protocol", ConfigType.String, "PLAINTEXT"), ("control.plane.listener.name", ConfigType.String, null),
            ("inter.broker.protocol.version", ConfigType.String, "3.9-IV0"), ("zookeeper.set.acl", ConfigType.Boolean, "false"),
            ("zookeeper.max.in.flight.requests", Int, "10"), ("zookeeper.connection.timeout.ms", Int, null),
            ("offsets.load.buffer.size", Int, "5242880"), ("offsets.topic.compression.codec", Int, "0"),
            ("offsets.commit.required.acks", Short, "-1"),
            ("transaction.state.log.replication.factor", Short, "3"), ("transaction.state.log.min.isr", Int, "2"),
            ("transaction.state.log.num.partitions", Int, "50"), ("transaction.state.log.segment.bytes", Int, "104857600"),
            ("transaction.max.timeout.ms", Int, "900000"), ("transactional.id.expiration.ms", Int, "604800000"),
            ("delete.records.purgatory.purge.interval.requests", Int, "1"),
            ("fetch.purgatory.purge.interval.requests", Int, "1000"), ("producer.purgatory.purge.interval.requests", Int, "1000"),
            ("replica.selector.class", ConfigType.String, null),
            ("metrics.num.samples", Int, "2"), ("metrics.sample.window.ms", Long, "30000"),
            ("metrics.recording.level", ConfigType.String, "INFO"), ("auto.include.jmx.reporter", ConfigType.Boolean, "true"),
            ("quota.window.num", Int, "11"), ("quota.window.size.seconds", Int, "1"), ("authorizer.class.name", ConfigType.String, ""),
            ("controller.socket.timeout.ms", Int, "30000"), ("request.timeout.ms", Int, "30000"),
            ("log.flush.start.offset.checkpoint.interval.ms", Int, "60000"),
            ("create.topic.policy.class.name", Class, null), ("alter.config.policy.class.name", Class, null),
            ("replication.quota.window.num", Int, "11"),
        ];
        return keys.Select(key => new ConfigKey(key.Name, key.Type, key.Default));
    }
}

using System.Collections.Frozen;
using System.Text.RegularExpressions;
using static Kafka.Broker.Configuration.ConfigType;

namespace Kafka.Broker.Configuration;

/// <summary>A topic's key and the broker's keys that give its default, first found first (Kafka's ServerTopicConfigSynonyms).</summary>
sealed record TopicConfigKey(ConfigKey Key, IReadOnlyList<(string BrokerKey, long Factor)> Synonyms);

/// <summary>What a topic can override (Kafka 3.9's "Topic Configs" page).</summary>
static partial class TopicConfigKeys
{
    const long Hour = 3_600_000;
    const long Minute = 60_000;

    public static FrozenDictionary<string, TopicConfigKey> All { get; } = Keys().ToFrozenDictionary(key => key.Key.Name);

    static IEnumerable<TopicConfigKey> Keys() =>
    [
        Same("compression.type", "compression.type"),
        Same("min.insync.replicas", "min.insync.replicas"),
        Same("unclean.leader.election.enable", "unclean.leader.election.enable"),
        Same("max.message.bytes", "message.max.bytes"),
        new(new("retention.ms", Long, "604800000") { Minimum = -1 },
            [("log.retention.ms", 1), ("log.retention.minutes", Minute), ("log.retention.hours", Hour)]),
        Same("retention.bytes", "log.retention.bytes"),
        Same("segment.bytes", "log.segment.bytes"),
        new(new("segment.ms", Long, "604800000") { Minimum = 1 }, [("log.roll.ms", 1), ("log.roll.hours", Hour)]),
        new(new("segment.jitter.ms", Long, "0") { Minimum = 0 }, [("log.roll.jitter.ms", 1), ("log.roll.jitter.hours", Hour)]),
        Same("segment.index.bytes", "log.index.size.max.bytes"),
        Same("cleanup.policy", "log.cleanup.policy"),
        Same("delete.retention.ms", "log.cleaner.delete.retention.ms"),
        Same("min.compaction.lag.ms", "log.cleaner.min.compaction.lag.ms"),
        Same("max.compaction.lag.ms", "log.cleaner.max.compaction.lag.ms"),
        Same("min.cleanable.dirty.ratio", "log.cleaner.min.cleanable.ratio"),
        Same("file.delete.delay.ms", "log.segment.delete.delay.ms"),
        Same("index.interval.bytes", "log.index.interval.bytes"),
        Same("flush.messages", "log.flush.interval.messages"),
        new(
            new("flush.ms", Long, "9223372036854775807") { Minimum = 0 },
            [("log.flush.interval.ms", 1), ("log.flush.scheduler.interval.ms", 1)]),
        Same("message.timestamp.type", "log.message.timestamp.type"),
        Same("message.timestamp.before.max.ms", "log.message.timestamp.before.max.ms"),
        Same("message.timestamp.after.max.ms", "log.message.timestamp.after.max.ms"),
        Same("message.timestamp.difference.max.ms", "log.message.timestamp.difference.max.ms"),
        Same("message.downconversion.enable", "log.message.downconversion.enable"),
        Same("message.format.version", "log.message.format.version"),
        Same("preallocate", "log.preallocate"),
        Throttled("leader.replication.throttled.replicas"),
        Throttled("follower.replication.throttled.replicas"),
        Same("compression.gzip.level", "compression.gzip.level"),
        Same("compression.lz4.level", "compression.lz4.level"),
        Same("compression.zstd.level", "compression.zstd.level"),

        // of tiered storage, which this broker has not: its switch stays off
        Same("local.retention.ms", "log.local.retention.ms"),
        Same("local.retention.bytes", "log.local.retention.bytes"),
        new(new("remote.storage.enable", ConfigType.Boolean, "false"), []),
        new(new("remote.log.copy.disable", ConfigType.Boolean, "false"), []),
        new(new("remote.log.delete.on.disable", ConfigType.Boolean, "false"), []),
    ];

    static TopicConfigKey Throttled(string name) => new(
        new(name, List, "")
        {
            Rule = value => value is string[] items && (items is ["*"] || items.All(ThrottledReplica().IsMatch))
                ? null
                : $"{name} must be the literal '*' or a list of replicas in the following format: "
                    + "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
        },
        []);

    [GeneratedRegex(@"\A[0-9]+:[0-9]+\z")]
    private static partial Regex ThrottledReplica();

    /// <summary>Type, default and legal values are the broker key's.</summary>
    static TopicConfigKey Same(string name, string brokerKey)
    {
        var key = BrokerConfigKeys.All[brokerKey];
        return new TopicConfigKey(key with { Name = name, Dynamic = true }, [(brokerKey, 1)]);
    }
}

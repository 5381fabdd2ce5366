using Kafka.Broker.Configuration;
using Kafka.Protocol;
using Wire;

namespace Kafka.Broker.Tests.Settings;

public sealed class BrokerConfigTests
{
    static readonly string[] smallest = ["broker.id=1", "zookeeper.connect=127.0.0.1:2181/kafka"];

    static BrokerConfig Parse(params string[] lines) => BrokerConfig.Parse([.. smallest, .. lines], "server.properties");

    [Fact]
    public void Keys_that_people_know_are_read()
    {
        var config = Parse(
            "listeners=PLAINTEXT://127.0.0.1:9093", "log.dirs=/a, /b", "num.partitions=4", "default.replication.factor=2",
            "log.retention.hours=2", "log.segment.bytes=1048576", "replica.lag.time.max.ms=5000");

        Assert.Equal(1, config.BrokerId);
        Assert.Equal(new Listener("PLAINTEXT", "127.0.0.1", 9093), Assert.Single(config.Listeners));
        Assert.Equal(["/a", "/b"], config.LogDirs);
        Assert.Equal((4, 2), (config.NumPartitions, config.DefaultReplicationFactor));
        Assert.Equal(TimeSpan.FromSeconds(5), config.ReplicaLagTimeMax);
        var log = LogConfig.Create(config.Values, new Dictionary<string, string>());
        Assert.Equal((7_200_000, 1 << 20), (log.RetentionMs, log.SegmentBytes));
        Assert.Empty(config.Warnings);
    }

    [Fact]
    public void The_finer_unit_wins_and_a_topic_overrides_both()
    {
        var config = Parse("log.retention.hours=2", "log.retention.ms=5000");

        Assert.Equal(5000, LogConfig.Create(config.Values, new Dictionary<string, string>()).RetentionMs);
        Assert.Equal(7, LogConfig.Create(config.Values, new Dictionary<string, string> { ["retention.ms"] = "7" }).RetentionMs);
    }

    [Theory]
    [InlineData("num.partitions=many", "server.properties:3: num.partitions:")]
    [InlineData("num.partitions=0", "server.properties:3: num.partitions:")]
    [InlineData("auto.create.topics.enable=perhaps", "server.properties:3: auto.create.topics.enable:")]
    [InlineData("log.cleanup.policy=forget", "server.properties:3: log.cleanup.policy:")]
    [InlineData("listeners=nonsense", "server.properties:3: listeners:")]
    [InlineData("listeners=SSL://:9093", "server.properties:3: listeners:")]
    [InlineData("inter.broker.listener.name=INTERNAL", "server.properties:3: inter.broker.listener.name:")]
    [InlineData("log.dirs=,", "server.properties:3: log.dirs:")]
    public void A_wrong_value_is_an_error_with_file_line_and_key(string line, string start)
    {
        var error = Assert.Throws<ConfigException>(() => Parse(line));

        Assert.StartsWith(start, error.Message, StringComparison.Ordinal);
    }

    /// <summary>It was accepted, and limited nothing.</summary>
    [Fact]
    public void The_older_limit_of_timestamps_holds_where_the_newer_ones_are_not_set()
    {
        var config = Parse("log.message.timestamp.difference.max.ms=1000", "log.message.timestamp.after.max.ms=50");
        Assert.Empty(config.Warnings);
        var log = LogConfig.Create(config.Values, new Dictionary<string, string>());
        Assert.Equal((1000, 50), (log.TimestampBeforeMaxMs, log.TimestampAfterMaxMs));
        var topic = LogConfig.Create(config.Values, new Dictionary<string, string> { ["message.timestamp.difference.max.ms"] = "7" });
        Assert.Equal((7, 50), (topic.TimestampBeforeMaxMs, topic.TimestampAfterMaxMs));
    }

    [Fact]
    public void Without_ZooKeeper_there_is_no_broker()
    {
        var error = Assert.Throws<ConfigException>(() => BrokerConfig.Parse(["broker.id=1"], "server.properties"));

        Assert.Contains("zookeeper.connect", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_keys_and_keys_without_effect_are_warnings_with_their_line()
    {
        var config = Parse("no.such.key=1", "# comment", "num.io.threads=8");

        Assert.Equal(2, config.Warnings.Count);
        Assert.StartsWith("server.properties:3: no.such.key:", config.Warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("server.properties:5: num.io.threads:", config.Warnings[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Sources_and_synonyms_are_those_that_DescribeConfigs_shows()
    {
        var config = Parse("log.retention.hours=2");
        config.ApplyDynamic(
            new Dictionary<string, string> { ["log.retention.ms"] = "100" },
            new Dictionary<string, string> { ["log.retention.ms"] = "50" });

        var entry = new TopicConfigValues(config.Values, new Dictionary<string, string> { ["retention.ms"] = "7" }).Describe()
            .Single(each => each.Key.Name == "retention.ms");

        Assert.Equal(("7", ConfigSource.TopicConfig), (entry.Value, entry.Source));
        Assert.Equal(
            [
                ("retention.ms", "7", ConfigSource.TopicConfig),
                ("log.retention.ms", "50", ConfigSource.DynamicBrokerConfig),
                ("log.retention.ms", "100", ConfigSource.DynamicDefaultBrokerConfig),
                ("log.retention.hours", "2", ConfigSource.StaticBrokerConfig),
                ("log.retention.hours", "168", ConfigSource.DefaultConfig),
            ],
            entry.Synonyms);
        var standard = new TopicConfigValues(config.Values, new Dictionary<string, string>()).Describe();
        Assert.Equal(ConfigSource.DefaultConfig, standard.Single(each => each.Key.Name == "segment.bytes").Source);
    }

    [Fact]
    public void Only_dynamic_and_legal_overrides_are_laid_over_the_file()
    {
        var config = Parse();

        var refused = config.ApplyDynamic(
            new Dictionary<string, string> { ["min.insync.replicas"] = "2", ["broker.id"] = "9" },
            new Dictionary<string, string> { ["log.segment.bytes"] = "x" });

        Assert.Equal(["broker.id", "log.segment.bytes"], refused.Order());
        Assert.Equal(2, config.Values.Int("min.insync.replicas"));
        Assert.Equal(1, config.BrokerId);
    }

    /// <summary>The words are those that Apache Kafka 3.9 answered CreateTopics with.</summary>
    [Theory]
    [InlineData("nope=1", "Unknown topic config name: nope")]
    [InlineData("retention.ms=abc", "Invalid value abc for configuration retention.ms: Not a number of type LONG")]
    [InlineData("cleanup.policy=compact,zip", "Invalid value zip for configuration cleanup.policy: String must be one of: compact, delete")]
    [InlineData(
        "min.cleanable.dirty.ratio=2", "Invalid value 2.0 for configuration min.cleanable.dirty.ratio: Value must be no more than 1")]
    [InlineData(
        "compression.gzip.level=77",
        "Invalid value 77 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1")]
    [InlineData("compression.zstd.level=99", "Invalid value 99 for configuration compression.zstd.level: Value must be no more than 22")]
    [InlineData(
        "message.format.version=9.9", "Invalid value 9.9 for configuration message.format.version: Version 9.9 is not a valid version")]
    [InlineData(
        "leader.replication.throttled.replicas=bad",
        "Invalid value [bad] for configuration leader.replication.throttled.replicas: "
        + "leader.replication.throttled.replicas must be the literal '*' "
        + "or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...")]
    [InlineData(
        "min.compaction.lag.ms=100;max.compaction.lag.ms=10",
        "conflict topic config setting min.compaction.lag.ms (100) > max.compaction.lag.ms (10)")]
    [InlineData(
        "remote.storage.enable=true",
        "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.")]
    [InlineData("leader.replication.throttled.replicas=0:1,1:2;message.format.version=2.8-IV1;local.retention.ms=9999999999999", null)]
    [InlineData("leader.replication.throttled.replicas=*", null)]
    public void Overrides_of_a_topic_are_refused_in_Kafkas_words(string overrides, string? refusal)
    {
        var pairs = overrides.Split(';').Select(line => line.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal(refusal, new TopicConfigValues(Parse().Values, pairs).Check());
    }

    /// <summary>A warning for a key that works would be as wrong as none for a key that does not.</summary>
    [Theory]
    [InlineData("max.incremental.fetch.session.cache.slots=5", false)]
    [InlineData("request.timeout.ms=5000", true)]
    public void The_warning_says_whether_a_key_has_an_effect(string line, bool warned) =>
        Assert.Equal(warned, Parse(line).Warnings.Count == 1);

    [Theory]
    [InlineData("controller.quorum.voters=1@h:9093", "a key of Kafka")]
    [InlineData("group.share.enable=true", "a key of Kafka")]
    [InlineData("remote.log.reader.threads=3", "a key of Kafka")]
    [InlineData("num.partitons=3", "unknown key")]
    [InlineData("listener.name.internal.num.network.threads=3", "no settings for single listeners")]
    public void A_key_of_Kafka_for_what_is_not_here_differs_from_an_unknown_one(string line, string warning) =>
        Assert.Contains(warning, Assert.Single(Parse(line).Warnings), StringComparison.Ordinal);

    [Fact]
    public void A_broker_is_described_with_fallbacks_and_with_what_was_set_beyond_its_keys()
    {
        var config = Parse();
        config.ApplyDynamic(
            new Dictionary<string, string> { ["plugin.secret"] = "x" },
            new Dictionary<string, string> { ["log.retention.ms"] = "50" });

        var described = config.Values.Describe().ToDictionary(entry => entry.Key.Name);

        Assert.Equal(ConfigType.Unknown, described["plugin.secret"].Key.Type);
        Assert.Equal(
            [("log.retention.ms", "50", ConfigSource.DynamicBrokerConfig), ("log.retention.hours", "168", ConfigSource.DefaultConfig)],
            described["log.retention.ms"].Synonyms);
        Assert.Empty(described["log.retention.minutes"].Synonyms);
    }
}

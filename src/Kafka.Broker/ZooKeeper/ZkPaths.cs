using Kafka.Protocol;

namespace Kafka.Broker.ZooKeeper;

/// <summary>Where Apache Kafka 3.9 keeps what in ZooKeeper, below the chroot (its ZkData).</summary>
static class ZkPaths
{
    public const string BrokerIds = "/brokers/ids";
    public const string Topics = "/brokers/topics";
    public const string BrokerSequence = "/brokers/seqid";
    public const string Controller = "/controller";
    public const string ControllerEpoch = "/controller_epoch";
    public const string ClusterId = "/cluster/id";
    public const string ConfigChanges = "/config/changes";
    public const string ConfigChangePrefix = "/config/changes/config_change_";
    public const string TopicConfigs = "/config/topics";
    public const string BrokerConfigs = "/config/brokers";
    public const string DeleteTopics = "/admin/delete_topics";
    public const string ReassignPartitions = "/admin/reassign_partitions";
    public const string PreferredReplicaElection = "/admin/preferred_replica_election";
    public const string IsrChangeNotification = "/isr_change_notification";
    public const string LogDirEventNotification = "/log_dir_event_notification";
    public const string LogDirEventPrefix = "/log_dir_event_notification/log_dir_event_";
    public const string ProducerIdBlock = "/latest_producer_id_block";
    public const string Feature = "/feature";

    /// <summary>The name of cluster-wide broker settings below <see cref="BrokerConfigs"/>.</summary>
    public const string DefaultEntity = "<default>";

    /// <summary>Made by the first broker that starts, in Kafka's order, without data.</summary>
    public static readonly IReadOnlyList<string> Persistent =
    [
        "/consumers", BrokerIds, Topics, ConfigChanges, DeleteTopics, BrokerSequence, IsrChangeNotification,
        ProducerIdBlock, LogDirEventNotification,
        TopicConfigs, "/config/clients", "/config/users", BrokerConfigs, "/config/ips",
    ];

    public static string Broker(int id) => $"{BrokerIds}/{id}";

    public static string Topic(string topic) => $"{Topics}/{topic}";

    public static string Partitions(string topic) => $"{Topics}/{topic}/partitions";

    public static string Partition(TopicPartition partition) => $"{Topics}/{partition.Topic}/partitions/{partition.Partition}";

    public static string State(TopicPartition partition) => $"{Topics}/{partition.Topic}/partitions/{partition.Partition}/state";

    public static string TopicConfig(string topic) => $"{TopicConfigs}/{topic}";

    /// <summary>Null for the settings of all brokers.</summary>
    public static string BrokerConfig(int? id) =>
        $"{BrokerConfigs}/{id?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? DefaultEntity}";

    public static string DeleteTopic(string topic) => $"{DeleteTopics}/{topic}";
}

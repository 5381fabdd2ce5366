using System.Globalization;

namespace Kafka.Protocol.Znodes;

/// <summary>
/// Where a Kafka 3.9 cluster in ZooKeeper mode keeps what, below its chroot (kafka.zk.ZkData). A path that is a prefix is completed by
/// ZooKeeper with the number of a sequential znode.
/// </summary>
public static class ZkPaths
{
    /// <summary>Parent of brokers and topics.</summary>
    public const string Brokers = "/brokers";

    /// <summary>Registered brokers, ephemeral, by id: <see cref="BrokerZNode"/>.</summary>
    public const string BrokerIds = Brokers + "/ids";

    /// <summary>Topics by name: <see cref="TopicZNode"/>.</summary>
    public const string Topics = Brokers + "/topics";

    /// <summary>Its version is the last broker id generated.</summary>
    public const string BrokerSequence = Brokers + "/seqid";

    /// <summary>Which broker is controller, ephemeral: <see cref="ControllerZNode"/>.</summary>
    public const string Controller = "/controller";

    /// <summary>The epoch of the last controller elected; its version fences the writes of the ones before.</summary>
    public const string ControllerEpoch = "/controller_epoch";

    /// <summary>The cluster's id, and the parent it needs.</summary>
    public const string Cluster = "/cluster", ClusterId = Cluster + "/id";

    /// <summary>Parent of all overrides of configs.</summary>
    public const string Configs = "/config";

    /// <summary>Notices that an entity's overrides changed.</summary>
    public const string ConfigChanges = Configs + "/changes", ConfigChangePrefix = ConfigChanges + "/config_change_";

    /// <summary>Overrides of topics, by name.</summary>
    public const string TopicConfigs = Configs + "/topics";

    /// <summary>Overrides of brokers, by id.</summary>
    public const string BrokerConfigs = Configs + "/brokers";

    /// <summary>The name of cluster-wide broker settings below <see cref="BrokerConfigs"/>.</summary>
    public const string DefaultEntity = "<default>";

    /// <summary>Topics marked for deletion, by name.</summary>
    public const string DeleteTopics = "/admin/delete_topics";

    /// <summary>Reassignments as tools before KIP-455 ask for them.</summary>
    public const string ReassignPartitions = "/admin/reassign_partitions";

    /// <summary>Elections as tools before KIP-460 ask for them.</summary>
    public const string PreferredReplicaElection = "/admin/preferred_replica_election";

    /// <summary>Notices of leaders before AlterPartition (KIP-497) that they changed an ISR.</summary>
    public const string IsrChangeNotification = "/isr_change_notification";

    /// <summary>Notices of brokers that one of their log directories failed (KIP-112).</summary>
    public const string LogDirEventNotification = "/log_dir_event_notification",
        LogDirEventPrefix = LogDirEventNotification + "/log_dir_event_";

    /// <summary>The producer ids handed out last.</summary>
    public const string ProducerIdBlock = "/latest_producer_id_block";

    /// <summary>Parent of the groups of consumers that know ZooKeeper, which are from before Kafka 0.9.</summary>
    public const string Consumers = "/consumers";

    /// <summary>Finalized features (KIP-584).</summary>
    public const string Feature = "/feature";

    /// <summary>Made by the first broker that starts, in Kafka's order, without data.</summary>
    public static readonly IReadOnlyList<string> Persistent =
    [
        Consumers, BrokerIds, Topics, ConfigChanges, DeleteTopics, BrokerSequence, IsrChangeNotification,
        ProducerIdBlock, LogDirEventNotification,
        TopicConfigs, Configs + "/clients", Configs + "/users", BrokerConfigs, Configs + "/ips",
    ];

    /// <summary>One broker's registration.</summary>
    public static string Broker(int id) => $"{BrokerIds}/{id.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>One topic's assignment.</summary>
    public static string Topic(string topic) => $"{Topics}/{topic}";

    /// <summary>Parent of a topic's partitions.</summary>
    public static string Partitions(string topic) => $"{Topic(topic)}/partitions";

    /// <summary>Parent of one partition's state.</summary>
    public static string Partition(TopicPartition partition) =>
        $"{Partitions(partition.Topic)}/{partition.Partition.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>One partition's <see cref="PartitionStateZNode"/>.</summary>
    public static string State(TopicPartition partition) => $"{Partition(partition)}/state";

    /// <summary>One topic's overrides.</summary>
    public static string TopicConfig(string topic) => $"{TopicConfigs}/{topic}";

    /// <summary>One broker's overrides; null for the settings of all brokers.</summary>
    public static string BrokerConfig(int? id) => $"{BrokerConfigs}/{id?.ToString(CultureInfo.InvariantCulture) ?? DefaultEntity}";

    /// <summary>How a notice names the entity whose overrides are at a path: "topics/orders", "brokers/1".</summary>
    public static string ConfigEntity(string path) => path[(Configs.Length + 1)..];

    /// <summary>Where such a group keeps its offsets: by topic, and by partition the number as text.</summary>
    public static string ConsumerOffsets(string group) => $"{Consumers}/{group}/offsets";

    /// <summary>A topic's partitions among them.</summary>
    public static string ConsumerOffsets(string group, string topic) => $"{ConsumerOffsets(group)}/{topic}";

    /// <summary>One offset, as text.</summary>
    public static string ConsumerOffset(string group, TopicPartition partition) =>
        $"{ConsumerOffsets(group, partition.Topic)}/{partition.Partition.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Which consumer's thread reads a partition; ephemeral.</summary>
    public static string ConsumerOwner(string group, TopicPartition partition) =>
        $"{Consumers}/{group}/owners/{partition.Topic}/{partition.Partition.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>One topic's mark for deletion.</summary>
    public static string DeleteTopic(string topic) => $"{DeleteTopics}/{topic}";
}

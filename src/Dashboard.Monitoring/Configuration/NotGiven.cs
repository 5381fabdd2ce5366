using Wire;

namespace Dashboard.Monitoring;

/// <summary>What is said of a cluster that was opened without one of its two addresses.</summary>
public static class NotGiven
{
    public static readonly CodedText Kafka = CodedText.Of(
        "NoKafkaAddress", $"No Kafka address was given for this cluster (--kafka HOST:PORT,…).");

    public static readonly CodedText EligibleLeaders = CodedText.Of(
        "EligibleUntold", $"The brokers do not tell who is eligible to lead: that came with Kafka 4.0.");

    public static readonly CodedText Quorum = CodedText.Of(
        "NoQuorumInZooKeeperMode", $"This cluster is in ZooKeeper mode: its controllers have no quorum of their own.");

    public static readonly CodedText ZooKeeper = CodedText.Of(
        "NoZooKeeperAddress", $"No ZooKeeper address was given for this cluster (--zookeeper HOST:PORT,…/chroot).");
}

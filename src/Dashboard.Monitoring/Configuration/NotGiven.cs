namespace Dashboard.Monitoring;

/// <summary>What is said of a cluster that was opened without one of its two addresses.</summary>
public static class NotGiven
{
    public const string Kafka = "No Kafka address was given for this cluster (--kafka HOST:PORT,…).";

    public const string EligibleLeaders = "The brokers do not tell who is eligible to lead: that came with Kafka 4.0.";

    public const string Quorum = "This cluster is in ZooKeeper mode: its controllers have no quorum of their own.";

    public const string ZooKeeper = "No ZooKeeper address was given for this cluster (--zookeeper HOST:PORT,…/chroot).";
}

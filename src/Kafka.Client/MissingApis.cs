using Kafka.Protocol;
using Wire;

namespace Kafka.Client;

/// <summary>
/// What older brokers lack: which release of Apache Kafka brought it (by the KIPs that are named, and the "versions" notes of the message
/// definitions), and what can be done without.
/// </summary>
static class MissingApis
{
    static readonly Arrival[] arrivals =
    [
        new(ApiKey.CreatePartitions, 0, "1.0", CodedText.Of(
            "WithoutCreatePartitions", $"Until then kafka-topics.sh of the brokers' release adds partitions, through ZooKeeper.")),
        new(ApiKey.DescribeLogDirs, 0, "1.0", CodedText.Of(
            "WithoutDescribeLogDirs", $"Sizes of replicas are not known until then.")),
        new(ApiKey.DeleteGroups, 0, "1.1", CodedText.Of(
            "WithoutDeleteGroups",
            $"Until then a group without members goes by itself, when its offsets are as old as offsets.retention.minutes.")),
        new(ApiKey.ElectLeaders, 0, "2.2", CodedText.Of(
            "WithoutElectLeaders",
            $"Until then preferred leaders are elected through ZooKeeper: here, too, once the cluster's is named.")),
        new(ApiKey.ElectLeaders, 1, "2.4", CodedText.Of(
            "WithoutUncleanElection",
            $"Until then a leader that is not in sync is elected while the topic has unclean.leader.election.enable=true.")),
        new(ApiKey.CreateTopics, 4, "2.4", CodedText.Of(
            "WithoutDefaults", $"Name the number of partitions and the replication factor.")),
        new(ApiKey.IncrementalAlterConfigs, 0, "2.3", CodedText.Of(
            "WithoutIncrementalAlterConfigs", $"Until then levels of loggers are changed through JMX alone.")),
        new(ApiKey.AlterPartitionReassignments, 0, "2.4", CodedText.Of(
            "WithoutReassignments",
            $"Until then replicas are moved through ZooKeeper: here, too, once the cluster's is named. No move can be taken back.")),
        new(ApiKey.ListPartitionReassignments, 0, "2.4", CodedText.Of(
            "WithoutListing", $"Until then ZooKeeper tells which replicas move: here, too, once the cluster's is named.")),
        new(ApiKey.OffsetDelete, 0, "2.4", CodedText.Of(
            "WithoutOffsetDelete", $"Until then offsets are reset, or go by themselves after offsets.retention.minutes.")),
        new(ApiKey.LeaveGroup, 3, "2.4", CodedText.Of(
            "WithoutRemoval", $"Until then a member goes when it is stopped, or after its session timeout.")),
        new(ApiKey.DescribeClientQuotas, 0, "2.6", CodedText.Of(
            "WithoutQuotas", $"Until then quotas are in ZooKeeper, below /config/users and /config/clients.")),
        new(ApiKey.DescribeUserScramCredentials, 0, "2.7", CodedText.Of(
            "WithoutScram", $"Until then users with SCRAM credentials are in ZooKeeper, below /config/users.")),
    ];

    /// <summary>What a broker at this address lacks, in words that name the API, the release that brought it and the way out.</summary>
    internal static KafkaException Of(string host, int port, ApiKey api, short atLeast = 0)
    {
        var what = atLeast == 0 ? $"{api}" : $"{api} v{atLeast}";
        var address = HostPort.Format(host, port);
        return KafkaException.Lacking(Array.Find(arrivals, one => one.Key == api && one.Version == atLeast) is { } arrival
            ? CodedText.Of("ApiCameLater", $"{address} does not have {what}, which came with Kafka {arrival.Release}. {arrival.Without}")
            : CodedText.Of("ApiMissing", $"{address} does not have {what}."));
    }

    /// <param name="Without">What can be done before that release.</param>
    sealed record Arrival(ApiKey Key, short Version, string Release, CodedText Without);
}

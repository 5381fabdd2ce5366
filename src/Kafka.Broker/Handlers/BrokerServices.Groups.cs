using Kafka.Broker.Groups;
using Kafka.Broker.Metadata;

namespace Kafka.Broker.Handlers;

/// <summary>What the groups add.</summary>
public sealed partial class BrokerServices
{
    public GroupCoordinator Groups { get; set; } = null!;

    /// <summary>Makes the coordinator once the replicas are there (and before they start: it must hear of every role), and tells it of deleted topics.</summary>
    public void CreateGroups()
    {
        Groups = new GroupCoordinator(
            Config, new ReplicaGroupLog(Config, Replicas), () => GroupPartitions.Count(Metadata.Current, Config), Time, Gate, Loggers);
        Replicas.Listen(Groups);
        Metadata.Changed += ForgetDeletedTopics;
    }

    void ForgetDeletedTopics(MetadataImage before, MetadataImage after)
    {
        if (before.Topics.Keys.Where(topic => !after.Topics.ContainsKey(topic)).ToHashSet() is { Count: > 0 } deleted)
        {
            _ = Groups.TopicsDeletedAsync(deleted);
        }
    }
}

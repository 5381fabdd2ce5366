using Kafka.Protocol;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Handlers.Admin;

/// <summary>
/// A topic's znode holds all its partitions, and ZooKeeper takes no longer request than jute.maxbuffer: said before anything is written, or
/// a topic's configs would be left behind without their topic.
/// </summary>
static class TopicSize
{
    /// <summary>Beside the znode a request has its path and its ACL.</summary>
    const int Most = Limits.MaxBuffer - 1024;

    /// <exception cref="AdminException">InvalidPartitions.</exception>
    public static void Check(IReadOnlyDictionary<int, ReplicaAssignment> partitions)
    {
        var size = new TopicZNode(Guid.Empty, partitions).Encode().Length;
        if (size > Most)
        {
            throw new AdminException(
                ErrorCode.InvalidPartitions,
                $"{partitions.Count} partitions with their replicas take {size} bytes of the topic's znode, and ZooKeeper takes {Most}.");
        }
    }
}

using System.Collections.Concurrent;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;

namespace Kafka.Broker.Replication;

/// <summary>
/// One fetcher for each broker that leads something followed here. Which partitions a fetcher has is state of the replica loop; the fetcher
/// asks the loop for each request and hands each response to it.
/// </summary>
sealed partial class FollowerFetchers(ReplicaManager replicas, ILogger logger)
{
    readonly ConcurrentDictionary<int, FollowerFetcher> fetchers = [];
    readonly Dictionary<int, (string Host, int Port)> addresses = [];

    /// <summary>On the loop: where a broker listens.</summary>
    public void Learn(int brokerId, string host, int port)
    {
        addresses[brokerId] = (host, port);
        if (fetchers.TryGetValue(brokerId, out var fetcher))
        {
            fetcher.Address = (host, port);
        }
    }

    /// <summary>On the loop: fetch the partition from its leader.</summary>
    public void Follow(Partition partition)
    {
        if (!addresses.TryGetValue(partition.LeaderId, out var address))
        {
            LogNoAddress(partition.TopicPartition, partition.LeaderId);
            return;
        }

        if (!fetchers.TryGetValue(partition.LeaderId, out var fetcher))
        {
            fetchers[partition.LeaderId] = fetcher = new FollowerFetcher(replicas, partition.LeaderId, address, logger);
            fetcher.Start();
        }

        fetcher.Add(partition);
    }

    /// <summary>On the loop.</summary>
    public void Unfollow(Partition partition)
    {
        if (fetchers.TryGetValue(partition.LeaderId, out var fetcher))
        {
            fetcher.Remove(partition);
        }
    }

    /// <summary>After the loop's end.</summary>
    public Task StopAsync() => Task.WhenAll(fetchers.Values.Select(fetcher => fetcher.StopAsync()));

    [LoggerMessage(Level = LogLevel.Error, Message = "{Partition}: the controller did not say where leader {Leader} listens")]
    partial void LogNoAddress(TopicPartition partition, int leader);
}

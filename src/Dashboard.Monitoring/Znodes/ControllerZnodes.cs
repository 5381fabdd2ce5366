using Dashboard.Monitoring.Connections;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Protocol;
using Kafka.Protocol.Znodes;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Dashboard.Monitoring.Znodes;

/// <summary>
/// What a controller is asked for through znodes that it watches, as kafka-preferred-replica-election.sh and
/// kafka-reassign-partitions.sh did before there were requests for it (KIP-183, KIP-455). Each is one znode, which the controller deletes
/// when it is done with it: only one is asked for at a time.
/// </summary>
sealed class ControllerZnodes(ZooKeeperLink link, KafkaCluster kafka)
{
    /// <summary>A server takes a little less than 1 MiB of one znode (jute.maxbuffer).</summary>
    const int MostBytes = 1_000_000;

    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Moves under way; of a controller that has put the old and the new replicas together meanwhile.</summary>
    public async Task<IReadOnlyList<OngoingReassignment>> ReassignmentsAsync(CancellationToken cancellationToken)
    {
        var wanted = await ReadAsync(ZkPaths.ReassignPartitions, cancellationToken).ConfigureAwait(false) is { } data
            ? AdminZNodes.DecodeReassignments(data)
            : null;
        if (wanted is not { Count: > 0 })
        {
            return [];
        }

        var metadata = await kafka.MetadataAsync([.. wanted.Keys.Select(one => one.Topic).Distinct()], cancellationToken)
            .ConfigureAwait(false);
        return
        [
            .. from topic in metadata.Topics
               from one in topic.Partitions
               let partition = new TopicPartition(topic.Name ?? "", one.PartitionIndex)
               where wanted.ContainsKey(partition)
               let target = wanted[partition]
               // the replicas before the move are told nowhere: those that are not in sync yet are the ones that come
               select new OngoingReassignment(
                   partition, [.. one.ReplicaNodes.Union(target)], [.. target.Except(one.IsrNodes)], [.. one.ReplicaNodes.Except(target)]),
        ];
    }

    /// <summary>Null for what was asked for, which is all or nothing.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> ReassignAsync(
        IReadOnlyDictionary<TopicPartition, IReadOnlyList<int>> wanted)
    {
        await AskAsync(ZkPaths.ReassignPartitions, AdminZNodes.EncodeReassignments(wanted), ErrorCode.ReassignmentInProgress)
            .ConfigureAwait(false);
        return wanted.Keys.ToDictionary(one => one, KafkaException? (_) => null);
    }

    /// <summary>Null for a partition that its preferred leader leads afterwards.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, KafkaException?>> ElectAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        if (partitions.Count == 0)
        {
            return new Dictionary<TopicPartition, KafkaException?>();
        }

        await AskAsync(ZkPaths.PreferredReplicaElection, AdminZNodes.EncodePartitions(partitions), ErrorCode.InvalidRequest)
            .ConfigureAwait(false);
        if (!await IsDoneAsync(ZkPaths.PreferredReplicaElection).ConfigureAwait(false))
        {
            var open = new KafkaException(ErrorCode.RequestTimedOut, "The controller has not held the election that ZooKeeper names yet.");
            return partitions.ToDictionary(one => one, KafkaException? (_) => open);
        }

        var led = await LedAsync(partitions).ConfigureAwait(false);
        return partitions.ToDictionary(one => one, one => led.Contains(one)
            ? null
            : new KafkaException(ErrorCode.PreferredLeaderNotAvailable));
    }

    /// <summary>Brokers hear of it one after the other: asked again for a moment, until all are as they should be.</summary>
    async Task<HashSet<TopicPartition>> LedAsync(IReadOnlyCollection<TopicPartition> partitions)
    {
        string[] topics = [.. partitions.Select(one => one.Topic).Distinct()];
        for (var began = Now(); ; await PauseAsync().ConfigureAwait(false))
        {
            var metadata = await kafka.MetadataAsync(topics, CancellationToken.None).ConfigureAwait(false);
            var led =
                from topic in metadata.Topics
                from one in topic.Partitions
                where one.LeaderId >= 0 && one.LeaderId == one.ReplicaNodes.FirstOrDefault(-1)
                select new TopicPartition(topic.Name ?? "", one.PartitionIndex);
            var found = led.ToHashSet();
            if (partitions.All(found.Contains) || kafka.Options.Time.GetElapsedTime(began) > kafka.Options.RequestTimeout)
            {
                return found;
            }
        }
    }

    async Task AskAsync(string path, byte[] data, ErrorCode taken)
    {
        if (data.Length > MostBytes)
        {
            throw new KafkaException(
                ErrorCode.InvalidRequest,
                $"So many partitions do not fit into {link.Chroot}{path} at once: ask for some of them at a time.");
        }

        try
        {
            await link.Client.CreateAsync(link.Chroot + path, data).ConfigureAwait(false);
        }
        catch (ZooKeeperException e)
        {
            throw e.Code switch
            {
                ZooKeeperError.NodeExists => new KafkaException(
                    taken, $"{link.Chroot}{path} is there: the controller still works on what was asked before. Wait until that is done."),
                ZooKeeperError.NoAuth => new KafkaException(
                    ErrorCode.ClusterAuthorizationFailed, $"ZooKeeper does not let this client create {link.Chroot}{path}."),
                // it may have got there: the cluster shows it
                ZooKeeperError.ConnectionLoss or ZooKeeperError.OperationTimeout or ZooKeeperError.SessionExpired =>
                    new KafkaException(ErrorCode.Network, $"{link.Chroot}{path}: {e.Message}"),
                _ => new KafkaException(ErrorCode.UnknownServerError, $"{link.Chroot}{path}: {e.Message}"),
            };
        }
    }

    /// <summary>The controller deletes what it is done with.</summary>
    async Task<bool> IsDoneAsync(string path)
    {
        for (var began = Now(); kafka.Options.Time.GetElapsedTime(began) < kafka.Options.OperationTimeout;)
        {
            if (await ReadAsync(path, CancellationToken.None).ConfigureAwait(false) is null)
            {
                return true;
            }

            await PauseAsync().ConfigureAwait(false);
        }

        return false;
    }

    /// <summary>Null: there is no such znode.</summary>
    async Task<byte[]?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return (await link.Client.GetDataAsync(link.Chroot + path, cancellationToken: cancellationToken).ConfigureAwait(false)).Data;
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return null;
        }
        catch (ZooKeeperException e)
        {
            throw new KafkaException(ErrorCode.Network, $"{link.Chroot}{path} cannot be read: {e.Message}");
        }
    }

    long Now() => kafka.Options.Time.GetTimestamp();

    Task PauseAsync() => Task.Delay(pause, kafka.Options.Time);
}

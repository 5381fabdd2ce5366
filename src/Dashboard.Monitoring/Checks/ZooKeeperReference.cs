using System.Globalization;
using Dashboard.Monitoring.Connections;
using Kafka.Protocol;
using Kafka.Protocol.Znodes;
using ZooKeeper.Client;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace Dashboard.Monitoring.Checks;

/// <summary>
/// Reads what ZooKeeper says of a cluster: registrations, the controller, each topic with its partitions' states, overrides.
/// </summary>
sealed class ZooKeeperReference(ZooKeeperLink link)
{
    /// <summary>Partitions of one check: about as many requests, in some seconds. Topics past it are left out, and counted.</summary>
    internal const int MostPartitions = 20_000;

    /// <summary>Requests on their way at once: an ensemble throttles its clients at 1,000, and others use the session meanwhile.</summary>
    const int AtOnce = 200;

    /// <param name="scope">Topics to read; null: all.</param>
    public async Task<ReferenceSaid> ReadAsync(IReadOnlySet<string>? scope, CancellationToken cancellationToken)
    {
        var client = link.Client;
        var names = await ChildrenAsync(client, ZkPaths.Topics, cancellationToken).ConfigureAwait(false);
        // after the names: one that is deleted in between is in neither list
        var marked = await ChildrenAsync(client, ZkPaths.DeleteTopics, cancellationToken).ConfigureAwait(false);
        var brokers = await ChildrenAsync(client, ZkPaths.BrokerIds, cancellationToken).ConfigureAwait(false);
        var controller = await DataAsync(client, ZkPaths.Controller, cancellationToken).ConfigureAwait(false);
        var wanted = names.Where(n => scope?.Contains(n) != false).Order(StringComparer.Ordinal).ToList();
        var (topics, left) = await TopicsAsync(client, wanted, cancellationToken).ConfigureAwait(false);
        var configs = await ConfigsAsync(client, scope, topics, cancellationToken).ConfigureAwait(false);
        // after the overrides: what is announced in between is announced
        var announcements = await AnnouncementsAsync(client, brokers, cancellationToken).ConfigureAwait(false);
        var said = new ClusterSaid(
            topics,
            brokers.Select(name => int.TryParse(name, out var id) ? id : -1).Where(id => id >= 0).ToHashSet(),
            controller is { } znode ? ControllerZNode.Decode(znode.Data)?.BrokerId : null,
            new HashSet<string>());
        return new ReferenceSaid(said)
        {
            Names = names,
            Marked = marked,
            Configs = configs,
            Announcements = announcements,
            ControllerVersion = controller?.Stat.Mzxid ?? 0,
            Left = left,
        };
    }

    async Task<(Dictionary<string, TopicSaid> Topics, int Left)> TopicsAsync(
        ZooKeeperClient client, List<string> names, CancellationToken cancellationToken)
    {
        var topics = new Dictionary<string, TopicSaid>(StringComparer.Ordinal);
        var (partitions, seen) = (0, 0);
        foreach (var some in names.Chunk(AtOnce))
        {
            var read = await AllAsync(client, some, ZkPaths.Topic, cancellationToken).ConfigureAwait(false);
            var assigned = read.Select(one => (one.Item, Topic: TopicZNode.Decode(one.Data), one.Stat))
                .Where(one => one.Topic is not null)
                .ToDictionary(one => one.Item, one => (Topic: one.Topic!, one.Stat), StringComparer.Ordinal);
            var keys = assigned.SelectMany(one => one.Value.Topic.Partitions.Keys, (one, p) => new TopicPartition(one.Key, p)).ToList();
            var states = await StatesAsync(client, keys, cancellationToken).ConfigureAwait(false);
            foreach (var (name, (topic, stat)) in assigned)
            {
                topics[name] = new TopicSaid(
                    topic.TopicId ?? Guid.Empty,
                    topic.Partitions.ToDictionary(p => p.Key, p => Partition(p.Value, states.GetValueOrDefault(new(name, p.Key)))),
                    stat.Mzxid)
                {
                    MadeAt = stat.Ctime,
                };
            }

            seen += some.Length;
            partitions += keys.Count;
            // after a whole chunk: no topic is compared by half of its partitions
            if (partitions >= MostPartitions)
            {
                break;
            }
        }

        return (topics, names.Count - seen);
    }

    /// <summary>A partition without a state has no leader yet.</summary>
    static PartitionSaid Partition(ReplicaAssignment assignment, (PartitionStateZNode? State, long Version) said) => new(
        said.State?.Leader ?? PartitionStateZNode.NoLeader,
        said.State?.LeaderEpoch ?? -1,
        [.. said.State?.Isr.Order() ?? Enumerable.Empty<int>()],
        [.. assignment.Replicas],
        said.Version);

    async Task<Dictionary<TopicPartition, (PartitionStateZNode? State, long Version)>> StatesAsync(
        ZooKeeperClient client, List<TopicPartition> keys, CancellationToken cancellationToken)
    {
        var states = new Dictionary<TopicPartition, (PartitionStateZNode?, long)>(keys.Count);
        foreach (var some in keys.Chunk(AtOnce))
        {
            foreach (var (key, data, stat) in await AllAsync(client, some, ZkPaths.State, cancellationToken).ConfigureAwait(false))
            {
                states[key] = (PartitionStateZNode.Decode(data, stat.Version), stat.Mzxid);
            }
        }

        return states;
    }

    async Task<Dictionary<string, ConfigSaid>> ConfigsAsync(
        ZooKeeperClient client, IReadOnlySet<string>? scope, Dictionary<string, TopicSaid> topics, CancellationToken cancellationToken)
    {
        var names = await ChildrenAsync(client, ZkPaths.TopicConfigs, cancellationToken).ConfigureAwait(false);
        var wanted = names.Where(n => scope?.Contains(n) != false).Order(StringComparer.Ordinal).Take(MostPartitions);
        var configs = new Dictionary<string, ConfigSaid>(StringComparer.Ordinal);
        foreach (var some in wanted.Chunk(AtOnce))
        {
            foreach (var (name, data, stat) in await AllAsync(client, some, ZkPaths.TopicConfig, cancellationToken).ConfigureAwait(false))
            {
                var isChange = ConfigSaid.IsChange(stat.Version, stat.Mtime, topics.GetValueOrDefault(name)?.MadeAt);
                configs[name] = new ConfigSaid(AdminZNodes.DecodeConfig(data), stat.Mzxid, isChange);
            }
        }

        return configs;
    }

    async Task<ConfigAnnouncements?> AnnouncementsAsync(
        ZooKeeperClient client, HashSet<string> brokers, CancellationToken cancellationToken)
    {
        if (await DataAsync(client, ZkPaths.ConfigChanges, cancellationToken).ConfigureAwait(false) is not { } changes)
        {
            return null;
        }

        var names = await ChildrenAsync(client, ZkPaths.ConfigChanges, cancellationToken).ConfigureAwait(false);
        var newest = new Dictionary<string, long>(StringComparer.Ordinal);
        long? oldest = null;
        foreach (var some in names.Chunk(AtOnce))
        {
            foreach (var (_, data, stat) in await AllAsync(client, some, n => $"{ZkPaths.ConfigChanges}/{n}", cancellationToken)
                .ConfigureAwait(false))
            {
                oldest = oldest < stat.Czxid ? oldest : stat.Czxid;
                if (AdminZNodes.DecodeConfigChange(data) is { } entity)
                {
                    newest[entity] = Math.Max(stat.Czxid, newest.GetValueOrDefault(entity));
                }
            }
        }

        var registered = await AllAsync(client, [.. brokers], n => $"{ZkPaths.BrokerIds}/{n}", cancellationToken).ConfigureAwait(false);
        return new ConfigAnnouncements(
            changes.Stat.Pzxid, oldest, newest,
            registered.Where(b => int.TryParse(b.Item, out _))
                .ToDictionary(b => int.Parse(b.Item, CultureInfo.InvariantCulture), b => b.Stat.Czxid));
    }

    /// <summary>Without those that went meanwhile.</summary>
    async Task<List<(T Item, byte[] Data, Stat Stat)>> AllAsync<T>(
        ZooKeeperClient client, T[] items, Func<T, string> path, CancellationToken cancellationToken)
    {
        var read = await Task.WhenAll(items.Select(item => DataAsync(client, path(item), cancellationToken))).ConfigureAwait(false);
        return
        [
            .. items.Zip(read).Where(one => one.Second is not null)
                .Select(one => (one.First, one.Second!.Value.Data, one.Second.Value.Stat)),
        ];
    }

    async Task<HashSet<string>> ChildrenAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            var (children, _) = await client.GetChildrenAsync(link.Chroot + path, null, cancellationToken).ConfigureAwait(false);
            return new HashSet<string>(children, StringComparer.Ordinal);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return [];
        }
    }

    async Task<(byte[] Data, Stat Stat)?> DataAsync(ZooKeeperClient client, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetDataAsync(link.Chroot + path, null, cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            return null;
        }
    }
}

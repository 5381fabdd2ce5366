using Kafka.Broker.ZooKeeper;
using Kafka.Protocol;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Controller;

/// <summary>Another broker became controller: this one's writes are refused from now on.</summary>
sealed class ControllerMovedException(string message) : Exception(message);

/// <summary>What became of a conditional write of one partition's state.</summary>
enum StateWriteOutcome
{
    Done,

    /// <summary>The znode has another version than the one known.</summary>
    Conflict,

    /// <summary>There is no such znode (or, when creating, it exists).</summary>
    Refused,
}

/// <summary>
/// A partition's next state on its way to ZooKeeper, with what became of it. Owned by the controller's loop, which reads it once the write
/// has ended.
/// </summary>
sealed class StateWrite(PartitionContext partition, PartitionStateZNode state)
{
    public PartitionContext Partition => partition;

    /// <summary>With the znode's new version once it is written.</summary>
    public PartitionStateZNode State { get; set; } = state;

    /// <summary>Null until the write has ended.</summary>
    public StateWriteOutcome? Outcome { get; set; }
}

/// <summary>
/// What the controller reads and writes in ZooKeeper. Each write is a multi with a check of /controller_epoch's version, so that a
/// controller that was replaced without knowing it cannot write any more. Many writes are in flight at once. Holds nothing but the epoch's
/// version.
/// </summary>
sealed class ControllerStore(Func<IZooKeeper> session)
{
    /// <summary>Writes in flight at most: a ZooKeeper server holds back past 1000.</summary>
    const int Window = 500;

    int epochVersion = -1;

    public IZooKeeper ZooKeeper => session();

    /// <summary>
    /// Becomes controller: /controller and the next epoch in one multi. The epoch, or null when another broker was faster.
    /// </summary>
    public async Task<int?> TryBecomeControllerAsync(int broker, long timestamp, CancellationToken cancellationToken)
    {
        var node = await ZooKeeper.GetAsync(ZkPaths.ControllerEpoch, null, cancellationToken).ConfigureAwait(false);
        if (node is null)
        {
            await ZooKeeper.TryCreateAsync(
                ZkPaths.ControllerEpoch, ControllerZNode.EncodeEpoch(0), cancellationToken).ConfigureAwait(false);
            // another broker may have created it meanwhile, and even been elected: only the version just read may be replaced
            node = await ZooKeeper.GetAsync(ZkPaths.ControllerEpoch, null, cancellationToken).ConfigureAwait(false);
        }

        var epoch = ControllerZNode.DecodeEpoch(node!.Data) + 1;
        try
        {
            // one multi: never a controller without an epoch of its own, whatever crashes
            var versions = await ZooKeeper.MultiAsync(
                [
                    new ZkOp.Create(ZkPaths.Controller, new ControllerZNode(broker, timestamp).Encode(), CreateMode.Ephemeral),
                    new ZkOp.Set(ZkPaths.ControllerEpoch, ControllerZNode.EncodeEpoch(epoch), node.Stat.Version),
                ],
                cancellationToken).ConfigureAwait(false);
            epochVersion = versions[1];
            return epoch;
        }
        // BadVersion: another was elected since the read, and may be gone again. The watch on /controller has fired then
        catch (ZooKeeperException e) when (e.Code is ZooKeeperError.NodeExists or ZooKeeperError.BadVersion)
        {
            return null;
        }
    }

    /// <summary>Gives /controller up; false when it is no longer ours.</summary>
    public async Task<bool> ResignAsync(CancellationToken cancellationToken)
    {
        try
        {
            // fenced: the znode may be another broker's by now
            await FencedAsync(new ZkOp.Delete(ZkPaths.Controller), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception e) when (e is ZooKeeperException or ControllerMovedException)
        {
            return false;
        }
    }

    public async Task<int?> ReadControllerAsync(Action? changed, CancellationToken cancellationToken)
    {
        // exists leaves a watch on a missing node too: its creation is news
        await ZooKeeper.ExistsAsync(ZkPaths.Controller, changed, cancellationToken).ConfigureAwait(false);
        var node = await ZooKeeper.GetAsync(ZkPaths.Controller, null, cancellationToken).ConfigureAwait(false);
        return node is null ? null : ControllerZNode.Decode(node.Data)?.BrokerId;
    }

    public async Task<IReadOnlyList<LiveBroker>> ReadBrokersAsync(Action? changed, CancellationToken cancellationToken)
    {
        var ids = await ZooKeeper.ChildrenAsync(ZkPaths.BrokerIds, changed, cancellationToken).ConfigureAwait(false);
        var brokers = await Task.WhenAll(ids.Select(async text =>
        {
            var id = int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
            var node = await ZooKeeper.GetAsync(ZkPaths.Broker(id), null, cancellationToken).ConfigureAwait(false);
            return node is not null && BrokerZNode.Decode(id, node.Data) is { } broker ? new LiveBroker(broker, node.Stat.Czxid) : null;
        })).ConfigureAwait(false);
        return [.. brokers.OfType<LiveBroker>().OrderBy(broker => broker.Id)];
    }

    public async Task<IReadOnlySet<string>> ReadTopicNamesAsync(Action? changed, CancellationToken cancellationToken) =>
        (await ZooKeeper.ChildrenAsync(ZkPaths.Topics, changed, cancellationToken).ConfigureAwait(false)).ToHashSet();

    /// <summary>Null when the topic is gone. <paramref name="changed"/> is called when its assignment changes.</summary>
    public async Task<TopicZNode?> ReadTopicAsync(string topic, Action? changed, CancellationToken cancellationToken)
    {
        var node = await ZooKeeper.GetAsync(ZkPaths.Topic(topic), changed, cancellationToken).ConfigureAwait(false);
        return node is null ? null : TopicZNode.Decode(node.Data);
    }

    public Task WriteTopicAsync(string topic, TopicZNode node, CancellationToken cancellationToken) =>
        FencedAsync(new ZkOp.Set(ZkPaths.Topic(topic), node.Encode()), cancellationToken);

    /// <summary>Null where a partition has no state yet.</summary>
    public Task<IReadOnlyList<(PartitionContext Partition, PartitionStateZNode? State)>> ReadStatesAsync(
        IReadOnlyList<PartitionContext> partitions, CancellationToken cancellationToken) =>
        InWindowsAsync(partitions, async partition =>
        {
            var node = await ZooKeeper.GetAsync(ZkPaths.State(partition.Name), null, cancellationToken).ConfigureAwait(false);
            return (partition, node is null ? null : PartitionStateZNode.Decode(node.Data, node.Stat.Version));
        });

    /// <summary>First states of partitions that have none; also makes the znodes above. The parents of all partitions come first.</summary>
    public async Task CreateStatesAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken)
    {
        async Task ParentAsync(string path)
        {
            try
            {
                await FencedAsync(new ZkOp.Create(path, null), cancellationToken).ConfigureAwait(false);
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NodeExists)
            {
                // a partition before it, or an earlier attempt, made it
            }
        }

        var topics = writes.Select(write => write.Partition.Name.Topic).Distinct().ToList();
        await InWindowsAsync(topics, topic => ParentAsync(ZkPaths.Partitions(topic))).ConfigureAwait(false);
        await InWindowsAsync(writes, write => ParentAsync(ZkPaths.Partition(write.Partition.Name))).ConfigureAwait(false);
        await InWindowsAsync(writes, async write =>
        {
            try
            {
                var create = new ZkOp.Create(ZkPaths.State(write.Partition.Name), write.State.Encode());
                await FencedAsync(create, cancellationToken).ConfigureAwait(false);
                write.Outcome = StateWriteOutcome.Done;
            }
            catch (ZooKeeperException e) when (e.Code is ZooKeeperError.NodeExists or ZooKeeperError.NoNode)
            {
                write.Outcome = StateWriteOutcome.Refused;
            }
        }).ConfigureAwait(false);
    }

    /// <summary>Conditional on the version in each state, which is the new version afterwards where the write is done.</summary>
    public Task WriteStatesAsync(IReadOnlyList<StateWrite> writes, CancellationToken cancellationToken) =>
        InWindowsAsync(writes, async write =>
        {
            try
            {
                var set = new ZkOp.Set(ZkPaths.State(write.Partition.Name), write.State.Encode(), write.State.Version);
                var version = await FencedAsync(set, cancellationToken).ConfigureAwait(false);
                write.State = write.State with { Version = version };
                write.Outcome = StateWriteOutcome.Done;
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.BadVersion)
            {
                write.Outcome = StateWriteOutcome.Conflict;
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
            {
                write.Outcome = StateWriteOutcome.Refused;
            }
        });

    /// <summary>Deletes a znode and all below it; what is gone already is no error.</summary>
    public async Task DeleteTreeAsync(string path, CancellationToken cancellationToken)
    {
        var children = await ZooKeeper.ChildrenAsync(path, null, cancellationToken).ConfigureAwait(false);
        await InWindowsAsync(children, child => DeleteTreeAsync($"{path}/{child}", cancellationToken)).ConfigureAwait(false);
        await DeleteAsync(path, cancellationToken).ConfigureAwait(false);
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await FencedAsync(new ZkOp.Delete(path), cancellationToken).ConfigureAwait(false);
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
        {
            // someone else deleted it
        }
    }

    /// <summary>Each child's data, by its path; the notices of /isr_change_notification and /log_dir_event_notification.</summary>
    public async Task<IReadOnlyList<(string Path, byte[] Data)>> ReadChildrenAsync(
        string path, Action? changed, CancellationToken cancellationToken)
    {
        var children = await ZooKeeper.ChildrenAsync(path, changed, cancellationToken).ConfigureAwait(false);
        var nodes = await InWindowsAsync([.. children.Order(StringComparer.Ordinal)], async name =>
        {
            var child = $"{path}/{name}";
            var node = await ZooKeeper.GetAsync(child, null, cancellationToken).ConfigureAwait(false);
            return (Path: child, node?.Data);
        }).ConfigureAwait(false);
        return [.. nodes.Where(node => node.Data is not null).Select(node => (node.Path, node.Data!))];
    }

    public Task SetAsync(string path, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        FencedAsync(new ZkOp.Set(path, data), cancellationToken);

    static async Task InWindowsAsync<T>(IReadOnlyList<T> items, Func<T, Task> act)
    {
        foreach (var window in items.Chunk(Window))
        {
            await Task.WhenAll(window.Select(act)).ConfigureAwait(false);
        }
    }

    static async Task<IReadOnlyList<TResult>> InWindowsAsync<T, TResult>(IReadOnlyList<T> items, Func<T, Task<TResult>> act)
    {
        var results = new List<TResult>(items.Count);
        foreach (var window in items.Chunk(Window))
        {
            results.AddRange(await Task.WhenAll(window.Select(act)).ConfigureAwait(false));
        }

        return results;
    }

    /// <summary>One write under the check of the epoch; the new version of a Set.</summary>
    async Task<int> FencedAsync(ZkOp operation, CancellationToken cancellationToken)
    {
        try
        {
            var versions = await ZooKeeper.MultiAsync(
                [new ZkOp.Check(ZkPaths.ControllerEpoch, epochVersion), operation], cancellationToken).ConfigureAwait(false);
            return versions[1];
        }
        catch (ZooKeeperException e) when (e.OpIndex == 0)
        {
            throw new ControllerMovedException(
                $"The controller epoch in ZooKeeper is not of version {epochVersion} any more: another broker is controller");
        }
    }
}

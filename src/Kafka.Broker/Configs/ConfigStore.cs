using Kafka.Broker.Replication;
using Kafka.Broker.ZooKeeper;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Configs;

/// <summary>
/// Overrides of topics and brokers in ZooKeeper (/config); stateless. A change is written first and announced then, as Kafka's brokers
/// expect.
/// </summary>
sealed class ConfigStore(Func<IZooKeeper> zooKeeper) : ITopicConfigSource
{
    public async ValueTask<IReadOnlyDictionary<string, string>> GetTopicOverridesAsync(string topic, CancellationToken cancellationToken) =>
        await ReadAsync(ZkPaths.TopicConfig(topic), cancellationToken).ConfigureAwait(false);

    /// <summary>Null for the settings of all brokers.</summary>
    public Task<IReadOnlyDictionary<string, string>> GetBrokerOverridesAsync(int? broker, CancellationToken cancellationToken) =>
        ReadAsync(ZkPaths.BrokerConfig(broker), cancellationToken);

    /// <summary>All overrides of the topic, not a delta.</summary>
    public Task SetTopicAsync(string topic, IReadOnlyDictionary<string, string> overrides, CancellationToken cancellationToken) =>
        ChangeAsync(ZkPaths.TopicConfig(topic), overrides, cancellationToken);

    public Task SetBrokerAsync(int? broker, IReadOnlyDictionary<string, string> overrides, CancellationToken cancellationToken) =>
        ChangeAsync(ZkPaths.BrokerConfig(broker), overrides, cancellationToken);

    /// <summary>Overrides of a topic that is being created: no broker has it yet, so nothing is announced.</summary>
    public Task CreateTopicAsync(string topic, IReadOnlyDictionary<string, string> overrides, CancellationToken cancellationToken) =>
        WriteAsync(ZkPaths.TopicConfig(topic), overrides, cancellationToken);

    async Task<IReadOnlyDictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var node = await zooKeeper().GetAsync(path, null, cancellationToken).ConfigureAwait(false);
        return node is null ? new Dictionary<string, string>() : AdminZNodes.DecodeConfig(node.Data);
    }

    async Task ChangeAsync(string path, IReadOnlyDictionary<string, string> overrides, CancellationToken cancellationToken)
    {
        await WriteAsync(path, overrides, cancellationToken).ConfigureAwait(false);
        await zooKeeper().CreateAsync(
            ZkPaths.ConfigChangePrefix,
            AdminZNodes.EncodeConfigChange(ZkPaths.ConfigEntity(path)),
            CreateMode.PersistentSequential,
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Set, or created when it is not there; the loser of a race of two creations sets after all.</summary>
    async Task WriteAsync(string path, IReadOnlyDictionary<string, string> overrides, CancellationToken cancellationToken)
    {
        var data = AdminZNodes.EncodeConfig(overrides);
        while (true)
        {
            try
            {
                // whatever its version, as Kafka: of two changes made at the same time the later one counts whole
                await zooKeeper().SetAsync(path, data, -1, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NoNode)
            {
                // created below
            }

            try
            {
                await zooKeeper().CreateAsync(path, data, CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NodeExists)
            {
                // set after all
            }
        }
    }
}

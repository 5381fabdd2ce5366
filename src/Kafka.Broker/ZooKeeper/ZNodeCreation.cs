using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.ZooKeeper;

/// <summary>Making persistent znodes that may be there already.</summary>
static class ZNodeCreation
{
    /// <summary>One znode without data and all its parents.</summary>
    public static async Task EnsureAsync(this IZooKeeper zooKeeper, string path, CancellationToken cancellationToken)
    {
        if (await zooKeeper.ExistsAsync(path, null, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        for (var slash = path.IndexOf('/', 1); ; slash = path.IndexOf('/', slash + 1))
        {
            await zooKeeper.TryCreateAsync(slash < 0 ? path : path[..slash], null, cancellationToken).ConfigureAwait(false);
            if (slash < 0)
            {
                return;
            }
        }
    }

    /// <summary>False when it exists already.</summary>
    public static async Task<bool> TryCreateAsync(
        this IZooKeeper zooKeeper, string path, ReadOnlyMemory<byte>? data, CancellationToken cancellationToken)
    {
        try
        {
            await zooKeeper.CreateAsync(path, data, CreateMode.Persistent, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (ZooKeeperException e) when (e.Code == ZooKeeperError.NodeExists)
        {
            return false;
        }
    }
}

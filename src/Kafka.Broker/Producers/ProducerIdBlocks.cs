using Kafka.Broker.ZooKeeper;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Producers;

/// <summary>
/// Blocks of 1000 producer ids through /latest_producer_id_block: the broker whose conditional write succeeds owns the block. Stateless.
/// </summary>
sealed class ProducerIdBlocks(Func<IZooKeeper> zooKeeper, int brokerId) : IProducerIdBlocks
{
    /// <summary>Kafka's PRODUCER_ID_BLOCK_SIZE.</summary>
    public const int BlockSize = 1000;

    public async Task<(long First, int Count)> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var session = zooKeeper();
            var node = await session.GetAsync(ZkPaths.ProducerIdBlock, null, cancellationToken).ConfigureAwait(false);
            if (node is null)
            {
                await session.EnsureAsync(ZkPaths.ProducerIdBlock, cancellationToken).ConfigureAwait(false);
                continue;
            }

            var first = AdminZNodes.DecodeLastProducerId(node.Data) + 1;
            try
            {
                var block = AdminZNodes.EncodeProducerIds(brokerId, first, first + BlockSize - 1);
                await session.SetAsync(ZkPaths.ProducerIdBlock, block, node.Stat.Version, cancellationToken).ConfigureAwait(false);
                return (first, BlockSize);
            }
            catch (ZooKeeperException e) when (e.Code == ZooKeeperError.BadVersion)
            {
                // another broker took that block: the next one
            }
        }
    }
}

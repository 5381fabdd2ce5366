namespace Kafka.Broker.Producers;

/// <summary>
/// Blocks of producer ids that no other broker gets: /latest_producer_id_block, or AllocateProducerIds at the controller.
/// </summary>
interface IProducerIdBlocks
{
    /// <summary>First id of the block and its length.</summary>
    Task<(long First, int Count)> NextAsync(CancellationToken cancellationToken);
}

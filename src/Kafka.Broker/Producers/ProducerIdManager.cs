namespace Kafka.Broker.Producers;

/// <summary>
/// Hands out producer ids of this broker's block and fetches the next block in time. Thread safe: one request at a time is inside.
/// </summary>
sealed class ProducerIdManager(IProducerIdBlocks blocks) : IDisposable
{
    readonly SemaphoreSlim turn = new(1);
    long next;
    long end;

    /// <summary>An id that no producer had before. <see cref="ProducerIdsUnavailableException"/> when no block can be had now.</summary>
    public async Task<long> NextAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (next == end)
            {
                var (first, count) = await blocks.NextAsync(cancellationToken).ConfigureAwait(false);
                (next, end) = (first, first + count);
            }

            return next++;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new ProducerIdsUnavailableException(e);
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();
}

/// <summary>No block of producer ids could be allocated.</summary>
sealed class ProducerIdsUnavailableException(Exception cause) : Exception("No producer ids can be allocated now.", cause);

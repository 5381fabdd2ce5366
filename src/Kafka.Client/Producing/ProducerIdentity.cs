namespace Kafka.Client.Producing;

/// <summary>By what a leader knows copies: batches of one identity are numbered for each partition (KIP-98).</summary>
sealed record ProducerIdentity(long Id, short Epoch)
{
    /// <summary>Who is not known by any number: copies are records like others.</summary>
    public static ProducerIdentity None { get; } = new(-1, -1);
}

/// <summary>Identities for the partitions of a producer, asked for when the first needs one. Thread safe.</summary>
/// <param name="given">Always this one; null: the cluster gives them.</param>
sealed class ProducerIdentities(KafkaCluster cluster, ProducerIdentity? given)
{
    readonly SemaphoreSlim asking = new(1);
    volatile ProducerIdentity? last;

    /// <exception cref="KafkaException">No broker gives one.</exception>
    public async Task<ProducerIdentity> TakeAsync(TimeSpan timeout)
    {
        if ((given ?? last) is { } known)
        {
            return known;
        }

        await asking.WaitAsync().ConfigureAwait(false);
        try
        {
            return last ??= await cluster.InitProducerIdAsync(CancellationToken.None, timeout).ConfigureAwait(false);
        }
        finally
        {
            asking.Release();
        }
    }

    /// <summary>Whoever takes one from now on gets another. Who has this one may go on with it: numbers are of a partition.</summary>
    public void Renew(ProducerIdentity? old)
    {
        if (last == old)
        {
            last = null;
        }
    }

    /// <summary>A source of others than this one's.</summary>
    public ProducerIdentities Next() => new(cluster, given);
}

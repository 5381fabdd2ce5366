namespace Kafka.Broker.Replication.Rates;

/// <summary>Totals since start, updated by the replica loop and by fetches; readers see each number whole.</summary>
sealed class BrokerCounters
{
    long bytesIn;
    long bytesOut;
    long recordsIn;
    long replicationBytesIn;
    long replicationBytesOut;

    /// <summary>Bytes of record batches that clients produced.</summary>
    public long BytesIn => Volatile.Read(ref bytesIn);

    /// <summary>Bytes of record batches that consumers fetched.</summary>
    public long BytesOut => Volatile.Read(ref bytesOut);

    public long RecordsIn => Volatile.Read(ref recordsIn);

    public long ReplicationBytesIn => Volatile.Read(ref replicationBytesIn);

    public long ReplicationBytesOut => Volatile.Read(ref replicationBytesOut);

    public void Produced(long bytes, long records)
    {
        Interlocked.Add(ref bytesIn, bytes);
        Interlocked.Add(ref recordsIn, records);
    }

    public void Fetched(long bytes, bool byFollower) => Interlocked.Add(ref byFollower ? ref replicationBytesOut : ref bytesOut, bytes);

    public void Replicated(long bytes) => Interlocked.Add(ref replicationBytesIn, bytes);
}

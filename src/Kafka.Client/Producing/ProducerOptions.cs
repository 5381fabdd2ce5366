using Kafka.Protocol.Records;

namespace Kafka.Client.Producing;

/// <summary>What the leader has to have done before it answers.</summary>
public enum Acks : short
{
    /// <summary>It does not answer.</summary>
    None = 0,

    /// <summary>It has the record.</summary>
    Leader = 1,

    /// <summary>All replicas in sync have it.</summary>
    All = -1,
}

/// <summary>How a producer writes. With <see cref="Acks.All"/> it is idempotent (KIP-98), and what got no answer is sent again.</summary>
public sealed record ProducerOptions
{
    public Acks Acks { get; init; } = Acks.All;

    public CompressionType Compression { get; init; }

    public Partitioner Partitioner { get; init; }

    /// <summary>Of each record: what no leader took within this is given up (Java's delivery.timeout.ms).</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Records go together up to this, before compression; a larger one goes alone (librdkafka's batch.size).</summary>
    public int MaxBatchBytes { get; init; } = 1_000_000;

    /// <summary>Batches of the partitions of a leader go together up to this; a larger one goes alone (max.request.size).</summary>
    public int MaxRequestBytes { get; init; } = 4 << 20;

    internal bool IsIdempotent => Acks == Acks.All;
}

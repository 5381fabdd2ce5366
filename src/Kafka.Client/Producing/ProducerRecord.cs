using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Kafka.Client.Producing;

/// <summary>A record to write.</summary>
/// <param name="Partition">Null: the partitioner chooses.</param>
/// <param name="Key">Null: none.</param>
/// <param name="Value">Null: a tombstone.</param>
/// <param name="Timestamp">Milliseconds since 1970 (UTC).</param>
public sealed record ProducerRecord(
    string Topic, int? Partition, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, long Timestamp)
{
    public IReadOnlyList<RecordHeader> Headers { get; init; } = [];

    /// <summary>About what it takes in a batch, in bytes.</summary>
    internal int EstimatedSize => MostOverhead + (Key?.Length ?? 0) + (Value?.Length ?? 0)
        + Headers.Sum(header => MostOverhead + (header.Key.Length * MostUtf8) + (header.Value?.Length ?? 0));

    /// <summary>Lengths, attributes and differences to the batch's own, all of them varints.</summary>
    const int MostOverhead = 24;

    /// <summary>Bytes of a UTF-16 unit.</summary>
    const int MostUtf8 = 3;
}

/// <summary>What became of a record.</summary>
/// <param name="Partition">Its partition is -1 when none was chosen.</param>
/// <param name="Offset">
/// Null: it was not written, was not asked for (<see cref="Acks.None"/>), or the leader knows no more than that it is there.
/// </param>
/// <param name="Timestamp">As the partition has it; null: not known.</param>
/// <param name="Error">Null: written, as far as an acknowledgement was asked for.</param>
/// <param name="MayBeWritten">With an error: it was sent, and whether it was written is not known.</param>
public readonly record struct Delivery(TopicPartition Partition, long? Offset, long? Timestamp, KafkaException? Error, bool MayBeWritten)
{
    public bool Succeeded => Error is null;
}

/// <summary>A record, and who waits for it.</summary>
sealed class PendingRecord(ProducerRecord record, long since)
{
    // asynchronously: or a caller's code would run on the writer's loop
    readonly TaskCompletionSource<Delivery> delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ProducerRecord Record => record;

    /// <summary>When it was handed over, as a timestamp of the client's clock: its patience counts from then.</summary>
    public long Since => since;

    public Task<Delivery> Delivered => delivered.Task;

    public void End(Delivery delivery) => delivered.TrySetResult(delivery);
}

using System.Buffers.Binary;
using Kafka.Broker.Records;
using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Kafka.Broker.Producers;

/// <summary>
/// The idempotent producers of one partition: their epoch and last five batches, by which a repeated batch is recognised (KIP-98). Owned by
/// the replica loop. Rebuilt from the log; Kafka's .snapshot files only shorten that.
/// </summary>
sealed class ProducerStates
{
    /// <summary>
    /// Batches of a producer that a retry is compared with: max.in.flight.requests.per.connection is at most 5 with idempotence.
    /// </summary>
    const int Remembered = 5;
    const int EntrySize = 46;

    readonly Dictionary<long, ProducerEntry> producers = [];

    public int Count => producers.Count;

    /// <summary>Accepted, a repetition (with where the first one went), or an error.</summary>
    public (ErrorCode Error, string? Message, ProducerBatch? Duplicate) Check(in BatchHeader batch)
    {
        if (!producers.TryGetValue(batch.ProducerId, out var entry))
        {
            // retention may have taken all that it wrote: any sequence may be its next
            return (ErrorCode.None, null, null);
        }

        // the producer has begun a newer epoch after an error (KIP-360): this request of before it comes late
        if (batch.ProducerEpoch < entry.Epoch)
        {
            var message = $"Epoch of producer {batch.ProducerId} is {batch.ProducerEpoch}, smaller than the last seen {entry.Epoch}.";
            return (ErrorCode.InvalidProducerEpoch, message, null);
        }

        if (batch.ProducerEpoch > entry.Epoch)
        {
            return batch.BaseSequence == 0
                ? (ErrorCode.None, null, null)
                : OutOfOrder(batch, $"a new epoch {batch.ProducerEpoch} starts at sequence 0");
        }

        foreach (var earlier in entry.Batches)
        {
            if (earlier.BaseSequence == batch.BaseSequence && earlier.LastSequence == batch.LastSequence)
            {
                return (ErrorCode.None, null, earlier);
            }
        }

        var last = entry.Batches.Count == 0 ? -1 : entry.Batches[^1].LastSequence;
        // sequences wrap to 0
        var next = last == int.MaxValue ? 0 : last + 1;
        return batch.BaseSequence == next || last < 0 ? (ErrorCode.None, null, null) : OutOfOrder(batch, $"the current end is {last}");
    }

    /// <summary>The batch is in the log.</summary>
    public void Note(in BatchHeader batch)
    {
        if (!batch.HasProducer || batch.IsControl)
        {
            return;
        }

        if (!producers.TryGetValue(batch.ProducerId, out var entry))
        {
            producers[batch.ProducerId] = entry = new ProducerEntry();
        }

        if (entry.Epoch != batch.ProducerEpoch)
        {
            entry.Epoch = batch.ProducerEpoch;
            entry.Batches.Clear();
        }

        if (entry.Batches.Count == Remembered)
        {
            entry.Batches.RemoveAt(0);
        }

        entry.Batches.Add(new ProducerBatch(
            batch.BaseSequence, batch.LastSequence, batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp));
    }

    /// <summary>Forgets producers that wrote nothing since.</summary>
    public void ExpireBefore(long timestamp)
    {
        var expired = producers.Where(pair => pair.Value.Batches.Count > 0 && pair.Value.Batches[^1].Timestamp < timestamp);
        foreach (var (id, _) in expired.ToList())
        {
            producers.Remove(id);
        }
    }

    public void Clear() => producers.Clear();

    /// <summary>
    /// Kafka's producer snapshot, version 1: crc-32c of what follows it, then 46 bytes a producer, of which only the last batch is kept.
    /// </summary>
    public byte[] Encode()
    {
        var bytes = new byte[10 + (producers.Count * EntrySize)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(6), producers.Count);
        var at = 10;
        foreach (var (id, entry) in producers)
        {
            var span = bytes.AsSpan(at, EntrySize);
            var last = entry.Batches.Count > 0 ? entry.Batches[^1] : new ProducerBatch(-1, -1, -1, -1, -1);
            BinaryPrimitives.WriteInt64BigEndian(span, id);
            BinaryPrimitives.WriteInt16BigEndian(span[8..], entry.Epoch);
            BinaryPrimitives.WriteInt32BigEndian(span[10..], last.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(span[14..], last.LastOffset);
            BinaryPrimitives.WriteInt32BigEndian(span[22..], (int)(last.LastOffset - last.BaseOffset));
            BinaryPrimitives.WriteInt64BigEndian(span[26..], last.Timestamp);
            BinaryPrimitives.WriteInt32BigEndian(span[34..], -1); // coordinator epoch: no transactions
            BinaryPrimitives.WriteInt64BigEndian(span[38..], -1); // first offset of an open transaction
            at += EntrySize;
        }

        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(2), Crc32C.Compute(bytes.AsSpan(6)));
        return bytes;
    }

    /// <summary>Replaces what is known by a snapshot; false (and nothing known) when it is not whole.</summary>
    public bool TryDecode(ReadOnlySpan<byte> bytes)
    {
        producers.Clear();
        if (bytes.Length < 10 || BinaryPrimitives.ReadInt16BigEndian(bytes) != 1
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]) != Crc32C.Compute(bytes[6..])
            || BinaryPrimitives.ReadInt32BigEndian(bytes[6..]) * (long)EntrySize != bytes.Length - 10)
        {
            return false;
        }

        for (var span = bytes[10..]; span.Length > 0; span = span[EntrySize..])
        {
            var entry = new ProducerEntry { Epoch = BinaryPrimitives.ReadInt16BigEndian(span[8..]) };
            var sequence = BinaryPrimitives.ReadInt32BigEndian(span[10..]);
            var offset = BinaryPrimitives.ReadInt64BigEndian(span[14..]);
            var delta = BinaryPrimitives.ReadInt32BigEndian(span[22..]);
            if (sequence >= 0)
            {
                // sequences wrap from the largest int to 0
                var first = sequence >= delta ? sequence - delta : (int)(int.MaxValue - ((long)delta - sequence) + 1);
                var timestamp = BinaryPrimitives.ReadInt64BigEndian(span[26..]);
                entry.Batches.Add(new ProducerBatch(first, sequence, offset - delta, offset, timestamp));
            }

            producers[BinaryPrimitives.ReadInt64BigEndian(span)] = entry;
        }

        return true;
    }

    /// <summary>
    /// The offset at which each producer's last batch ends: compaction keeps that batch, if need be empty, for its sequence.
    /// </summary>
    public Dictionary<long, long> LastOffsets() =>
        producers.Where(pair => pair.Value.Batches.Count > 0).ToDictionary(pair => pair.Key, pair => pair.Value.Batches[^1].LastOffset);

    static (ErrorCode Error, string? Message, ProducerBatch? Duplicate) OutOfOrder(in BatchHeader batch, string why) =>
        (
            ErrorCode.OutOfOrderSequenceNumber,
            $"Out of order sequence number for producer {batch.ProducerId}: {batch.BaseSequence} (incoming), {why}.",
            null);

    sealed class ProducerEntry
    {
        public short Epoch { get; set; } = -1;

        public List<ProducerBatch> Batches { get; } = new(Remembered);
    }
}

/// <summary>Where one batch of an idempotent producer is.</summary>
sealed record ProducerBatch(int BaseSequence, int LastSequence, long BaseOffset, long LastOffset, long Timestamp);

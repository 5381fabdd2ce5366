using System.Buffers.Binary;
using Wire;

namespace Kafka.Protocol.Records;

/// <summary>The batches in the bytes of a produce request, a fetch response or a segment.</summary>
public readonly struct RecordBatches(ReadOnlyMemory<byte> bytes)
{
    /// <summary>A message of format v0 without key and value: crc, magic, attributes, two lengths.</summary>
    const int SmallestOldMessage = 14;

    /// <summary>
    /// The whole batches in order; a batch cut off at the end (a fetch is cut by size) is left out, see <see cref="Enumerator.Consumed"/>.
    /// Crc and contents are not looked at. A length that no batch has is a <see cref="WireFormatException"/>.
    /// </summary>
    public static RecordBatches Enumerate(ReadOnlyMemory<byte> bytes) => new(bytes);

    public Enumerator GetEnumerator() => new(bytes);

    public List<RecordBatch> ToList()
    {
        var batches = new List<RecordBatch>();
        foreach (var batch in this)
        {
            batches.Add(batch);
        }

        return batches;
    }

    /// <summary>Walks over the batches without copying.</summary>
    public struct Enumerator(ReadOnlyMemory<byte> bytes)
    {
        /// <summary>Bytes of the whole batches so far: what lies after the last of them is a torn batch.</summary>
        public int Consumed { get; private set; }

        public RecordBatch Current { get; private set; }

        public bool MoveNext()
        {
            var rest = bytes.Span[Consumed..];
            if (rest.Length <= RecordBatch.MagicAt)
            {
                return false;
            }

            var length = BinaryPrimitives.ReadInt32BigEndian(rest[RecordBatch.LengthAt..]);
            var smallest = rest[RecordBatch.MagicAt] < RecordBatch.CurrentMagic
                ? SmallestOldMessage
                : RecordBatch.HeaderSize - RecordBatch.LogOverhead;
            if (length < smallest)
            {
                throw new WireFormatException(
                    $"A record batch at byte {Consumed} says that it has {length} bytes; {smallest} is the least.");
            }

            if (length > rest.Length - RecordBatch.LogOverhead)
            {
                return false;
            }

            Current = new RecordBatch(bytes.Slice(Consumed, RecordBatch.LogOverhead + length));
            Consumed += RecordBatch.LogOverhead + length;
            return true;
        }
    }
}

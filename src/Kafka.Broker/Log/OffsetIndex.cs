using System.Buffers.Binary;
using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// Sparse map from offsets (relative to the segment's base) to file positions: Kafka's .index, 8 bytes an entry. An entry's offset is the
/// last one of the batch at its position.
/// </summary>
sealed class OffsetIndex() : SegmentIndex<(int Offset, int Position)>(8)
{
    /// <summary>Position of the last entry; 0 without one.</summary>
    public int LastPosition => Newest?.Position ?? 0;

    /// <summary>
    /// Null when the file cannot be this segment's index: a torn length, entries out of order, positions outside the log.
    /// </summary>
    public static OffsetIndex? Load(IDiskFile file, long logSize)
    {
        var index = new OffsetIndex();
        return index.TryLoad(file) && (index.Count == 0 || index.LastPosition < logSize) ? index : null;
    }

    /// <summary>Passed over unless later than the last entry.</summary>
    public void Append(int relativeOffset, int position) => TryAppend((relativeOffset, position));

    /// <summary>A position from which a scan forward meets the offset; 0 when it is before the first entry.</summary>
    public int Lookup(int relativeOffset) => LastBefore(relativeOffset, static (entry, offset) => entry.Offset <= offset)?.Position ?? 0;

    protected override bool TryAppend(in (int Offset, int Position) entry)
    {
        var (offset, position) = Newest ?? (-1, -1);
        if (entry.Offset <= offset || entry.Position <= position)
        {
            return false;
        }

        Add(entry);
        return true;
    }

    protected override void Write(Span<byte> bytes, in (int Offset, int Position) entry)
    {
        BinaryPrimitives.WriteInt32BigEndian(bytes, entry.Offset);
        BinaryPrimitives.WriteInt32BigEndian(bytes[4..], entry.Position);
    }

    protected override (int Offset, int Position) Read(ReadOnlySpan<byte> bytes) =>
        (BinaryPrimitives.ReadInt32BigEndian(bytes), BinaryPrimitives.ReadInt32BigEndian(bytes[4..]));
}

using System.Buffers.Binary;

namespace Kafka.Broker.Log;

/// <summary>
/// Sparse map from offsets (relative to the segment's base) to file positions: Kafka's .index, 8 bytes an entry. An entry's offset is the last one
/// of the batch at its position. One loop appends; readers look at immutable views, so they need no lock.
/// Kept in memory and written as a whole by <see cref="Save"/>: a failed write leaves a file that recovery rebuilds.
/// </summary>
public sealed class OffsetIndex
{
    const int EntrySize = 8;

    volatile View view = new([], 0);

    public int Count => view.Count;

    public void Append(int relativeOffset, int position)
    {
        var (items, count) = view;
        if (count > 0 && items[count - 1].Offset >= relativeOffset)
        {
            return;
        }

        if (count == items.Length)
        {
            Array.Resize(ref items, Math.Max(16, count * 2));
        }

        items[count] = (relativeOffset, position);
        view = new View(items, count + 1);
    }

    /// <summary>A position from which a scan forward meets the offset; 0 when it is before the first entry.</summary>
    public int Lookup(int relativeOffset)
    {
        var (items, count) = view;
        var low = 0;
        var high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (items[middle].Offset <= relativeOffset)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? 0 : items[low - 1].Position;
    }

    /// <summary>Position of the last entry; 0 without one.</summary>
    public int LastPosition => view is { Count: > 0 } last ? last.Items[last.Count - 1].Position : 0;

    /// <summary>Forgets entries at and after the file position.</summary>
    public void TruncateToPosition(int position)
    {
        var (items, count) = view;
        while (count > 0 && items[count - 1].Position >= position)
        {
            count--;
        }

        view = new View(items[..count], count);
    }

    public void Save(IDiskFile file)
    {
        var (items, count) = view;
        var bytes = new byte[count * EntrySize];
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i * EntrySize), items[i].Offset);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((i * EntrySize) + 4), items[i].Position);
        }

        file.SetLength(bytes.Length);
        file.Write(bytes, 0);
    }

    /// <summary>Null when the file cannot be this segment's index: a torn length, entries out of order, positions outside the log.</summary>
    public static OffsetIndex? Load(IDiskFile file, long logSize)
    {
        var bytes = new byte[file.Length];
        if (bytes.Length % EntrySize != 0 || file.Read(bytes, 0) != bytes.Length)
        {
            return null;
        }

        var index = new OffsetIndex();
        var last = (Offset: -1, Position: -1);
        for (var at = 0; at < bytes.Length; at += EntrySize)
        {
            var entry = (Offset: BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at)), Position: BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 4)));
            if (entry.Offset <= last.Offset || entry.Position <= last.Position || entry.Position >= logSize)
            {
                return null;
            }

            index.Append(entry.Offset, entry.Position);
            last = entry;
        }

        return index;
    }

    sealed record View((int Offset, int Position)[] Items, int Count);
}

using System.Buffers.Binary;

namespace Kafka.Broker.Log;

/// <summary>
/// Kafka's .timeindex, 12 bytes an entry: the largest timestamp (ms) up to a relative offset. Both grow strictly. Ownership and failed writes as
/// <see cref="OffsetIndex"/>.
/// </summary>
public sealed class TimeIndex
{
    const int EntrySize = 12;

    volatile View view = new([], 0);

    public int Count => view.Count;

    /// <summary>The last entry; (-1, -1) without one.</summary>
    public (long Timestamp, int Offset) Last => view is { Count: > 0 } last ? last.Items[last.Count - 1] : (-1, -1);

    /// <summary>Passed over unless later in time and offset than the last entry.</summary>
    public void Append(long timestamp, int relativeOffset)
    {
        var (items, count) = view;
        if (timestamp <= Last.Timestamp || relativeOffset <= Last.Offset)
        {
            return;
        }

        if (count == items.Length)
        {
            Array.Resize(ref items, Math.Max(16, count * 2));
        }

        items[count] = (timestamp, relativeOffset);
        view = new View(items, count + 1);
    }

    /// <summary>A relative offset before which every record is older than the timestamp; 0 when nothing is known.</summary>
    public int Lookup(long timestamp)
    {
        var (items, count) = view;
        var low = 0;
        var high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (items[middle].Timestamp < timestamp)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? 0 : items[low - 1].Offset;
    }

    /// <summary>Forgets entries at and after the offset.</summary>
    public void TruncateTo(int relativeOffset)
    {
        var (items, count) = view;
        while (count > 0 && items[count - 1].Offset >= relativeOffset)
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
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(i * EntrySize), items[i].Timestamp);
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan((i * EntrySize) + 8), items[i].Offset);
        }

        file.SetLength(bytes.Length);
        file.Write(bytes, 0);
    }

    /// <summary>Null when the file cannot be a time index.</summary>
    public static TimeIndex? Load(IDiskFile file)
    {
        var bytes = new byte[file.Length];
        if (bytes.Length % EntrySize != 0 || file.Read(bytes, 0) != bytes.Length)
        {
            return null;
        }

        var index = new TimeIndex();
        for (var at = 0; at < bytes.Length; at += EntrySize)
        {
            index.Append(BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(at)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at + 8)));
        }

        return index.Count * EntrySize == bytes.Length ? index : null;
    }

    sealed record View((long Timestamp, int Offset)[] Items, int Count);
}

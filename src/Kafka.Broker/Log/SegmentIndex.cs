using Wire.Files;

namespace Kafka.Broker.Log;

/// <summary>
/// The entries of one index of a segment, each of a fixed size in the file and in rising order. One loop appends; readers look at immutable
/// views, so they need no lock. Kept in memory and written as a whole by <see cref="Save"/>: a failed write leaves a file that recovery
/// rebuilds.
/// </summary>
abstract class SegmentIndex<T>(int entrySize)
    where T : struct
{
    volatile View view = new([], 0);

    public int Count => view.Count;

    /// <summary>Null without any entry.</summary>
    protected T? Newest => view is { Count: > 0 } last ? last.Items[last.Count - 1] : null;

    public void Save(IDiskFile file)
    {
        var (items, count) = view;
        var bytes = new byte[count * entrySize];
        for (var i = 0; i < count; i++)
        {
            Write(bytes.AsSpan(i * entrySize, entrySize), items[i]);
        }

        file.SetLength(bytes.Length);
        file.Write(bytes, 0);
    }

    /// <summary>Appends what the file holds; false when its length is torn or an entry is refused.</summary>
    protected bool TryLoad(IDiskFile file)
    {
        var bytes = new byte[file.Length];
        if (bytes.Length % entrySize != 0 || file.Read(bytes, 0) != bytes.Length)
        {
            return false;
        }

        for (var at = 0; at < bytes.Length; at += entrySize)
        {
            if (!TryAppend(Read(bytes.AsSpan(at, entrySize))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Appends an entry unless it does not follow the newest.</summary>
    protected abstract bool TryAppend(in T entry);

    protected abstract void Write(Span<byte> bytes, in T entry);

    protected abstract T Read(ReadOnlySpan<byte> bytes);

    protected void Add(in T entry)
    {
        var (items, count) = view;
        if (count == items.Length)
        {
            Array.Resize(ref items, Math.Max(16, count * 2));
        }

        // the array is shared with older views, which do not reach as far as this item
        items[count] = entry;
        view = new View(items, count + 1);
    }

    /// <summary>The last of the entries that come before the key; null when none does.</summary>
    protected T? LastBefore<TKey>(TKey key, Func<T, TKey, bool> isBefore)
    {
        var (items, count) = view;
        var low = 0;
        var high = count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (isBefore(items[middle], key))
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low == 0 ? null : items[low - 1];
    }

    sealed record View(T[] Items, int Count);
}

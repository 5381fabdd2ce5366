using System.Runtime.InteropServices;

namespace Dashboard.Messages.Statistics;

/// <summary>
/// The keys that come most often, with a bound for what it may have missed, in memory that does not grow: the counters of Misra and Gries
/// (1982), lowered in batches, which say the same as those of Space-Saving and can be added up. Of a key it has <c>Count</c> for certain,
/// and at most <see cref="Missed"/> more; one that it does not have came at most <see cref="Missed"/> times.
/// </summary>
/// <param name="capacity">Missed is at most the number of all keys divided by one more than this.</param>
sealed class FrequentKeys(int capacity)
{
    /// <summary>Of a longer key, which is told apart by its hash all the same.</summary>
    public const int BytesKept = 512;

    readonly Dictionary<ulong, CountedKey> counters = [];

    public long Missed { get; private set; }

    /// <param name="hash">Of the whole key: stands for it.</param>
    public void Add(ulong hash, ReadOnlySpan<byte> key)
    {
        ref var counter = ref CollectionsMarshal.GetValueRefOrAddDefault(counters, hash, out var exists);
        if (!exists)
        {
            counter = new CountedKey(key[..Math.Min(key.Length, BytesKept)].ToArray(), key.Length, 0);
        }

        counter = counter with { Count = counter.Count + 1 };
        LowerIfFull();
    }

    public void Add(FrequentKeys other)
    {
        foreach (var (hash, counted) in other.counters)
        {
            ref var counter = ref CollectionsMarshal.GetValueRefOrAddDefault(counters, hash, out var exists);
            counter = exists ? counter with { Count = counter.Count + counted.Count } : counted;
        }

        Missed += other.Missed;
        LowerIfFull();
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Missed);
        writer.Write(counters.Count);
        foreach (var (hash, counter) in counters)
        {
            writer.Write(hash);
            writer.Write(counter.Length);
            writer.Write(counter.Count);
            writer.Write(counter.Bytes.Length);
            writer.Write(counter.Bytes);
        }
    }

    public static FrequentKeys Read(BinaryReader reader, int capacity)
    {
        var read = new FrequentKeys(capacity) { Missed = reader.ReadInt64() };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var (hash, length, count) = (reader.ReadUInt64(), reader.ReadInt32(), reader.ReadInt64());
            read.counters[hash] = new CountedKey(reader.ReadBytes(reader.ReadInt32()), length, count);
        }

        return read;
    }

    /// <summary>Those that for certain came more often than any that it does not have.</summary>
    public IReadOnlyList<CountedKey> Top(int most) =>
        // whatever has less may be less frequent than a key that was dropped
        [.. counters.Values.Where(c => c.Count > Missed || Missed == 0).OrderByDescending(c => c.Count).Take(most)];

    /// <summary>Twice the capacity is full: half of the counters or more go, and each is lowered by the largest that goes.</summary>
    void LowerIfFull()
    {
        if (counters.Count <= 2 * capacity)
        {
            return;
        }

        var counts = counters.Values.Select(c => c.Count).ToArray();
        Array.Sort(counts);
        // Misra-Gries, lowered at twice the capacity: sorting once in so many keys instead of at each
        var by = counts[^(capacity + 1)];
        foreach (var (hash, counter) in counters.ToArray())
        {
            if (counter.Count <= by)
            {
                counters.Remove(hash);
            }
            else
            {
                counters[hash] = counter with { Count = counter.Count - by };
            }
        }

        // how much the count of any key may be too low by now, also of one that is gone
        Missed += by;
    }
}

/// <param name="Bytes">The first <see cref="FrequentKeys.BytesKept"/> of it.</param>
/// <param name="Length">Of the whole key.</param>
/// <param name="Count">At least so often.</param>
readonly record struct CountedKey(byte[] Bytes, int Length, long Count);

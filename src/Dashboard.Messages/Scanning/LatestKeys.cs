using Kafka.Client.Admin;

namespace Dashboard.Messages.Scanning;

/// <summary>What of a partition was read for the last records of its keys.</summary>
/// <param name="Read">From where the reading stopped up to where it began.</param>
readonly record struct LatestPlace(string Cluster, string Topic, IsolationLevel Isolation, int Partition, OffsetRange Read);

/// <summary>
/// The keys that were met above the place where a scan for the last records of keys stopped: whoever goes on from there has not to read all
/// of that again. Of the newest such places, as many as have <see cref="MostKeys"/> together; above others it is read again. Thread safe.
/// </summary>
sealed class LatestKeys
{
    /// <summary>Of some 40 bytes each; and places, of which many have few.</summary>
    public const int MostKeys = 500_000, MostPlaces = 20_000;

    readonly Lock gate = new();
    readonly Dictionary<LatestPlace, IReadOnlySet<UInt128>> kept = [];
    readonly Queue<LatestPlace> oldest = new();
    long keys;

    /// <summary>Null: they are not known, or not any longer.</summary>
    public IReadOnlySet<UInt128>? Find(LatestPlace place)
    {
        lock (gate)
        {
            return kept.GetValueOrDefault(place);
        }
    }

    /// <param name="met">Not changed any longer.</param>
    public void Keep(LatestPlace place, IReadOnlySet<UInt128> met)
    {
        lock (gate)
        {
            if (met.Count > MostKeys || !kept.TryAdd(place, met))
            {
                return;
            }

            oldest.Enqueue(place);
            keys += met.Count;
            while (keys > MostKeys || kept.Count > MostPlaces)
            {
                kept.Remove(oldest.Dequeue(), out var gone);
                keys -= gone!.Count;
            }
        }
    }
}

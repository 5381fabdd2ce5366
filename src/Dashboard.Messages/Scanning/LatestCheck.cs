using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Messages.Bytes;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Of a scan for the last records of keys that goes on: which keys have a newer record, in what was read before it. Where the keys of that
/// are not known any longer (<see cref="LatestKeys"/>), it is read again for each batch of keys, and only keys are looked at.
/// </summary>
sealed class LatestCheck(MessageScanner scanner, ClusterData data, ScanQuery query, Actor actor)
{
    readonly ImmutableSortedDictionary<int, OffsetRange> above = Above(query.Continue);
    readonly Dictionary<int, IReadOnlySet<UInt128>> known = Known(scanner.Met, data, query);
    ConcurrentDictionary<(int Partition, UInt128 Key), bool> isNewer = [];

    /// <summary>Something was read before.</summary>
    public bool IsNeeded => !above.IsEmpty;

    /// <summary>Read by checks, so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Partitions of which it cannot be told, and why; null: it was stopped before.</summary>
    public Dictionary<int, SectionError?> Failed { get; } = [];

    /// <summary>Keys that were met before; null: they are not known.</summary>
    public IReadOnlySet<UInt128>? Before(int partition) =>
        above.ContainsKey(partition) ? known.GetValueOrDefault(partition) : System.Collections.Frozen.FrozenSet<UInt128>.Empty;

    public bool IsNewer(int partition, UInt128 key) => isNewer.GetValueOrDefault((partition, key));

    /// <returns>How many bytes were read, as they are.</returns>
    public async IAsyncEnumerable<long> RunAsync(
        List<LatestEntry> batch, CancellationToken stop, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var before = Bytes;
        isNewer = new(batch.Where(e => e.Key is not null)
            .Select(e => KeyValuePair.Create(
                (e.Partition, e.Key!.Value), known.TryGetValue(e.Partition, out var met) && met.Contains(e.Key.Value))));
        // nothing is read again for partitions without keys in the batch, nor for those whose keys are known
        var ranges = above.RemoveRange(above.Keys.Except(batch.Select(e => e.Partition)).Concat(known.Keys));
        if (ranges.IsEmpty)
        {
            yield break;
        }

        var again = new ScanQuery(query.Topic)
        {
            From = ScanBound.Oldest,
            Limit = int.MaxValue,
            BytesKept = 0,
            Isolation = query.Isolation,
            Continue = new ScanPosition(ranges),
        };
        await foreach (var step in scanner.ScanAsync(data, again, actor, stop, cancellationToken, partition => new Visitor(this, partition))
            .ConfigureAwait(false))
        {
            Bytes = before + step.Progress.Bytes;
            foreach (var partition in step.Progress.Partitions.Where(p => step.Progress.IsOver && !p.IsDone))
            {
                Failed[partition.Partition] = partition.Error;
            }

            yield return Bytes;
        }
    }

    static Dictionary<int, IReadOnlySet<UInt128>> Known(LatestKeys keys, ClusterData data, ScanQuery query) => Above(query.Continue)
        .Select(p => (p.Key, Met: keys.Find(new(data.Id, query.Topic, query.Isolation, p.Key, p.Value))))
        .Where(p => p.Met is not null)
        .ToDictionary(p => p.Key, p => p.Met!);

    static ImmutableSortedDictionary<int, OffsetRange> Above(ScanPosition? position) =>
        position?.Tops is not { } tops
            ? ImmutableSortedDictionary<int, OffsetRange>.Empty
            : position.Left.Where(p => p.Value.To >= 0 && tops.GetValueOrDefault(p.Key, OffsetRange.AsAsked) > p.Value.To)
                .ToImmutableSortedDictionary(p => p.Key, p => new OffsetRange(p.Value.To, tops[p.Key]));

    /// <summary>What is met is newer, whether or not its portion counts.</summary>
    sealed class Visitor(LatestCheck owner, int partition) : IPortionVisitor
    {
        public void Open(RecordBatch batch, int unpacked)
        {
        }

        public void Visit(in RecordCursor record)
        {
            if (record.HasKey)
            {
                // only keys of this batch are in it: memory follows the batch, not the log
                owner.isNewer.TryUpdate((partition, KeyPrint.Of(record.Key)), true, false);
            }
        }

        public void Visit(MessageView record)
        {
        }

        public void Count()
        {
        }
    }
}

/// <summary>What of a partition was read for the last records of its keys.</summary>
/// <param name="Read">From where the reading stopped up to where it began.</param>
readonly record struct LatestPlace(string Cluster, string Topic, IsolationLevel Isolation, int Partition, OffsetRange Read);

/// <summary>
/// The keys that were met above the place where a scan for the last records of keys stopped: who continues from there has not to read all
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

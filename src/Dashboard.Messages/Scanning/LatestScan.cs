using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Messages.Filters;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// The last record of each key: reads newest first, so that the first record of a key is its last, and remembers which keys were met, by 16
/// bytes each. A key is one a partition, as it is for compaction. Records without a key are counted and not shown. It ends at its limit, or
/// when it remembers as many keys as it may, and goes on exactly there: keys that were met by then are left out
/// (<see cref="LatestCheck"/>).
/// </summary>
sealed class LatestScan(MessageScanner scanner, ClusterData data, ScanQuery query, Actor actor)
{
    public const int MostKeys = 100_000;

    /// <summary>Of records that wait to be checked.</summary>
    const long MostBytes = 16 << 20;

    /// <summary>So many keys are checked at once, and four times as many each time, for each time reads all again.</summary>
    const int FirstBatch = 1000;

    readonly HashSet<(int Partition, UInt128 Key)> met = [];
    readonly List<LatestEntry> batch = [];

    /// <summary>Those that are through, by partition.</summary>
    readonly Dictionary<int, HashSet<UInt128>> through = [];

    /// <summary>By partition: up to here it is not looked at.</summary>
    readonly Dictionary<int, long> left = [];
    long withoutKey, tombstones, keys, batchBytes;
    int found, batchSize = FirstBatch;

    /// <summary>Remembered keys; when so many were met it ends, and says so.</summary>
    public int Most { get; init; } = MostKeys;

    bool IsEnough => found >= query.Limit || met.Count >= Most;

    public async IAsyncEnumerable<ScanStep> RunAsync(
        CancellationToken stop, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = query with
        {
            // always from the newest on: the first record of a key that is met is its latest
            From = query.NewestFirst ? query.From : query.End,
            To = query.NewestFirst ? query.To : query.From,
            LatestPerKey = false,
            Filter = null,
            Limit = int.MaxValue,
            BytesKept = int.MaxValue,
            PrintsKeys = true,
        };
        var check = new LatestCheck(scanner, data, query, actor);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await foreach (var step in scanner.ScanAsync(data, all, actor, enough.Token, cancellationToken).ConfigureAwait(false))
        {
            foreach (var record in step.Found)
            {
                Take(record);
            }

            var isChecked = !check.IsNeeded || batch.Count == 0;
            if (!isChecked && (IsBatchFull || step.Progress.IsOver))
            {
                await foreach (var _ in check.RunAsync(batch, stop, cancellationToken).ConfigureAwait(false))
                {
                    yield return new ScanStep([], Progress(step.Progress with { IsOver = false, Next = null }, check));
                }

                // small first, so that something is shown soon; each check reads the records above once more
                (isChecked, batchSize) = (true, Math.Min(batchSize * 4, Most));
            }

            ImmutableArray<FoundRecord> latest = isChecked ? Give(check) : [];
            yield return new ScanStep(latest, Progress(step.Progress, check));
            if (IsEnough)
            {
                await enough.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    bool IsBatchFull => batch.Count >= batchSize || batchBytes >= MostBytes || met.Count >= Most;

    void Take(FoundRecord record)
    {
        var (partition, offset) = (record.Message.Partition, record.Message.Offset);
        // given up in this partition: what comes after belongs to the next answer
        if (left.ContainsKey(partition))
        {
            return;
        }

        if (IsEnough)
        {
            // + 1: this record itself is still to be given
            left.Add(partition, offset + 1);
        }
        else if (record.KeyPrint is not { } key)
        {
            batch.Add(new LatestEntry(partition, offset, null, null, false));
        }
        else if (met.Add((partition, key)))
        {
            var fits = query.Filter?.Fits(new ViewedRecord(record.Message, record.Key, record.Value)) != false;
            var isTombstone = record.Message.ValueLength == 0 && record.Message.Value is null;
            var kept = fits ? record.Cut(query.BytesKept) : null;
            batch.Add(new LatestEntry(partition, offset, key, kept, isTombstone));
            batchBytes += kept is null ? 0 : kept.Message.KeyLength + kept.Message.ValueLength;
        }
    }

    /// <summary>What of the batch is the last of its key, up to the limit; the rest is left for the next request.</summary>
    ImmutableArray<FoundRecord> Give(LatestCheck check)
    {
        var latest = ImmutableArray.CreateBuilder<FoundRecord>();
        foreach (var entry in batch)
        {
            if (left.TryGetValue(entry.Partition, out var end) && entry.Offset < end)
            {
                continue;
            }

            if (found >= query.Limit || check.Failed.ContainsKey(entry.Partition))
            {
                left[entry.Partition] = entry.Offset + 1;
                continue;
            }

            withoutKey += entry.Key is null ? 1 : 0;
            if (entry.Key is not { } key)
            {
                continue;
            }

            // also when it is not given: the next answer must not take an older record for the latest
            (through.TryGetValue(entry.Partition, out var keysOf) ? keysOf : through[entry.Partition] = []).Add(key);
            if (check.IsNewer(entry.Partition, key))
            {
                continue;
            }

            keys++;
            tombstones += entry.IsTombstone ? 1 : 0;
            if (entry.Record is { } record)
            {
                found++;
                latest.Add(record);
            }
        }

        batch.Clear();
        batchBytes = 0;
        return latest.ToImmutable();
    }

    ScanProgress Progress(ScanProgress read, LatestCheck check) => read with
    {
        Query = query,
        Found = found,
        Bytes = read.Bytes + check.Bytes,
        Partitions = [.. read.Partitions.Select(p => Progress(p, check))],
        Next = read.IsOver ? Remembered(Next(read), check) : null,
        Keys = new KeysMet(keys, tombstones, withoutKey, met.Count >= Most),
    };

    PartitionProgress Progress(PartitionProgress partition, LatestCheck check) =>
        left.TryGetValue(partition.Partition, out var end)
            ? partition with
            {
                Covered = new(end, partition.Range.To),
                IsDone = false,
                Error = partition.Error ?? check.Failed.GetValueOrDefault(partition.Partition),
            }
            : partition;

    /// <summary>What is left of each partition, and up to where it was read from the beginning on.</summary>
    ScanPosition? Next(ScanProgress read)
    {
        var rest = (read.Next?.Left ?? ImmutableSortedDictionary<int, OffsetRange>.Empty).ToBuilder();
        var ranges = read.Partitions.ToDictionary(p => p.Partition, p => p.Range);
        foreach (var (partition, end) in left)
        {
            rest[partition] = new OffsetRange(ranges[partition].From, end);
        }

        return rest.Count == 0 ? null : new ScanPosition(rest.ToImmutable())
        {
            Tops = rest.Keys.ToImmutableSortedDictionary(
                p => p, p => query.Continue?.Tops?.GetValueOrDefault(p, OffsetRange.AsAsked) is >= 0 and var top ? top : ranges[p].To),
        };
    }

    /// <summary>For the request that continues, soon: the keys above.</summary>
    ScanPosition? Remembered(ScanPosition? next, LatestCheck check)
    {
        foreach (var (partition, rest) in next?.Left ?? ImmutableSortedDictionary<int, OffsetRange>.Empty)
        {
            if (rest.To >= 0 && next!.Tops![partition] is var top && top > rest.To && check.Before(partition) is { } before)
            {
                var met = new HashSet<UInt128>(before);
                met.UnionWith(through.GetValueOrDefault(partition) ?? []);
                scanner.Met.Keep(new(data.Id, query.Topic, query.Isolation, partition, new(rest.To, top)), met);
            }
        }

        return next;
    }
}

/// <summary>The first record of a key that was met, read newest first; or one without a key.</summary>
/// <param name="Record">Null where it is not asked for.</param>
readonly record struct LatestEntry(int Partition, long Offset, UInt128? Key, FoundRecord? Record, bool IsTombstone);

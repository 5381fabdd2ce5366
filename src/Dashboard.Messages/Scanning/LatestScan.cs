using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Dashboard.Messages.Filters;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// The last record of each key: reads newest first, so that the first record of a key is its last, and remembers which keys were met, by 16
/// bytes each. A key is one a partition, as it is for compaction. Records without a key are counted and not shown.
/// </summary>
sealed class LatestScan(MessageScanner scanner, ClusterData data, ScanQuery query, Actor actor)
{
    /// <summary>Remembered keys; when so many were met it ends, and says so.</summary>
    public const int MostKeys = 100_000;

    readonly HashSet<(int Partition, UInt128 Key)> met = [];
    long withoutKey, tombstones;
    int found;
    bool isCut;

    bool IsEnough => found >= query.Limit || met.Count >= MostKeys;

    public async IAsyncEnumerable<ScanStep> RunAsync(
        CancellationToken stop, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = query with
        {
            From = query.NewestFirst ? query.From : query.End,
            To = query.NewestFirst ? query.To : query.From,
            LatestPerKey = false,
            Filter = null,
            Limit = int.MaxValue,
            BytesKept = int.MaxValue,
            PrintsKeys = true,
        };
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await foreach (var step in scanner.ScanAsync(data, all, actor, enough.Token, cancellationToken).ConfigureAwait(false))
        {
            var latest = Latest(step.Found);
            yield return new ScanStep(latest, step.Progress with
            {
                Query = query,
                Found = found,
                Next = null,
                IsCut = isCut,
                Keys = new KeysMet(met.Count, tombstones, withoutKey, met.Count >= MostKeys),
            });
            if (IsEnough)
            {
                await enough.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    ImmutableArray<FoundRecord> Latest(ImmutableArray<FoundRecord> records)
    {
        var latest = ImmutableArray.CreateBuilder<FoundRecord>();
        foreach (var record in records)
        {
            if (IsEnough)
            {
                isCut = true;
                break;
            }

            if (record.KeyPrint is not { } key)
            {
                withoutKey++;
                continue;
            }

            if (!met.Add((record.Message.Partition, key)))
            {
                continue;
            }

            tombstones += record.Message.ValueLength == 0 && record.Message.Value is null ? 1 : 0;
            if (query.Filter?.Fits(new ViewedRecord(record.Message, record.Key, record.Value)) != false)
            {
                found++;
                latest.Add(record.Cut(query.BytesKept));
            }
        }

        return latest.ToImmutable();
    }
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Checks;

/// <summary>
/// One check at a time, for all who ask. What differs is read a second time, that alone: only what both readings show, with the same
/// versions at the reference, differs. Remembers since when.
/// </summary>
/// <param name="link">Null without ZooKeeper, and in KRaft mode not asked.</param>
sealed class MetadataChecker(
    KafkaCluster? kafka,
    ZooKeeperLink? link,
    Func<ClusterSnapshot> current,
    TimeProvider time,
    Action<Section<DifferenceTable>> publish) : IMetadataCheck, IDisposable
{
    /// <summary>Between the two readings; brokers hear of a change within a second.</summary>
    internal static readonly TimeSpan Confirmation = TimeSpan.FromSeconds(3);

    static readonly TimeSpan fresh = TimeSpan.FromSeconds(5);

    /// <summary>However often it is asked for, a cluster is read for at most a tenth of the time.</summary>
    const int RestPerReading = 10;

    readonly SemaphoreSlim one = new(1);
    Section<DifferenceTable> last = Section<DifferenceTable>.Unread;
    TimeSpan rest = fresh;

    public async Task<Section<DifferenceTable>> ReadAsync(CancellationToken cancellationToken)
    {
        if (kafka is null)
        {
            return last.Failed(SectionError.Unsupported("Kafka", NotGiven.Kafka, time.GetUtcNow()));
        }

        await one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (last.Error is not null || last.AsOf is not { } asOf || time.GetUtcNow() - asOf >= rest)
            {
                last = await CheckAsync(kafka, cancellationToken).ConfigureAwait(false);
                // also when it was given again: a page that asked has to find it in the snapshot
                publish(last);
            }

            return last;
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    async Task<Section<DifferenceTable>> CheckAsync(KafkaCluster cluster, CancellationToken cancellationToken)
    {
        try
        {
            var table = await CompareAsync(cluster, cancellationToken).ConfigureAwait(false);
            return last.Read(table, time.GetUtcNow());
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            return last.Failed(Errors.From(failure, ErrorSource.MetadataCheck, time.GetUtcNow()));
        }
    }

    async Task<DifferenceTable> CompareAsync(KafkaCluster cluster, CancellationToken cancellationToken)
    {
        var pass = new CheckPass(cluster, link, current);
        var began = time.GetTimestamp();
        var first = await pass.ReadAsync(null, cancellationToken).ConfigureAwait(false);
        var took = time.GetElapsedTime(began) * RestPerReading;
        rest = took > fresh ? took : fresh;
        var found = SaidComparison.Of(first.Said).ToList();
        var seen = first;
        if (found.Count > 0)
        {
            await Task.Delay(Confirmation, time, cancellationToken).ConfigureAwait(false);
            var scope = found.Select(f => f.Topic).OfType<string>().ToHashSet(StringComparer.Ordinal);
            seen = await pass.ReadAsync(scope, cancellationToken).ConfigureAwait(false);
            var again = SaidComparison.Of(seen.Said).ToDictionary(f => (f.Kind, f.Where));
            found = [.. found.Where(f => again.TryGetValue((f.Kind, f.Where), out var same) && f.IsSame(same))];
        }

        var now = time.GetUtcNow();
        var errors = seen.Errors.ToImmutableSortedDictionary(
            e => e.Key, e => Errors.From(e.Value, ErrorSource.Broker(e.Key, current().Brokers.Value?.Find(e.Key)?.Endpoint), now));
        var differences = DifferenceMemory.Since(
            last.Value, [.. found.Select(f => new MetadataDifference(f.Kind, f.Where, f.Said, f.Brokers, now))], errors.Keys);
        return new DifferenceTable(
            first.Said.Reference.Broker,
            [.. differences.Take(DifferenceTable.Most)],
            differences.Count,
            first.Said.Reference.Cluster.Topics.Values.Sum(t => t.Partitions.Count),
            first.Said.Reference.Left,
            seen.Said.Brokers.Values.SelectMany(b => b.Hidden).Distinct().Count(),
            [.. seen.Said.Brokers.Keys.Order()],
            errors);
    }
}

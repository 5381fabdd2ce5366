using System.Runtime.CompilerServices;
using Dashboard.Messages.Decoding;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Messages;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Reads with fetches of our own: they tell markers, aborted records and holes of compaction from the end of the log, which a consumer
/// hides, ask a leader for many partitions at once, and their answers are searched before a record is made of them.
/// </summary>
public sealed class MessageScanner(IBodyDecoders decoders) : IMessageScanner
{
    /// <summary>How often progress is reported while nothing new is found.</summary>
    static readonly TimeSpan pace = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the last step waits to know whose transactions hold partitions up.</summary>
    static readonly TimeSpan holderPatience = TimeSpan.FromSeconds(2);

    /// <summary>The first window of a partition, in offsets: few of each where there are many; more where few of them will fit.</summary>
    const int FewOffsets = 16, ManyOffsets = 4096;

    /// <summary>Of the pages that were shown last.</summary>
    internal LatestKeys Met { get; } = new();

    public IAsyncEnumerable<ScanStep> ScanAsync(
        IClusterMonitor cluster, ScanQuery query, Actor actor, CancellationToken stop, CancellationToken cancellationToken) =>
        query.LatestPerKey
            ? new LatestScan(this, cluster.Data, query, actor).RunAsync(stop, cancellationToken)
            : ScanAsync(cluster.Data, query, actor, stop, cancellationToken);

    public IAsyncEnumerable<FollowStep> FollowAsync(
        IClusterMonitor cluster, ScanQuery query, Actor actor, long? mostBehind, CancellationToken cancellationToken) =>
        new TopicFollower(this, cluster.Data, query, actor, mostBehind).RunAsync(cancellationToken);

    internal async IAsyncEnumerable<ScanStep> ScanAsync(
        ClusterData data, ScanQuery query, Actor actor, CancellationToken stop,
        [EnumeratorCancellation] CancellationToken cancellationToken, Func<int, IPortionVisitor>? visitors = null)
    {
        var ranges = await new RangeReader(data, query).ReadAsync(cancellationToken).ConfigureAwait(false);
        // without a filter nearly each offset is a hit: few are enough for a page
        var width = query.Filter is null ? Math.Clamp(query.Limit / Math.Max(1, ranges.Count), 1, FewOffsets) : ManyOffsets;
        var keepsFew = query.Filter is not null || visitors is not null;
        var partitions = ranges.Select(range => new PartitionScan(range, query.NewestFirst, width, keepsFew)).ToList();
        var scan = new Scan(query, partitions, data.Time);
        scan.Begin();
        var search = new PortionSearch(
            query, decoders.Of(data.Id), RecordMasking.For(actor, data.Id, query.Topic), visitors);
        await using var run = new ScanRun(data, query, scan, search);
        run.Start(partitions.Where(p => p.Error is null).Select(p => p.Leader).Distinct());
        // stop ends with what was found; cancelling throws it away
        await using var stopping = stop.Register(scan.Stop);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var holders = new HolderReader(data, query.Topic).ReadAsync(ranges, scan.Held, gone.Token);
        long? told = null;
        while (true)
        {
            var changed = scan.Changed.Next;
            if (scan.IsOver)
            {
                // who holds a partition up belongs to the last step, but is not worth a long wait
                await Task.WhenAny(holders, Task.Delay(holderPatience, data.Time, cancellationToken)).ConfigureAwait(false);
            }

            var step = scan.Take();
            if (step.Found.Length > 0 || step.Progress.IsOver || told is not { } last || data.Time.GetElapsedTime(last) >= pace)
            {
                told = data.Time.GetTimestamp();
                yield return step;
            }

            if (step.Progress.IsOver)
            {
                await gone.CancelAsync().ConfigureAwait(false);
                yield break;
            }

            if (step.Found.Length > 0)
            {
                scan.Changed.Beat(); // there is room for more
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}

using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Dashboard.Monitoring.Access;
using Dashboard.Monitoring.Connections;
using Dashboard.Monitoring.Messages;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Protocol;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// Follows a topic: scans what is new, round after round. The partitions of one leader are a round of their own, so that a leader that is
/// silent holds up no other; of a partition one round runs at a time and begins where the last one ended, so that nothing is missed and
/// nothing comes twice, whoever leads it. A new leader may know of a lower end than the last one told: nothing is read then until it has
/// caught up. The loop owns which partition is in a round, a round what it knows of its partitions.
/// </summary>
/// <param name="mostBehind">
/// Offsets of a partition that may wait; past that they are passed over, and counted. Null: nothing ever is.
/// </param>
sealed class TopicFollower(MessageScanner scanner, ClusterData data, ScanQuery query, Actor actor, long? mostBehind)
{
    /// <summary>How often progress is reported while nothing comes.</summary>
    static readonly TimeSpan telling = TimeSpan.FromSeconds(1);

    /// <summary>Steps that wait for their reader; past that rounds wait with them.</summary>
    const int MostWaiting = 4;

    readonly Channel<Piece> pieces = Channel.CreateBounded<Piece>(MostWaiting);
    readonly Dictionary<int, Followed> followed = [];

    /// <summary>What a step of a round found, and how far its partitions are with it.</summary>
    sealed record Piece(ImmutableArray<FoundRecord> Found, ImmutableArray<FollowedPartition> Partitions, long Scanned, long Bytes);

    sealed class Followed(int partition, ScanBound from)
    {
        public FollowedPartition Told { get; set; } = new(partition, null, null);

        public ScanBound From => from;

        public bool IsBusy { get; set; }

        public DateTimeOffset? ShortSince { get; set; }
    }

    /// <summary>Between rounds.</summary>
    public TimeSpan Pace { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>An end that lies before what was read is a leader that has to catch up, until this is over.</summary>
    public TimeSpan CatchingUp { get; init; } = TimeSpan.FromSeconds(10);

    /// <exception cref="KafkaException">At the first step: there is no such topic, or no broker can be asked.</exception>
    public async IAsyncEnumerable<FollowStep> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Learn(await LeadersAsync(ended.Token).ConfigureAwait(false), query.From);
        var told = followed.ToDictionary(one => one.Key, one => one.Value.Told);
        var (scanned, bytes, found) = (0L, 0L, 0L);
        var since = data.Time.GetUtcNow();
        var began = data.Time.GetTimestamp();
        long? last = null;
        var loop = Task.Run(() => LoopAsync(ended.Token), CancellationToken.None);
        try
        {
            while (true)
            {
                var records = ImmutableArray<FoundRecord>.Empty;
                while (records.Length == 0 && pieces.Reader.TryRead(out var piece))
                {
                    (records, found) = (piece.Found, found + piece.Found.Length);
                    (scanned, bytes) = (scanned + piece.Scanned, bytes + piece.Bytes);
                    foreach (var partition in piece.Partitions)
                    {
                        told[partition.Partition] = partition;
                    }
                }

                // the first step waits until it is known where each partition is followed from, but not for one that is silent
                var isDue = data.Time.GetElapsedTime(last ?? began) >= telling;
                if (records.Length > 0 || isDue || (last is null && told.Values.All(p => p.Position is not null || p.Error is not null)))
                {
                    since = last is null ? data.Time.GetUtcNow() : since;
                    last = data.Time.GetTimestamp();
                    yield return new FollowStep(records, new FollowProgress(
                        query, since, scanned, bytes, found, [.. told.Values.OrderBy(p => p.Partition)]));
                }

                if (records.Length == 0)
                {
                    await WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Until something comes, or it is time to tell how far it is.</summary>
    async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var coming = pieces.Reader.WaitToReadAsync(enough.Token).AsTask();
        var first = await Task.WhenAny(coming, Task.Delay(telling, data.Time, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (first == coming)
        {
            await coming.ConfigureAwait(false); // what the loop broke at
        }
    }

    async Task LoopAsync(CancellationToken cancellationToken)
    {
        var rounds = new List<Task>();
        try
        {
            while (true)
            {
                rounds.RemoveAll(round => round.IsCompleted);
                foreach (var group in await GroupsAsync(cancellationToken).ConfigureAwait(false))
                {
                    foreach (var one in group)
                    {
                        one.IsBusy = true;
                    }

                    // a round a leader: a silent one holds up its own partitions
                    rounds.Add(Task.Run(() => RoundAsync(group, cancellationToken), CancellationToken.None));
                }

                await Task.Delay(Pace, data.Time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception fault)
        {
            await Task.WhenAll(rounds).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pieces.Writer.TryComplete(fault);
        }
    }

    /// <summary>Partitions that are in no round, by who leads them.</summary>
    async Task<List<List<Followed>>> GroupsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var leaders = await LeadersAsync(cancellationToken).ConfigureAwait(false);
            // one that came to the topic since is followed from its beginning
            Learn(leaders, ScanBound.Oldest);
            return [.. followed.Where(p => !p.Value.IsBusy && leaders.ContainsKey(p.Key)).GroupBy(p => leaders[p.Key], p => p.Value)
                .Select(group => group.ToList())];
        }
        catch (KafkaException e)
        {
            var idle = followed.Values.Where(one => !one.IsBusy).ToList();
            await FailAsync(idle, e, cancellationToken).ConfigureAwait(false);
            return [];
        }
    }

    void Learn(Dictionary<int, int> leaders, ScanBound from)
    {
        foreach (var partition in leaders.Keys.Where(p => !followed.ContainsKey(p)))
        {
            followed[partition] = new Followed(partition, from);
        }
    }

    async Task RoundAsync(List<Followed> partitions, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var begin in partitions.Where(p => p.Told.Position is null).GroupBy(p => p.From).ToList())
            {
                await BeginAsync([.. begin], cancellationToken).ConfigureAwait(false);
            }

            var begun = partitions.Where(p => p.Told.Position is not null).ToDictionary(p => p.Told.Partition);
            if (begun.Count > 0)
            {
                await ScanAsync(begun, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (KafkaException e)
        {
            await FailAsync(partitions, e, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            pieces.Writer.TryComplete(fault);
        }
        finally
        {
            foreach (var one in partitions)
            {
                one.IsBusy = false;
            }
        }
    }

    /// <summary>Where to follow from: asked once, and kept.</summary>
    async Task BeginAsync(List<Followed> partitions, CancellationToken cancellationToken)
    {
        var asked = query with { From = partitions[0].From, To = null, Partitions = Numbers(partitions), Continue = Continued(partitions) };
        foreach (var range in await new RangeReader(data, asked).ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var one = partitions.First(p => p.Told.Partition == range.Partition);
            var from = asked.NewestFirst ? range.Range.To : range.Range.From;
            one.Told = range.Error is { } error ? one.Told with { Error = error } : new(range.Partition, from, from);
        }

        await TellAsync([], partitions, 0, 0, cancellationToken).ConfigureAwait(false);
    }

    async Task ScanAsync(Dictionary<int, Followed> partitions, CancellationToken cancellationToken)
    {
        var round = query with
        {
            From = ScanBound.Oldest,
            To = ScanBound.Newest,
            Partitions = Numbers(partitions.Values),
            Limit = mostBehind is { } most ? (int)Math.Min(most, int.MaxValue) : int.MaxValue,
            Continue = new ScanPosition(partitions.ToImmutableSortedDictionary(
                p => p.Key, p => new OffsetRange(p.Value.Told.Position!.Value, OffsetRange.AsAsked))),
        };
        var before = partitions.ToDictionary(p => p.Key, p => p.Value.Told);
        var (scanned, bytes) = (0L, 0L);
        await foreach (var step in scanner.ScanAsync(data, round, actor, CancellationToken.None, cancellationToken).ConfigureAwait(false))
        {
            foreach (var progress in step.Progress.Partitions)
            {
                var one = partitions[progress.Partition];
                one.Told = progress.Range == OffsetRange.Unknown
                    ? one.Told with { Error = progress.Error }
                    : After(one, before[progress.Partition], progress, step.Progress.IsOver);
            }

            await TellAsync(
                step.Found, partitions.Values, step.Progress.Scanned - scanned, step.Progress.Bytes - bytes, cancellationToken)
                .ConfigureAwait(false);
            (scanned, bytes) = (step.Progress.Scanned, step.Progress.Bytes);
        }
    }

    FollowedPartition After(Followed one, FollowedPartition before, PartitionProgress progress, bool isOver)
    {
        var (began, end) = (before.Position!.Value, progress.Stable + progress.HeldUp);
        var next = before with
        {
            // a leader that does not know of all that was read yet says a lower one
            Position = Math.Max(began, progress.Covered.To),
            Behind = Math.Max(0, progress.Range.To - Math.Max(began, progress.Covered.To)),
            Lost = before.Lost + Math.Max(0, progress.Range.From - began),
            Aborted = before.Aborted + progress.Aborted,
            Undecoded = before.Undecoded + progress.Undecoded,
            HeldUp = query.Isolation == Kafka.Client.Admin.IsolationLevel.ReadCommitted ? progress.HeldUp : 0,
            Unreadable = before.Unreadable + progress.Unreadable.Length,
            Error = progress.Error,
        };
        // a new leader may lag behind for a moment; only an end that stays lower is a log that was cut
        one.ShortSince = end < began ? one.ShortSince ?? data.Time.GetUtcNow() : null;
        if (one.ShortSince is { } shortSince && data.Time.GetUtcNow() - shortSince > CatchingUp)
        {
            one.ShortSince = null;
            return next with { Position = end, Behind = 0, WasCut = true };
        }

        return isOver && mostBehind is { } most && next.Behind > most
            ? next with { Position = progress.Range.To - most, Behind = most, Skipped = before.Skipped + next.Behind - most }
            : next;
    }

    ScanPosition? Continued(IEnumerable<Followed> partitions) => query.Continue is not { } left ? null
        : new(partitions.ToImmutableSortedDictionary(
            p => p.Told.Partition, p => left.Left.GetValueOrDefault(p.Told.Partition, OffsetRange.Unknown)));

    Task FailAsync(List<Followed> partitions, KafkaException failure, CancellationToken cancellationToken)
    {
        foreach (var one in partitions)
        {
            var error = Errors.From(failure, ErrorSource.Partition(one.Told.Partition), data.Time.GetUtcNow());
            one.Told = one.Told with { Error = error };
        }

        return TellAsync([], partitions, 0, 0, cancellationToken);
    }

    Task TellAsync(
        ImmutableArray<FoundRecord> found, IEnumerable<Followed> partitions, long scanned, long bytes,
        CancellationToken cancellationToken) =>
        pieces.Writer.WriteAsync(new Piece(found, [.. partitions.Select(p => p.Told)], scanned, bytes), cancellationToken).AsTask();

    static ImmutableArray<int> Numbers(IEnumerable<Followed> partitions) => [.. partitions.Select(p => p.Told.Partition).Order()];

    Task<Dictionary<int, int>> LeadersAsync(CancellationToken cancellationToken) =>
        new RangeReader(data, query with { Continue = null }).LeadersAsync(cancellationToken);
}

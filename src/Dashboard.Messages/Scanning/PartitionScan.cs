using System.Collections.Immutable;
using Dashboard.Messages.Registry;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Kafka.Client;
using Kafka.Client.Admin;
using Kafka.Client.Data;
using Kafka.Protocol;
using Kafka.Protocol.Records;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// One partition: what to ask its leader for, what came, and what of it was searched, in order. Read forwards, each answer goes on where
/// the last ended. Read backwards, a window is read forwards, as Kafka reads, and the next one lies before it; what was found in a window
/// counts once it is whole. Owned by <see cref="Scan"/>, under its lock.
/// </summary>
sealed class PartitionScan
{
    const int MostOffsets = 1 << 24, FirstBytes = 128 << 10, PortionBytes = 1 << 20;

    /// <summary>Of an answer and of a window: where records are only shown all of them stay in memory until it is their turn.</summary>
    const int MostSearched = 8 << 20, MostShown = 512 << 10;

    /// <summary>A leader that gives nothing although it was asked for this partition first has nothing there: compaction took it.</summary>
    const int EmptyAnswersBelieved = 2;

    readonly Queue<Portion> searched = new();
    readonly List<Portion> window = [];
    readonly List<UnreadableBatch> unreadable = [];
    readonly bool backwards;
    readonly int most;
    long windowFrom, windowTo, fetchAt, windowBytes;
    long width;
    int asked;
    int emptyAnswers;
    bool isOpen;
    long low;
    long markers, aborted, undecoded, known;
    RegistryException? registry;

    public PartitionScan(PartitionRange range, bool backwards, long firstWidth, bool isSearch)
    {
        (Partition, Leader, Range, Stable, End, Error) = (range.Partition, range.Leader, range.Range, range.Stable, range.End, range.Error);
        (this.backwards, width, low) = (backwards, firstWidth, Range.From);
        most = isSearch ? MostSearched : MostShown;
        asked = isSearch ? most : FirstBytes;
        (fetchAt, Frontier) = backwards ? (Range.To, Range.To) : (Range.From, Range.From);
        (windowFrom, windowTo) = (Range.To, Range.To);
    }

    public int Partition { get; }

    public int Leader { get; set; }

    public OffsetRange Range { get; }

    public long Stable { get; }

    public long End { get; }

    public SectionError? Error { get; set; }

    /// <summary>Whose transaction holds it up, once that is known.</summary>
    public OpenTransaction? Holder { get; set; }

    public Queue<WaitingRecord> Waiting { get; } = new();

    public long WaitingBytes { get; set; }

    /// <summary>How far it was searched.</summary>
    public long Frontier { get; private set; }

    /// <summary>Of what was searched last; null before that.</summary>
    public long? FrontierTime { get; private set; }

    public long Scanned { get; private set; }

    /// <summary>Bytes that came and are not searched yet.</summary>
    public long Unsearched { get; private set; }

    /// <summary>It was asked for and the answer is on its way.</summary>
    public bool IsAsked { get; set; }

    /// <summary>As many records were found as are wanted at all.</summary>
    public bool IsFull { get; private set; }

    /// <summary>When it was last given something, as a turn: those that wait longest are asked for first.</summary>
    public int Served { get; private set; }

    /// <summary>How often its leader was looked for again.</summary>
    public int Moves { get; set; }

    /// <summary>Nothing of the range is left to search.</summary>
    public bool IsSearched => backwards ? Frontier <= low : Frontier >= Range.To;

    /// <summary>All of it came, searched or not.</summary>
    bool IsFetched => backwards ? !isOpen && windowFrom <= low : fetchAt >= Range.To;

    public bool CanBeAsked => !IsAsked && Error is null && !IsFull && !IsFetched;

    /// <summary>Where a scan would go on: at the first record that was found and not given.</summary>
    public long Position => Waiting.TryPeek(out var first)
        ? first.Found.Message.Offset + (backwards ? 1 : 0)
        : Frontier;

    public OffsetRange Left => Range == OffsetRange.Unknown ? Range
        : backwards ? new(low, Math.Max(low, Position)) : new(Math.Min(Position, Range.To), Range.To);

    public bool IsDone => Error is null && IsSearched && Waiting.Count == 0;

    /// <summary>Up to the last stable offset read committed gives the same as uncommitted, and says what was aborted.</summary>
    public IsolationLevel Isolation => NextOffset < Stable ? IsolationLevel.ReadCommitted : IsolationLevel.ReadUncommitted;

    long NextOffset => backwards && !isOpen ? Math.Max(low, windowFrom - width) : fetchAt;

    /// <summary>What to ask for.</summary>
    public FetchPosition Ask(string topic)
    {
        if (backwards && !isOpen)
        {
            (fetchAt, windowTo) = (NextOffset, windowFrom);
            (windowFrom, windowBytes, isOpen) = (fetchAt, 0, true);
        }

        IsAsked = true;
        return new FetchPosition(new TopicPartition(topic, Partition), fetchAt, asked);
    }

    /// <summary>Takes an answer without an error; gives what is to be searched of it.</summary>
    /// <param name="wasFirst">It was asked for before all others.</param>
    public IReadOnlyList<Portion> Take(FetchedPartition answer, bool wasFirst, int turn)
    {
        var end = backwards ? windowTo : Range.To;
        var before = fetchAt;
        var batches = new List<JudgedBatch>();
        var standing = new AbortedRecords(answer.Aborted);
        var portions = new List<Portion>();
        var (from, bytes) = (before, 0L);
        void Close(long to)
        {
            portions.Add(new Portion(this, new OffsetRange(from, to), [.. batches]));
            (from, bytes) = (to, 0);
            batches.Clear();
        }

        foreach (var batch in RecordBatches.Enumerate(answer.Records))
        {
            // at least one further: a damaged header must not keep the scan where it is
            var next = batch.Magic < RecordBatch.CurrentMagic ? batch.BaseOffset + 1 : Math.Max(batch.NextOffset, batch.BaseOffset + 1);
            BatchStanding? judged = batch.Magic < RecordBatch.CurrentMagic ? null : standing.Next(batch);
            if (batch.BaseOffset >= end)
            {
                fetchAt = end;
                break;
            }

            // a fetch gives the whole batch that holds the offset: what lies before it was taken already
            if (next <= before)
            {
                continue;
            }

            if (backwards && batch.BaseOffset < from && from == windowFrom)
            {
                // a batch that begins before the window came whole
                from = windowFrom = Math.Max(low, batch.BaseOffset);
            }

            batches.Add(new JudgedBatch(batch, judged, batch.BaseOffset >= Stable));
            fetchAt = Math.Max(fetchAt, Math.Min(next, end));
            bytes += batch.SizeInBytes;
            windowBytes += batch.SizeInBytes;
            if (bytes >= PortionBytes)
            {
                Close(fetchAt);
            }
        }

        Progressed(answer, before, end, wasFirst, turn);
        if (batches.Count > 0 || fetchAt > from)
        {
            Close(fetchAt);
        }

        return Queue(portions, end);
    }

    /// <summary>The log begins later than it did: what lay before was deleted while this was read.</summary>
    public IReadOnlyList<Portion> BeginsAt(long begin)
    {
        // the leader said out of range, and begins no later: the end was cut, and with it the answer that was promised
        if (begin <= fetchAt)
        {
            throw new KafkaException(
                ErrorCode.OffsetOutOfRange, $"The log does not have offset {fetchAt} any longer: it was cut while it was read.");
        }

        var end = backwards ? windowTo : Range.To;
        var gap = new Portion(this, new OffsetRange(fetchAt, Math.Min(begin, end)), []);
        fetchAt = gap.Offsets.To;
        low = backwards ? Math.Clamp(begin, low, windowTo) : low;
        return Queue([gap], end);
    }

    /// <summary>Works in what was searched, as far as it follows on.</summary>
    public void Settle(int enough)
    {
        while (searched.TryPeek(out var first) && first.Result is not null && !IsFull)
        {
            searched.Dequeue();
            Unsearched -= first.Bytes;
            window.Add(first);
            if (!backwards || first.EndsWindow)
            {
                Close(enough);
            }
        }
    }

    public PartitionProgress Progress()
    {
        var left = Left;
        var covered = Range == OffsetRange.Unknown ? new(0, 0)
            : backwards ? new OffsetRange(IsDone ? Range.From : left.To, Range.To) : new OffsetRange(Range.From, left.From);
        return new(Partition, Range, covered, IsDone, Waiting.TryPeek(out var first) ? first.Nth - 1 : Scanned)
        {
            Error = Error,
            Markers = markers,
            Aborted = aborted,
            Undecoded = undecoded,
            Registry = registry,
            Gaps = Math.Max(0, (backwards ? Range.To - Frontier : Frontier - Range.From) - known),
            HeldUp = Math.Max(0, End - Stable),
            Holder = Holder,
            Stable = Stable,
            Unreadable = [.. unreadable],
        };
    }

    void Progressed(FetchedPartition answer, long before, long end, bool wasFirst, int turn)
    {
        if (fetchAt > before)
        {
            (emptyAnswers, Served) = (0, turn);
            // forwards it grows: the first answers come soon, the later ones are large
            asked = backwards ? asked : Math.Min(asked * 4, most);
            return;
        }

        asked = Math.Min(asked * 4, most);
        // only the first partition of a fetch gets a batch in any case: for the others empty means no room
        emptyAnswers += wasFirst ? 1 : 0;
        if (emptyAnswers >= EmptyAnswersBelieved)
        {
            fetchAt = answer.HighWatermark >= end
                ? end
                : throw new KafkaException(
                    ErrorCode.OffsetOutOfRange, $"The log ends at {answer.HighWatermark} now: it was cut while it was read.");
        }
    }

    IReadOnlyList<Portion> Queue(List<Portion> portions, long end)
    {
        if (backwards && fetchAt >= end && portions.Count > 0)
        {
            portions[^1].EndsWindow = true;
            isOpen = false;
            var each = Math.Max(1, windowBytes / Math.Max(1, windowTo - windowFrom));
            width = Math.Clamp(most / each, 1, Math.Min(width * 4, MostOffsets));
            asked = (int)Math.Clamp(width * each * 9 / 8, FirstBytes, most);
        }

        foreach (var portion in portions)
        {
            searched.Enqueue(portion);
            Unsearched += portion.Bytes;
        }

        return portions;
    }

    /// <summary>What of the window was searched becomes what was found.</summary>
    void Close(int enough)
    {
        var found = new List<WaitingRecord>();
        var count = 0L;
        foreach (var (portion, result) in window.Select(p => (p, p.Result!)))
        {
            var before = count;
            found.AddRange(result.Hits.Select(h => new WaitingRecord(
                h.Found with { Message = h.Found.Message with { Partition = Partition } },
                before + h.Index,
                Order(h.Found.Message.Timestamp))));
            result.Visitor?.Count();
            count += result.Scanned;
            markers += result.Markers;
            aborted += result.Aborted;
            undecoded += result.Undecoded;
            registry = result.Registry ?? registry;
            known += result.Scanned + result.Markers + result.Aborted + result.Lost;
            unreadable.AddRange(result.Unreadable.Take(PartitionProgress.MostUnreadable - unreadable.Count));
        }

        FrontierTime = backwards
            ? window.Select(p => p.Times?.First).FirstOrDefault(t => t is not null) is { } earliest ? Order(earliest) : FrontierTime
            : window[^1].Times is { } times ? Order(times.Last) : FrontierTime;
        var total = Scanned + count;
        if (backwards)
        {
            IsFull = found.Count > enough;
            Frontier = IsFull ? found[^enough].Found.Message.Offset : window[0].Offsets.From;
            total -= IsFull ? found[^enough].Nth - 1 : 0;
        }
        else
        {
            IsFull = window[^1].Result!.CutAt is not null;
            Frontier = window[^1].Result!.CutAt ?? window[^1].Offsets.To;
        }

        foreach (var one in backwards ? Enumerable.Reverse(found).Take(enough) : found)
        {
            var pending = one with { Nth = Scanned + (backwards ? count - one.Nth + 1 : one.Nth) };
            Waiting.Enqueue(pending);
            WaitingBytes += pending.Bytes;
        }

        Scanned = total;
        window.Clear();
        if (IsFull)
        {
            // what came beyond is dropped
            searched.Clear();
            Unsearched = 0;
        }
    }

    /// <summary>By the moment that is meant: a topic whose producers write seconds is not older than all others.</summary>
    static long Order(long timestamp) => UnixTime.Meant(timestamp)?.ToUnixTimeMilliseconds() ?? long.MinValue;
}

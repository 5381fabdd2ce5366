using System.Collections.Immutable;
using Dashboard.Monitoring;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Client.Data;

namespace Dashboard.Messages.Scanning;

/// <summary>
/// What a scan has found and what it wants next. Leaders are asked side by side and answers searched on several threads; they share this
/// under its lock. Records are given in the order of time across partitions: one that was found waits until every other partition was
/// searched up to its time, and as long as enough wait nothing is read but what holds them up.
/// </summary>
sealed class Scan(ScanQuery query, IReadOnlyList<PartitionScan> partitions, TimeProvider time)
{
    /// <summary>
    /// Bytes in memory: of what came and does not count yet, as much as it comes to once it was searched; of what was found and waits; of
    /// what was given and not taken.
    /// </summary>
    const long MostUnsearched = 64 << 20, MostUnsearchedOfOne = 12 << 20;
    const long MostWaitingOfOne = 8 << 20, MostWaiting = 64 << 20, MostGiven = 16 << 20;

    readonly Lock gate = new();
    readonly long began = time.GetTimestamp();
    readonly List<FoundRecord> given = [];
    Exception? failure;
    long givenBytes, bytes, searchedBytes, hitBytes;
    int found, turn;
    bool isOver;

    public Pulse Changed { get; } = new();

    public bool IsOver
    {
        get
        {
            lock (gate)
            {
                return isOver;
            }
        }
    }

    /// <summary>How many records are wanted yet; at least 1.</summary>
    public int Enough
    {
        get
        {
            lock (gate)
            {
                return Math.Max(1, query.Limit - found);
            }
        }
    }

    /// <summary>
    /// What a byte that came takes once it was searched: records that fit are objects then, and small ones take ten times their bytes.
    /// </summary>
    double Weight => searchedBytes > 0 ? 1 + ((double)hitBytes / searchedBytes) : query.Filter is null ? 10 : 1;

    /// <summary>What to ask a leader for now, of one isolation level; empty when nothing more is wanted of it at the moment.</summary>
    public (IReadOnlyList<FetchPosition> Positions, IsolationLevel Isolation) Ask(int leader)
    {
        lock (gate)
        {
            if (isOver || givenBytes >= MostGiven)
            {
                return ([], default);
            }

            var (next, waiting, weight) = (Next(), partitions.Sum(p => p.Waiting.Count), Weight);
            var hasRoom = partitions.Sum(p => p.WaitingBytes) < MostWaiting;
            var wanted = partitions
                .Where(p => p.Leader == leader && p.CanBeAsked && p.Unsearched * weight < MostUnsearchedOfOne)
                // one that holds up the order is asked in any case, or a full memory would never empty
                .Where(p => HoldsUp(p, next) || (hasRoom && waiting < query.Limit - found && p.WaitingBytes < MostWaitingOfOne))
                // those served longest ago first: the first of a request alone is sure of an answer
                .OrderBy(p => p.Served);
            var room = MostUnsearched - (partitions.Sum(p => p.Unsearched) * weight);
            var positions = new List<FetchPosition>();
            IsolationLevel? isolation = null;
            foreach (var partition in wanted.TakeWhile(_ => room > 0))
            {
                // a request has one isolation level: the others wait for the next
                if (isolation is not null && partition.Isolation != isolation)
                {
                    continue;
                }

                isolation = partition.Isolation;
                positions.Add(partition.Ask(query.Topic));
                // as if all of it came: what was asked for cannot be refused any more
                room -= positions[^1].MaxBytes * weight;
            }

            return (positions, isolation ?? default);
        }
    }

    /// <summary>Takes an answer of a leader; gives what is to be searched.</summary>
    public IReadOnlyList<Portion> Take(FetchedPartition answer, bool wasFirst)
    {
        lock (gate)
        {
            bytes += answer.Records.Length;
            var partition = Of(answer.Partition.Partition);
            partition.IsAsked = false;
            return partition.Take(answer, wasFirst, ++turn);
        }
    }

    public IReadOnlyList<Portion> BeginsAt(int partition, long begin)
    {
        lock (gate)
        {
            Of(partition).IsAsked = false;
            return Of(partition).BeginsAt(begin);
        }
    }

    /// <summary>A portion was searched.</summary>
    public void Settle(Portion portion, PortionResult result)
    {
        lock (gate)
        {
            portion.Finish(result);
            searchedBytes += portion.Bytes;
            hitBytes += result.Hits.Sum(hit => WaitingRecord.BytesOf(hit.Found));
            if (isOver)
            {
                return; // what it covered was reported
            }

            portion.Partition.Settle(Math.Max(1, query.Limit - found));
            Give(isLast: false);
        }

        Changed.Beat();
    }

    public void Fail(IEnumerable<int> which, SectionError error)
    {
        lock (gate)
        {
            foreach (var one in which.Select(Of))
            {
                (one.IsAsked, one.Error) = (false, error);
            }

            Give(isLast: false);
        }

        Changed.Beat();
    }

    public void Held(int partition, OpenTransaction holder)
    {
        lock (gate)
        {
            Of(partition).Holder = holder;
        }

        Changed.Beat();
    }

    /// <summary>A partition is asked for elsewhere from now on.</summary>
    public void Move(int partition, int leader)
    {
        lock (gate)
        {
            (Of(partition).Leader, Of(partition).IsAsked) = (leader, false);
        }

        Changed.Beat();
    }

    /// <summary>Whether to look for its leader again; not without end.</summary>
    public bool MayMove(int partition, int most, out int times)
    {
        lock (gate)
        {
            times = ++Of(partition).Moves;
            return times <= most && !isOver;
        }
    }

    /// <summary>Ends it where it is: what was found is given, whether or not it is its turn.</summary>
    public void Stop()
    {
        lock (gate)
        {
            if (!isOver)
            {
                Give(isLast: true);
                isOver = true;
            }
        }

        Changed.Beat();
    }

    public void Break(Exception fault)
    {
        lock (gate)
        {
            (failure, isOver) = (failure ?? fault, true);
        }

        Changed.Beat();
    }

    /// <summary>What was given since, and how far it is. Throws what the scan broke at.</summary>
    public ScanStep Take()
    {
        lock (gate)
        {
            if (failure is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
            }

            ImmutableArray<FoundRecord> taken = [.. given];
            given.Clear();
            givenBytes = 0;
            return new ScanStep(taken, Progress());
        }
    }

    /// <summary>What is over from the beginning, such as an empty range, is seen to be.</summary>
    public void Begin()
    {
        lock (gate)
        {
            Give(isLast: false);
        }
    }

    ScanProgress Progress()
    {
        var left = partitions.Where(p => !p.IsDone).ToImmutableSortedDictionary(p => p.Partition, p => p.Left);
        return new ScanProgress(
            query, [.. partitions.Select(p => p.Progress())], partitions.Sum(p => p.Progress().Scanned), bytes, found,
            time.GetElapsedTime(began), isOver, isOver && left.Count > 0 ? new ScanPosition(left) : null);
    }

    PartitionScan Of(int partition) => partitions.First(p => p.Partition == partition);

    /// <summary>The partition whose first record that waits comes next; null when none waits.</summary>
    PartitionScan? Next()
    {
        PartitionScan? next = null;
        foreach (var one in partitions.Where(p => p.Waiting.Count > 0))
        {
            next = next is null || ComesBefore(one.Waiting.Peek().Time, next.Waiting.Peek().Time) ? one : next;
        }

        return next;
    }

    bool ComesBefore(long one, long other) => query.NewestFirst ? one > other : one < other;

    /// <summary>It may have a record that comes before the next one.</summary>
    bool HoldsUp(PartitionScan partition, PartitionScan? next) =>
        partition.Waiting.Count == 0 && partition.Error is null && !partition.IsSearched
        && (next is null || partition.FrontierTime is not { } reached || ComesBefore(reached, next.Waiting.Peek().Time));

    void Give(bool isLast)
    {
        while (found < query.Limit && Next() is { } next && (isLast || !partitions.Any(p => HoldsUp(p, next))))
        {
            var pending = next.Waiting.Dequeue();
            next.WaitingBytes -= pending.Bytes;
            given.Add(pending.Found);
            givenBytes += pending.Bytes;
            found++;
        }

        isOver |= found >= query.Limit || partitions.All(p => (p.IsSearched || p.Error is not null) && p.Waiting.Count == 0);
    }
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client.Data;

namespace Dashboard.Monitoring.Messages;

/// <summary>
/// What a reading of a topic's newest records has found, and what it wants next. Leaders are asked side by side, each by a loop of its own,
/// which share this under its lock.
/// </summary>
sealed class TopicReading
{
    const long MostBytes = 64 << 20;
    static readonly TimeSpan mostTime = TimeSpan.FromSeconds(30);

    readonly Lock gate = new();
    readonly MessageQuery query;
    readonly TimeProvider time;
    readonly long began;
    readonly SortedDictionary<int, PartitionReading> partitions = [];
    readonly List<MessageView> kept;
    long bytes;
    int turn;

    public TopicReading(MessageQuery query, IEnumerable<PartitionLook> looks, MessagePage? earlier, TimeProvider time)
    {
        (this.query, this.time, began) = (query, time, time.GetTimestamp());
        kept = [.. earlier?.Messages ?? []];
        var before = (earlier?.Partitions ?? []).ToDictionary(p => p.Partition);
        foreach (var look in looks)
        {
            var known = before.GetValueOrDefault(look.Partition) is { IsKnown: true } seen
                ? seen with { Leader = look.Leader, Error = look.Error }
                : look;
            partitions[look.Partition] = new PartitionReading(known, kept.Where(m => m.Partition == look.Partition).MinBy(m => m.Offset));
        }
    }

    /// <summary>The first window of each partition: few offsets of each where there are many.</summary>
    long FirstWidth => Math.Clamp(query.Limit / Math.Max(1, partitions.Count), 1, 16);

    bool IsOver => bytes >= MostBytes || time.GetElapsedTime(began) >= mostTime;

    public IReadOnlyList<PartitionLook> Unknown(int leader)
    {
        lock (gate)
        {
            return [.. Of(leader).Where(p => !p.Look.IsKnown).Select(p => p.Look)];
        }
    }

    public void Known(int partition, long begin, long stable, long end)
    {
        lock (gate)
        {
            partitions[partition].Known(begin, stable, end);
        }
    }

    /// <summary>
    /// What to read of a leader's partitions now, those that waited longest first; empty when nothing more is wanted of them.
    /// </summary>
    public IReadOnlyList<FetchPosition> Next(int leader)
    {
        lock (gate)
        {
            var mine = Of(leader).Where(p => p.Look.IsKnown).ToList();
            foreach (var partition in mine.Where(p => !p.IsOpen && !IsOver && NeedsMore(p)))
            {
                partition.Open(FirstWidth);
            }

            if (IsOver)
            {
                // windows that turn out to be too large are not read to their end
                mine.ForEach(p => p.Abandon());
            }

            return [.. mine.Where(p => p.IsOpen).OrderBy(p => p.Served).Select(p => p.Position(query.Topic))];
        }
    }

    public void Take(FetchedPartition answer, bool wasFirst)
    {
        lock (gate)
        {
            bytes += answer.Records.Length;
            if (partitions[answer.Partition.Partition] is { IsOpen: true } partition
                && partition.Take(answer, wasFirst, ++turn, out var found))
            {
                Keep(found);
            }
        }
    }

    public void BeginsAt(int partition, long begin)
    {
        lock (gate)
        {
            partitions[partition].BeginsAt(begin);
        }
    }

    public void Fail(IEnumerable<int> which, SectionError error)
    {
        lock (gate)
        {
            foreach (var one in which.Select(id => partitions[id]))
            {
                one.Abandon();
                one.Look = one.Look with { Error = error };
            }
        }
    }

    public void Held(int partition, OpenTransaction holder)
    {
        lock (gate)
        {
            partitions[partition].Look = partitions[partition].Look with { Holder = holder };
        }
    }

    /// <summary>Of a leader, those whose end and last stable offset differ.</summary>
    public IReadOnlyList<PartitionLook> HeldUp(int leader)
    {
        lock (gate)
        {
            return [.. Of(leader).Where(p => p.Look is { IsKnown: true, HeldUp: > 0 }).Select(p => p.Look)];
        }
    }

    public MessagePage Page(bool isReading)
    {
        lock (gate)
        {
            bool IsDone(PartitionReading one) => one.Look.IsDone || (one.Look.IsKnown && !NeedsMore(one));
            var looks = partitions.Values.Select(one => one.Look with { IsDone = IsDone(one) });
            return new MessagePage(query, [.. kept], [.. looks], isReading, time.GetUtcNow());
        }
    }

    IEnumerable<PartitionReading> Of(int leader) => partitions.Values.Where(p => p.Look.Leader == leader && p.Look.Error is null);

    /// <summary>
    /// Until the limit is reached every partition is read on. Then only those of which the oldest record found is shown, and not as the
    /// last: the one before it might have to be shown as well.
    /// </summary>
    bool NeedsMore(PartitionReading partition) =>
        !partition.Look.IsDone
        && (kept.Count < query.Limit || partition.Oldest is not { } oldest || kept.SkipLast(1).Any(m => ReferenceEquals(m, oldest)));

    void Keep(IReadOnlyList<MessageView> found)
    {
        kept.AddRange(found);
        kept.Sort(query.Partition is null && partitions.Count > 1 ? ByTime : ByOffset);
        if (kept.Count > query.Limit)
        {
            kept.RemoveRange(query.Limit, kept.Count - query.Limit);
        }
    }

    static int ByOffset(MessageView a, MessageView b) => b.Offset.CompareTo(a.Offset);

    /// <summary>By the moment that is meant: a topic whose producers write seconds is not older than all others.</summary>
    static int ByTime(MessageView a, MessageView b)
    {
        var byTime = Nullable.Compare(UnixTime.Meant(b.Timestamp), UnixTime.Meant(a.Timestamp));
        return byTime != 0 ? byTime : a.Partition != b.Partition ? a.Partition.CompareTo(b.Partition) : ByOffset(a, b);
    }
}

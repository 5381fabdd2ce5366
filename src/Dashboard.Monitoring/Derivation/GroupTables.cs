using System.Collections.Immutable;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Joins what coordinators answer of groups with what leaders answer of end offsets: lag in records and in time, and whether it grows. A
/// group that was not read this time stays as it was, end offsets and all: its lag is that of its last reading.
/// </summary>
static class GroupTables
{
    static readonly TimeSpan rateSpan = TimeSpan.FromSeconds(60);

    /// <param name="offsets">Read at the same moment.</param>
    /// <param name="tails">What is known of what lies behind commits.</param>
    /// <param name="before">The reading that <paramref name="previous"/> was made from.</param>
    public static GroupTable From(
        GroupReading reading,
        OffsetTable? offsets,
        ImmutableDictionary<Commit, Tail> tails,
        GroupReading? before,
        GroupTable? previous,
        HistoryStore history,
        DateTimeOffset now)
    {
        var groups = ImmutableArray.CreateBuilder<GroupInfo>(reading.Groups.Count);
        var at = 0;
        foreach (var raw in InOrder(reading, previous))
        {
            // both are sorted: a walk beside each other instead of a look-up for each of very many
            var old = previous?.Next(raw.GroupId, ref at);
            var isUnread = old is not null && before?.Groups.GetValueOrDefault(raw.GroupId) is { } last && last.AsOf == raw.AsOf;
            var group = !isUnread ? Join(raw, offsets, tails, old, history, now)
                : old!.Error == raw.Error ? old
                : old with { Error = raw.Error };
            groups.Add(group);
        }

        return new GroupTable(groups.MoveToImmutable(), reading.BrokerErrors);
    }

    /// <summary>By id. While the groups are the same, as most of the time, they are not sorted again: there may be very many.</summary>
    static IEnumerable<RawGroup> InOrder(GroupReading reading, GroupTable? previous) =>
        previous is { Groups: var sorted } && sorted.Length == reading.Groups.Count && sorted.All(
            g => reading.Groups.ContainsKey(g.GroupId))
            ? sorted.Select(g => reading.Groups[g.GroupId])
            : reading.Groups.Values.OrderBy(g => g.GroupId, StringComparer.Ordinal);

    static GroupInfo Join(
        RawGroup raw, OffsetTable? ends, ImmutableDictionary<Commit, Tail> tails, GroupInfo? old, HistoryStore history, DateTimeOffset now)
    {
        var offsets = raw.Kind == GroupKind.Share ? Starts(raw, ends, old, history, now) : Offsets(raw, ends, tails, old, history, now);
        var total = GroupInfo.LagOf(offsets);
        var seconds = GroupInfo.SecondsBehind(offsets);
        var series = history.Find(new(SeriesKind.GroupLag, raw.GroupId));
        var before = old is { IsLagGrowing: true };
        var growing = total is { } lag && (series is null ? before : LagTrend.Grows(before, series, lag, seconds, now));
        var rate = series?.At(now - rateSpan) is { } then && total is { } current
            ? (current - then) / rateSpan.TotalSeconds
            : (double?)null;
        return new GroupInfo(
            old?.GroupId ?? raw.GroupId,
            raw.State,
            raw.Kind,
            raw.ProtocolType,
            raw.Protocol,
            raw.Coordinator,
            Same(old, raw.Members) ? old!.Members : raw.Members,
            offsets,
            total,
            seconds,
            growing,
            // the trend needs that long to be seen, so that is when it began
            growing ? old?.GrowingSince ?? now - LagTrend.Span : null,
            rate,
            raw.AsOf,
            raw.Error)
        {
            Epochs = raw.Epochs,
            Topology = old?.Topology is { } known && known.IsSameAs(raw.Topology) ? known : raw.Topology,
        };
    }

    static bool Same(GroupInfo? old, ImmutableArray<GroupMemberInfo> members) =>
        old is not null && old.Members.Length == members.Length && old.Members.Zip(members).All(m => m.First.IsSameAs(m.Second));

    static ImmutableArray<GroupOffset> Offsets(
        RawGroup raw, OffsetTable? ends, ImmutableDictionary<Commit, Tail> tails, GroupInfo? old, HistoryStore history, DateTimeOffset now)
    {
        var earlier = old?.Offsets.ToDictionary(o => new TopicPartition(o.Topic, o.Partition));
        var readers = new Dictionary<TopicPartition, string>();
        foreach (var member in raw.Members)
        {
            foreach (var partition in member.Assignments)
            {
                // the first: while a group rebalances two members may claim one partition
                readers.TryAdd(partition, member.MemberId);
            }
        }

        var offsets = new List<GroupOffset>(raw.Offsets.Count);
        foreach (var one in raw.Offsets.Where(o => o.Error == ErrorCode.None))
        {
            var key = new TopicPartition(one.Topic, one.Partition);
            offsets.Add(Of(key, one.Offset, one.Metadata, readers.Remove(key, out var reader) ? reader : null));
        }

        // read by a member and never committed
        offsets.AddRange(readers.Select(reader => Of(reader.Key, -1, null, reader.Value)));
        offsets.Sort((a, b) => new TopicPartition(a.Topic, a.Partition).CompareTo(new(b.Topic, b.Partition)));
        // the same array for the same content, so that pages compare references
        return old is not null && old.Offsets.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(offsets))
            ? old.Offsets
            : [.. offsets];

        GroupOffset Of(TopicPartition key, long committed, string? metadata, string? reader)
        {
            var end = ends?.Partitions.GetValueOrDefault(key);
            // once it counts as such it stays so until the end has passed it: readings of groups alone ask for no end
            var known = earlier?.GetValueOrDefault(key);
            var isBefore = known is not null && (old!.AsOf <= end?.AskedAt || known.Remark == OffsetRemark.BeyondEnd);
            var before = isBefore ? known!.Committed : (long?)null;
            var lag = Lag(committed, before, earlier?.ContainsKey(key) == true, end?.End);
            var tail = lag > 0 ? tails.GetValueOrDefault(new Commit(key, committed)) : null;
            var remark = Remark(committed, lag, end, tail);
            return new GroupOffset(
                key.Topic,
                key.Partition,
                committed,
                end?.End,
                lag,
                Seconds(history, key, tail?.ClearUntil ?? committed, lag, remark, now),
                reader,
                string.IsNullOrEmpty(metadata) ? null : metadata)
            {
                Remark = remark,
                Deleted = remark == OffsetRemark.BeforeBegin ? end!.Begin - committed : 0,
            };
        }
    }

    /// <summary>
    /// What members of a share group have acknowledged beyond the start is in the lag as its coordinator counts it, and in nothing else.
    /// </summary>
    static ImmutableArray<GroupOffset> Starts(RawGroup raw, OffsetTable? ends, GroupInfo? old, HistoryStore history, DateTimeOffset now)
    {
        var offsets = raw.Starts
            .Where(one => one.Error == ErrorCode.None)
            .Select(one =>
            {
                var key = new TopicPartition(one.Topic, one.Partition);
                var end = ends?.Partitions.GetValueOrDefault(key)?.End;
                var seconds = one.Offset < 0 ? null : Seconds(history, key, one.Offset, one.Lag, OffsetRemark.None, now);
                return new GroupOffset(one.Topic, one.Partition, one.Offset, end, one.Lag, seconds, null, null);
            })
            .OrderBy(offset => new TopicPartition(offset.Topic, offset.Partition))
            .ToImmutableArray();
        return old is not null && old.Offsets.AsSpan().SequenceEqual(offsets.AsSpan()) ? old.Offsets : offsets;
    }

    /// <summary>
    /// Ends and commits are asked for at the same moment and answered in any order: a group that keeps up may well have committed past an
    /// end that was read a moment before. So a commit counts as beyond the end once an end that was asked for after it is still below it;
    /// until then nothing is left to read, and of a commit that is seen for the first time nothing is known.
    /// </summary>
    /// <param name="before">What was committed already when the end was asked for; null when that is not known.</param>
    static long? Lag(long committed, long? before, bool wasSeen, long? end) => (committed, end) switch
    {
        ( < 0, _) or (_, null) => null,
        (_, { } last) when committed <= last => last - committed,
        (_, { } last) when before > last => last - committed,
        _ => wasSeen ? 0 : null,
    };

    static OffsetRemark Remark(long committed, long? lag, PartitionOffsets? end, Tail? tail) => lag switch
    {
        null or 0 => OffsetRemark.None,
        < 0 => OffsetRemark.BeyondEnd,
        _ when committed < end!.Begin => OffsetRemark.BeforeBegin,
        _ when tail is { IsHeldUp: true } => OffsetRemark.OpenTransaction,
        _ when tail is { HasRecord: false } && tail.ClearUntil >= end.End => OffsetRemark.NothingToRead,
        _ => OffsetRemark.None,
    };

    /// <summary>
    /// How long ago the next record to read was written: when the end offset passed it, or what comes before it and is none.
    /// </summary>
    static double? Seconds(
        HistoryStore history, TopicPartition key, long next, long? lag, OffsetRemark remark, DateTimeOffset now) =>
        lag switch
        {
            null or < 0 => null,
            0 => 0,
            _ when remark == OffsetRemark.NothingToRead => 0,
            _ => history.WrittenAt(key, next) is { } at ? Math.Max(0, Math.Round((now - at).TotalSeconds)) : null,
        };
}

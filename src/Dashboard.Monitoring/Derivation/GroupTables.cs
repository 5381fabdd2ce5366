using System.Collections.Immutable;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Derivation;

/// <summary>Joins what coordinators tell of groups with what leaders tell of end offsets: lag in records and in time, and whether it grows.</summary>
static class GroupTables
{
    /// <summary>Lag counts as growing when it is larger than at each of these times ago, by at least <see cref="LeastGrowth"/> records in all.</summary>
    static readonly TimeSpan[] lookBack = [TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60)];
    const double LeastGrowth = 100;

    public static GroupTable From(GroupReading reading, OffsetTable? offsets, GroupTable? previous, HistoryStore history, DateTimeOffset now)
    {
        var groups = ImmutableArray.CreateBuilder<GroupInfo>(reading.Groups.Count);
        var byId = ImmutableDictionary.CreateBuilder<string, GroupInfo>();
        var builder = new OffsetBuilder(offsets, history, now);
        foreach (var raw in reading.Groups.Values.OrderBy(g => g.GroupId, StringComparer.Ordinal))
        {
            var group = Join(raw, builder, previous?.Find(raw.GroupId), history, now);
            groups.Add(group);
            byId[group.GroupId] = group;
        }

        return new GroupTable(groups.ToImmutable(), byId.ToImmutable(), reading.BrokerErrors);
    }

    static GroupInfo Join(RawGroup raw, OffsetBuilder builder, GroupInfo? old, HistoryStore history, DateTimeOffset now)
    {
        var offsets = builder.Build(raw, old);
        long? total = null;
        double? seconds = null;
        foreach (var offset in offsets)
        {
            total = offset.Lag is { } lag ? (total ?? 0) + lag : total;
            seconds = offset.LagSeconds is { } behind && !(seconds > behind) ? behind : seconds;
        }

        var (growing, rate) = Growth(raw.GroupId, total, history, now);
        var group = new GroupInfo(
            raw.GroupId, raw.State, raw.Type, raw.ProtocolType, raw.Protocol, raw.Coordinator, raw.Members, offsets, total, seconds,
            growing, growing ? old is { IsLagGrowing: true } ? old.GrowingSince : now : null, rate, raw.AsOf, raw.Error);
        return old is not null && Same(old, group) ? old : group;
    }

    static (bool Growing, double? PerSecond) Growth(string groupId, long? lag, HistoryStore history, DateTimeOffset now)
    {
        if (lag is not { } current)
        {
            return (false, null);
        }

        var key = new SeriesKey(SeriesKind.GroupLag, groupId);
        var last = (double)current;
        foreach (var ago in lookBack)
        {
            if (history.ValueAt(key, now - ago) is not { } then)
            {
                return (false, null);
            }

            if (then >= last)
            {
                return (false, Rate(history, key, current, now));
            }

            last = then;
        }

        return (current - last >= LeastGrowth, Rate(history, key, current, now));
    }

    static double? Rate(HistoryStore history, SeriesKey key, long current, DateTimeOffset now) =>
        history.ValueAt(key, now - lookBack[^1]) is { } then ? (current - then) / lookBack[^1].TotalSeconds : null;

    /// <summary>Records compare arrays by reference: those that a reading made anew are compared by content here.</summary>
    static bool Same(GroupInfo old, GroupInfo now) =>
        old.Offsets.AsSpan().SequenceEqual(now.Offsets.AsSpan())
        && old.Members.Length == now.Members.Length
        && old.Members.Zip(now.Members).All(m => m.First with { Assignments = default } == m.Second with { Assignments = default } && m.First.Assignments.AsSpan().SequenceEqual(m.Second.Assignments.AsSpan()))
        && old with { Offsets = default, Members = default, AsOf = default } == now with { Offsets = default, Members = default, AsOf = default };

    sealed class OffsetBuilder(OffsetTable? table, HistoryStore history, DateTimeOffset now)
    {
        public ImmutableArray<GroupOffset> Build(RawGroup raw, GroupInfo? old)
        {
            var readers = raw.Members.SelectMany(m => m.Assignments, (m, a) => (a, m.MemberId)).GroupBy(x => x.a).ToDictionary(g => g.Key, g => g.First().MemberId);
            var offsets = raw.Offsets.Select(o => Build(o, readers)).ToList();
            var committed = raw.Offsets.Select(o => new PartitionKey(o.Topic, o.Partition)).ToHashSet();
            offsets.AddRange(readers.Keys.Where(key => !committed.Contains(key)).Select(key => Build(new CommittedOffset(key.Topic, key.Partition, -1, null), readers)));
            var sorted = offsets.OrderBy(o => new PartitionKey(o.Topic, o.Partition)).ToImmutableArray();
            return old is not null && old.Offsets.AsSpan().SequenceEqual(sorted.AsSpan()) ? old.Offsets : sorted;
        }

        GroupOffset Build(CommittedOffset committed, Dictionary<PartitionKey, string> readers)
        {
            var key = new PartitionKey(committed.Topic, committed.Partition);
            var known = table?.Find(committed.Topic, committed.Partition);
            var end = known?.End;
            long? lag = end is { } last && committed.Offset >= 0 ? Math.Max(0, last - committed.Offset) : null;
            return new GroupOffset(
                committed.Topic, committed.Partition, committed.Offset, end, lag, Seconds(key, committed.Offset, lag), readers.GetValueOrDefault(key), committed.Metadata);
        }

        /// <summary>How long ago the next record to read was written: when the end offset passed the committed one.</summary>
        double? Seconds(PartitionKey key, long committed, long? lag) => lag switch
        {
            null => null,
            0 => 0,
            _ => history.WrittenAt(key, committed) is { } at ? Math.Max(0, Math.Round((now - at).TotalSeconds)) : null,
        };
    }
}

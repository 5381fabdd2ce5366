using System.Collections.Immutable;
using Dashboard.Monitoring.History;
using Dashboard.Monitoring.Model;
using Kafka.Client.Admin;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Derivation;

/// <summary>
/// Joins what coordinators tell of groups with what leaders tell of end offsets: lag in records and in time, and whether it grows. A group that was
/// not read this time stays as it was, end offsets and all: its lag is that of its last reading.
/// </summary>
static class GroupTables
{
    static readonly TimeSpan rateSpan = TimeSpan.FromSeconds(60);

    /// <param name="offsets">Read at the same moment.</param>
    /// <param name="before">The reading that <paramref name="previous"/> was made from.</param>
    public static GroupTable From(GroupReading reading, OffsetTable? offsets, GroupReading? before, GroupTable? previous, HistoryStore history, DateTimeOffset now)
    {
        var groups = ImmutableArray.CreateBuilder<GroupInfo>(reading.Groups.Count);
        var byId = new Dictionary<string, GroupInfo>(reading.Groups.Count);
        foreach (var raw in reading.Groups.Values.OrderBy(g => g.GroupId, StringComparer.Ordinal))
        {
            var old = previous?.Find(raw.GroupId);
            var isUnread = old is not null && before?.Groups.GetValueOrDefault(raw.GroupId) is { } last && last.AsOf == raw.AsOf;
            var group = !isUnread ? Join(raw, offsets, old, history, now) : old!.Error == raw.Error ? old : old with { Error = raw.Error };
            groups.Add(group);
            byId[group.GroupId] = group;
        }

        return new GroupTable(groups.MoveToImmutable(), byId, reading.BrokerErrors);
    }

    static GroupInfo Join(RawGroup raw, OffsetTable? ends, GroupInfo? old, HistoryStore history, DateTimeOffset now)
    {
        var offsets = Offsets(raw, ends, old, history, now);
        var total = offsets.Any(o => o.Lag is not null) ? offsets.Sum(o => o.Lag ?? 0) : (long?)null;
        var seconds = GroupInfo.SecondsBehind(offsets);
        var series = history.Find(new(SeriesKind.GroupLag, raw.GroupId));
        var before = old is { IsLagGrowing: true };
        var growing = total is { } lag && (series is null ? before : LagTrend.Grows(before, series, lag, seconds, now));
        var rate = series?.At(now - rateSpan) is { } then && total is { } current ? (current - then) / rateSpan.TotalSeconds : (double?)null;
        return new GroupInfo(
            raw.GroupId, raw.State, raw.Type, raw.ProtocolType, raw.Protocol, raw.Coordinator, Same(old, raw.Members) ? old!.Members : raw.Members, offsets, total, seconds,
            growing, growing ? old?.GrowingSince ?? now - LagTrend.Span : null, rate, raw.AsOf, raw.Error);
    }

    static bool Same(GroupInfo? old, ImmutableArray<GroupMember> members) =>
        old is not null && old.Members.Length == members.Length
        && old.Members.Zip(members).All(m => m.First with { Assignments = default } == m.Second with { Assignments = default } && m.First.Assignments.AsSpan().SequenceEqual(m.Second.Assignments.AsSpan()));

    static ImmutableArray<GroupOffset> Offsets(RawGroup raw, OffsetTable? ends, GroupInfo? old, HistoryStore history, DateTimeOffset now)
    {
        var readers = new Dictionary<PartitionKey, string>();
        foreach (var member in raw.Members)
        {
            foreach (var partition in member.Assignments)
            {
                readers.TryAdd(partition, member.MemberId);
            }
        }

        var offsets = new List<GroupOffset>(raw.Offsets.Count);
        foreach (var one in raw.Offsets.Where(o => o.Error == ErrorCode.None))
        {
            var key = new PartitionKey(one.Topic, one.Partition);
            offsets.Add(Of(key, one.Offset, one.Metadata, readers.Remove(key, out var reader) ? reader : null));
        }

        offsets.AddRange(readers.Select(reader => Of(reader.Key, -1, null, reader.Value)));
        offsets.Sort((a, b) => new PartitionKey(a.Topic, a.Partition).CompareTo(new(b.Topic, b.Partition)));
        return old is not null && old.Offsets.AsSpan().SequenceEqual(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(offsets)) ? old.Offsets : [.. offsets];

        GroupOffset Of(PartitionKey key, long committed, string? metadata, string? reader)
        {
            var end = ends?.Partitions.GetValueOrDefault(key)?.End;
            long? lag = end is { } last && committed >= 0 ? Math.Max(0, last - committed) : null;
            return new GroupOffset(key.Topic, key.Partition, committed, end, lag, Seconds(history, key, committed, lag, now), reader, string.IsNullOrEmpty(metadata) ? null : metadata);
        }
    }

    /// <summary>How long ago the next record to read was written: when the end offset passed the committed one.</summary>
    static double? Seconds(HistoryStore history, PartitionKey key, long committed, long? lag, DateTimeOffset now) => lag switch
    {
        null => null,
        0 => 0,
        _ => history.WrittenAt(key, committed) is { } at ? Math.Max(0, Math.Round((now - at).TotalSeconds)) : null,
    };
}

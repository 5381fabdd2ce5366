using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Tests.Fakes;

/// <summary>Consumer groups of the fake cluster.</summary>
public static class FakeGroups
{
    /// <param name="memberCount">0: the group is Empty.</param>
    public static GroupInfo Of(
        string id, string topic, int partitions, int memberCount, DateTimeOffset now, long lag = 400, bool growing = false)
    {
        GroupMemberInfo Member(int i)
        {
            var assigned = Enumerable.Range(0, partitions).Where(p => p % memberCount == i).Select(p => new TopicPartition(topic, p));
            return new($"{id}-{i}-5f0a", null, $"{id}-{i}", $"127.0.0.{i + 1}", [.. assigned]);
        }

        var members = Enumerable.Range(0, memberCount).Select(Member).ToImmutableArray();

        GroupOffset Offset(int p) => new(
            topic, p, 120_000, 120_000 + lag, lag, lag / 100.0, memberCount == 0 ? null : members[p % memberCount].MemberId, null);

        var offsets = Enumerable.Range(0, partitions).Select(Offset).ToImmutableArray();
        return new(
            id, memberCount == 0 ? "Empty" : "Stable", GroupKind.Classic, "consumer", "range", 1, members, offsets,
            lag * partitions, lag / 100.0, growing, growing ? now.AddMinutes(-3) : null, growing ? 206 : 0, now, null);
    }

    public static GroupInfo Advance(
        GroupInfo group, IReadOnlyDictionary<string, List<FakePartition>> topics, Random random, DateTimeOffset now)
    {
        if (group.Offsets.Length == 0 || !topics.ContainsKey(group.Offsets[0].Topic))
        {
            return group;
        }
        var offsets = group.Offsets.Select(o =>
        {
            var end = topics[o.Topic][o.Partition].End;
            var lag = group.Members.Length == 0 ? end - o.Committed
                : group.IsLagGrowing ? (o.Lag ?? 0) + random.Next(5, 20)
                : random.Next(0, 400);
            return o with { End = end, Lag = lag, Committed = end - lag, LagSeconds = group.Members.Length == 0 ? null : lag / 40.0 };
        }).ToImmutableArray();
        return group with
        {
            Offsets = offsets,
            TotalLag = offsets.Sum(o => o.Lag),
            LagSeconds = offsets.Max(o => o.LagSeconds),
            AsOf = now,
        };
    }

    /// <summary>An old consumer that one thread reads for, and one that nobody does.</summary>
    public static Section<LegacyGroupTable> Legacy(DateTimeOffset now) => Section<LegacyGroupTable>.Unread.Read(
        new(
            [
                new("mirror-maker-1", [new("clicks", 0, 40, 100, "mirror-maker-1_a-0"), new("clicks", 1, 5, 5, "mirror-maker-1_a-0")]),
                new("reports-2014", [new("audit-raw", 0, 7, null, null)]),
            ],
            2),
        now);
}

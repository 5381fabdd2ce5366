using System.Collections.Immutable;
using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;

namespace Dashboard.Monitoring.Tests.Derivation;

public sealed class LogGrowthTests
{
    static readonly DateTimeOffset now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Growth_of_the_leaders_logs_adds_up_and_shrinking_takes_nothing_away()
    {
        var snapshot = Read(Empty("a", "b"), ("a", 0, 100), ("a", 1, 1000), ("b", 0, 5));
        Assert.Empty(snapshot.BytesIn);
        snapshot = Read(snapshot, ("a", 0, 130), ("a", 1, 4000), ("b", 0, 5));
        Assert.Equal(30, snapshot.BytesIn["a"]); // a follower's log is no news
        Assert.Equal(0, snapshot.BytesIn["b"]);
        snapshot = Read(snapshot, ("a", 0, 10), ("b", 0, 6));
        snapshot = Read(snapshot, ("a", 0, 15), ("b", 0, 7));
        Assert.Equal((35, 2), (snapshot.BytesIn["a"], snapshot.BytesIn["b"]));
    }

    [Fact]
    public void A_topic_that_is_gone_is_forgotten()
    {
        var snapshot = Read(Read(Empty("a", "b"), ("a", 0, 1), ("b", 0, 1)), ("a", 0, 2), ("b", 0, 2));
        snapshot = Read(snapshot with { Topics = Empty("b").Topics }, ("b", 0, 3));
        Assert.Equal([KeyValuePair.Create("b", 2L)], snapshot.BytesIn);
    }

    [Fact]
    public void Nothing_new_changes_nothing()
    {
        var snapshot = Read(Read(Empty("a"), ("a", 0, 1)), ("a", 0, 2));
        Assert.Same(snapshot.BytesIn, LogGrowth.BytesIn(snapshot, snapshot with { Version = 2 }));
    }

    /// <summary>Topics of one partition on broker 0, which leads, and broker 1.</summary>
    static ClusterSnapshot Empty(params string[] topics)
    {
        var tables = topics.Select(t => new TopicInfo(t, Guid.Empty, false, [new PartitionInfo(0, 0, 1, [0, 1], [0, 1], [], 1)]));
        return new ClusterSnapshot
        {
            Id = "c",
            Name = "c",
            Kind = ClusterKind.Remote,
            Topics = Section<TopicTable>.Unread.Read(TopicTable.Of(tables), now),
        };
    }

    static ClusterSnapshot Read(ClusterSnapshot before, params (string Topic, int Broker, long Bytes)[] sizes)
    {
        var table = new LogDirTable(
            sizes.ToDictionary(s => new ReplicaKey(s.Topic, 0, s.Broker), s => new ReplicaInfo(s.Bytes, 0, false)),
            ImmutableDictionary<int, BrokerLogDirs>.Empty);
        var after = before with { LogDirs = before.LogDirs.Read(table, now) };
        return after with { BytesIn = LogGrowth.BytesIn(before, after) };
    }
}

using Dashboard.Monitoring.Derivation;
using Dashboard.Monitoring.Model;
using static Dashboard.Monitoring.Tests.Build;

namespace Dashboard.Monitoring.Tests.Derivation;

/// <summary>From two readings of topics to events.</summary>
public sealed class TopicChangesTests
{
    /// <summary>A partition of replicas 0, 1 and 2, of which 0 is preferred: leader and ISR before and after, and what is told.</summary>
    [Theory]
    [InlineData(0, "0,1,2", 0, "0,1,2", "")]
    [InlineData(0, "0,1,2", 1, "1,2", "LeaderMoved Warning 0 1; IsrShrank Warning 0, 1, 2 1, 2")]
    [InlineData(1, "1,2", 0, "0,1,2", "LeaderMoved Ok 1 0; IsrGrew Ok 1, 2 0, 1, 2")]
    [InlineData(1, "1,2", 2, "1,2", "LeaderMoved Warning 1 2")]
    [InlineData(0, "0", -1, "0", "PartitionOffline Bad")]
    [InlineData(-1, "0", 0, "0", "PartitionOnline Ok 0")]
    [InlineData(0, "0,1", 0, "0", "IsrShrank Warning 0, 1 0")]
    [InlineData(0, "0,1", -1, "0", "PartitionOffline Bad; IsrShrank Warning 0, 1 0")]
    [InlineData(0, "0,1", 0, "0,2", "")] // as many as before
    public void A_partition(int leader, string isr, int leaderNow, string isrNow, string told)
    {
        var events = Compare(
            [Topic("t", Partition(0, leader, [0, 1, 2], Ids(isr)))],
            [Topic("t", Partition(0, leaderNow, [0, 1, 2], Ids(isrNow)))]);
        Assert.Equal(told, string.Join("; ", events.Select(e => string.Join(' ', [$"{e.Kind}", $"{e.Severity}", .. e.Arguments.Skip(1)]))));
        Assert.All(events, e => Assert.Equal(("t-0", "topics/t", "t-0", 1), (e.Subject, e.Href, e.Arguments[0], e.Count)));
    }

    [Fact]
    public void A_topic_of_the_same_name_and_another_id_is_a_new_one()
    {
        var events = Compare([Anew()], [Anew()]);
        Assert.Equal([EventKind.TopicCreated], events.Select(e => e.Kind));

        static TopicInfo Anew() => Topic("t", Partition(0, 0, [0], [0])) with { Id = Guid.NewGuid() };
    }

    [Fact]
    public void A_new_topic_is_told_with_its_partitions_and_copies_and_one_that_is_gone_has_no_page()
    {
        var events = Compare([Topic("old")], [Topic("new", Partition(0, 0, [0, 1], [0, 1]), Partition(1, 1, [1, 0], [1]))]);
        Assert.Equal(["new", "2", "2"], events[0].Arguments);
        Assert.Equal((EventKind.TopicDeleted, Severity.Warning, null), (events[1].Kind, events[1].Severity, events[1].Href));
    }

    [Fact]
    public void Partitions_that_were_added_are_told_beside_what_happened_to_the_others()
    {
        var events = Compare(
            [Topic("t", Partition(0, 0, [0, 1], [0, 1]))],
            [Topic("t", Partition(0, 0, [0, 1], [0]), Partition(1, 1, [1, 0], [1, 0]))]);
        Assert.Equal([EventKind.PartitionsAdded, EventKind.IsrShrank], events.Select(e => e.Kind));
        Assert.Equal(["t", "1", "2"], events.Single(e => e.Kind == EventKind.PartitionsAdded).Arguments);
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(11, 1)]
    public void A_few_topics_are_told_each_and_many_with_a_count(int topics, int told)
    {
        var events = Compare([], [.. Enumerable.Range(0, topics).Select(i => Topic($"t{i}", Partition(0, 0, [0], [0])))]);
        Assert.Equal((told, topics), (events.Count, events.Sum(e => e.Count)));
    }

    [Fact]
    public void Of_many_partitions_the_worst_speaks_for_all()
    {
        var before = Topic("t", [.. Enumerable.Range(0, 100).Select(i => Partition(i, 0, [1, 0], [0, 1]))]);
        var after = Topic("t", [.. Enumerable.Range(0, 100).Select(i => Partition(i, i == 42 ? -1 : 1, [1, 0], [1]))]);
        var events = Compare([before], [after]);
        Assert.Equal(
            [(EventKind.LeaderMoved, 99), (EventKind.PartitionOffline, 1), (EventKind.IsrShrank, 100)],
            events.Select(e => (e.Kind, e.Count)).Order());
        Assert.Equal("t-42", events.Single(e => e.Kind == EventKind.PartitionOffline).Subject);
    }

    /// <summary>With ZooKeeper, metadata does not name a partition that never had a leader.</summary>
    [Fact]
    public void A_partition_that_is_named_at_last_is_not_taken_for_the_one_at_its_place()
    {
        var events = Compare(
            [Topic("t", Partition(0, 0, [0], [0]), Partition(2, 2, [2], [2]))],
            [Topic("t", Partition(0, 0, [0], [0]), Partition(1, 1, [1], [1]), Partition(2, 2, [2], [2]))]);
        Assert.Equal([EventKind.PartitionsAdded], events.Select(e => e.Kind));
    }

    static List<ClusterEvent> Compare(TopicInfo[] before, TopicInfo[] after) =>
        [.. TopicChanges.Compare(TopicTable.Of(before), TopicTable.Of(after))];

    static int[] Ids(string list) => [.. list.Split(',').Select(int.Parse)];
}

using Dashboard.Monitoring.Checks;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;

namespace Dashboard.Monitoring.Tests.Checks;

/// <summary>What one pass of a check finds, by what each of them says.</summary>
public sealed class SaidComparisonTests
{
    static readonly Guid id = new("11111111-2222-3333-4444-555555555555");

    readonly Dictionary<int, ClusterSaid> brokers = new() { [1] = Said(), [2] = Said() };
    readonly Dictionary<(TopicPartition, int), long> logs = [];
    readonly Dictionary<string, IReadOnlyDictionary<string, string?>> configs = [];
    ReferenceSaid reference = Reference(Said());

    [Fact]
    public void Who_says_the_same_does_not_differ() => Assert.Empty(Found());

    [Fact]
    public void Another_leader_is_told_with_who_says_it_and_its_epoch_is_not_told_apart()
    {
        brokers[2] = Said(new PartitionSaid(3, 8, [1, 2], [1, 2], 0));
        var found = Assert.Single(Found());
        Assert.Equal((DifferenceKind.Leader, "orders-0", "1"), (found.Kind, found.Where, found.Said));
        Assert.Equal([new BrokerSaying(2, "3")], found.Brokers);
    }

    [Theory]
    [InlineData(1, 4, 1, 2, DifferenceKind.LeaderEpoch)]
    [InlineData(1, 5, 1, 1, DifferenceKind.Isr)]
    public void Epoch_and_ISR_are_compared(int leader, int epoch, int first, int last, DifferenceKind kind)
    {
        brokers[1] = Said(new PartitionSaid(leader, epoch, [.. new[] { first, last }.Distinct()], [1, 2], 0));
        Assert.Equal(kind, Assert.Single(Found()).Kind);
    }

    [Fact]
    public void A_leader_behind_another_listener_is_not_another_leader()
    {
        brokers[1] = Said(new PartitionSaid(null, 5, [1, 2], [1, 2], 0));
        Assert.Empty(Found());
    }

    [Fact]
    public void Topics_are_missed_on_either_side_and_what_one_may_not_see_is_not_missed()
    {
        brokers[1] = Said() with { Topics = new Dictionary<string, TopicSaid> { ["ghost"] = Topic(Partition()) } };
        brokers[2] = Said() with { Topics = new Dictionary<string, TopicSaid>(), Hidden = new HashSet<string> { "orders" } };
        Assert.Equal(
            [(DifferenceKind.TopicGone, "ghost", 1), (DifferenceKind.TopicUnknown, "orders", 1)],
            Found().Select(f => (f.Kind, f.Where, Assert.Single(f.Brokers).Broker)));
    }

    [Fact]
    public void Another_topic_of_the_same_name_is_not_compared_any_further()
    {
        brokers[1] = Said() with
        {
            Topics = new Dictionary<string, TopicSaid> { ["orders"] = new(Guid.NewGuid(), Topic(Partition(leader: 2)).Partitions, 0) },
        };
        Assert.Equal(DifferenceKind.TopicId, Assert.Single(Found()).Kind);
    }

    [Fact]
    public void A_controller_that_is_not_registered_is_stale()
    {
        reference = Reference(Said() with { ControllerId = 9 });
        var found = Assert.Single(Found());
        Assert.Equal((DifferenceKind.StaleController, "9", 2), (found.Kind, found.Where, found.Brokers.Length));
    }

    [Fact]
    public void A_broker_that_takes_another_one_for_the_controller_is_named()
    {
        brokers[2] = Said() with { ControllerId = 2 };
        var found = Assert.Single(Found());
        Assert.Equal(DifferenceKind.Controller, found.Kind);
        Assert.Equal([new BrokerSaying(2, "2")], found.Brokers);
    }

    [Fact]
    public void Registrations_that_brokers_do_not_know_and_brokers_that_are_not_registered_are_told()
    {
        reference = Reference(Said() with { Brokers = new HashSet<int> { 1, 2, 3 } });
        brokers[2] = Said() with { Brokers = new HashSet<int> { 1, 2, 3, 4 } };
        Assert.Equal(
            [(DifferenceKind.BrokerUnknown, "3", 1), (DifferenceKind.BrokerNotRegistered, "4", 2)],
            Found().Select(f => (f.Kind, f.Where, Assert.Single(f.Brokers).Broker)));
    }

    [Fact]
    public void Logs_without_a_topic_and_logs_without_a_replica_lie_on_their_brokers()
    {
        logs[(new("gone", 0), 1)] = 10;
        logs[(new("orders", 0), 1)] = 20;
        logs[(new("orders", 0), 7)] = 30;
        Assert.Equal(
            [(DifferenceKind.OrphanedLog, "gone-0", 1, "10 bytes"), (DifferenceKind.StrayLog, "orders-0", 7, "30 bytes")],
            Found().Select(f => (f.Kind, f.Where, f.Brokers[0].Broker, f.Brokers[0].Said!)));
    }

    [Fact]
    public void Overrides_are_compared_where_they_are_told()
    {
        reference = reference with
        {
            Configs = new Dictionary<string, ConfigSaid>
            {
                ["orders"] = new(new Dictionary<string, string> { ["retention.ms"] = "1", ["secret"] = "x" }, 4),
                ["gone"] = new(new Dictionary<string, string> { ["cleanup.policy"] = "compact" }, 5),
            },
        };
        configs["orders"] = new Dictionary<string, string?> { ["retention.ms"] = "2", ["secret"] = null };
        Assert.Equal(
            [(DifferenceKind.Config, "orders retention.ms"), (DifferenceKind.OrphanedConfig, "gone")],
            Found().Select(f => (f.Kind, f.Where)));
    }

    /// <summary>Kafka writes overrides and announces them then; what only writes leaves brokers with what they had.</summary>
    [Theory]
    [InlineData(50, true, 40, null, 0, "1,2")] // nothing was announced since
    [InlineData(50, true, 60, null, 51, "")] // it was
    [InlineData(50, true, 60, 30L, 0, "1,2")] // one from before is still there, and none of this topic
    [InlineData(50, true, 60, 55L, 0, "")] // it may have been, and gone by now
    [InlineData(50, false, 40, null, 0, "")] // with the topic itself
    [InlineData(15, true, 10, null, 0, "1")] // broker 2 was started later, and has read them
    public void Overrides_that_brokers_were_not_told_of_are_told_with_who_runs_since_before(
        long written, bool changed, long lastMove, long? oldest, long announced, string untold)
    {
        reference = reference with
        {
            Configs = new Dictionary<string, ConfigSaid>
            {
                ["orders"] = new(new Dictionary<string, string> { ["retention.ms"] = "1" }, written, changed),
            },
            Announcements = new ConfigAnnouncements(
                lastMove, oldest, announced == 0 ? new Dictionary<string, long>() : new() { ["topics/orders"] = announced },
                new Dictionary<int, long> { [2] = 20, [1] = 10 }),
        };
        configs["orders"] = new Dictionary<string, string?> { ["retention.ms"] = "1" };
        var found = Found().ToList();
        Assert.Equal(untold, string.Join(',', found.SelectMany(f => f.Brokers).Select(b => b.Broker)));
        Assert.All(found, f => Assert.Equal((DifferenceKind.ConfigUntold, "orders", "retention.ms=1"), (f.Kind, f.Where, f.Said)));
    }

    /// <summary>Two brokers that make the topic of offsets at once each write its overrides, and nobody announces them.</summary>
    [Theory]
    [InlineData(0, 500, 100, false)]
    [InlineData(1, 90, 100, false)] // before the topic was there
    [InlineData(1, 400, 100, false)] // by one that came too late to make it
    [InlineData(1, 60_000, 100, true)]
    [InlineData(1, 60_000, null, true)]
    public void Overrides_that_were_written_while_their_topic_was_made_are_no_change(
        int version, long writtenAt, int? madeAt, bool isChange) => Assert.Equal(isChange, ConfigSaid.IsChange(version, writtenAt, madeAt));

    [Fact]
    public void A_topic_that_is_being_deleted_is_that_and_nothing_else()
    {
        reference = reference with { Marked = new HashSet<string> { "orders" } };
        brokers[1] = Said(Partition(leader: -2));
        var found = Assert.Single(Found());
        Assert.Equal((DifferenceKind.DeletionPending, 2), (found.Kind, found.Brokers.Length));
    }

    [Fact]
    public void What_moved_between_two_readings_is_on_its_way()
    {
        brokers[2] = Said(Partition(leader: 2));
        var first = Assert.Single(Found());
        Assert.True(first.IsSame(Assert.Single(Found())));
        reference = Reference(Said(Partition() with { Version = 78 }));
        Assert.False(first.IsSame(Assert.Single(Found())));
    }

    List<FoundDifference> Found() => [.. SaidComparison.Of(new SaidByAll(reference, brokers, logs, configs))];

    static ReferenceSaid Reference(ClusterSaid said) => new(said) { Names = said.Topics.Keys.ToHashSet() };

    static ClusterSaid Said(PartitionSaid? partition = null) => new(
        new Dictionary<string, TopicSaid> { ["orders"] = Topic(partition ?? Partition()) },
        new HashSet<int> { 1, 2 },
        1,
        new HashSet<string>());

    static TopicSaid Topic(PartitionSaid partition) => new(id, new Dictionary<int, PartitionSaid> { [0] = partition }, 3);

    static PartitionSaid Partition(int leader = 1) => new(leader, 5, [1, 2], [1, 2], 77);
}

using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;
using BrokerDir = (int Broker, string Path, long Total, long Usable, (string, int, long, bool)[] Replicas);

namespace Dashboard.Monitoring.Tests.Collectors;

/// <summary>Bytes on disks, as brokers tell them or do not.</summary>
public sealed class LogDirCollectorTests
{
    [Fact]
    public async Task Each_brokers_replicas_and_directories_are_told_with_what_its_volume_has_left()
    {
        await using var world = World(
            (0, "/a", 100, 40, [("t", 0, 7, false), ("t", 1, 5, false)]),
            (1, "/b", -1, -1, [("t", 0, 6, false)]),
            (2, "/c", 100, 90, []));
        await ReadAsync(world);
        var table = world.Snapshot.LogDirs.Value!;
        Assert.Null(world.Snapshot.LogDirs.Error);
        Assert.Equal(
            (7L, 5L, 6L),
            (table.Sizes[new("t", 0, 0)].Bytes, table.Sizes[new("t", 1, 0)].Bytes, table.Sizes[new("t", 0, 1)].Bytes));
        Assert.Equal(new LogDirInfo("/a", 12, 100, 40, null), Assert.Single(table.Of(0)));
        // a broker before 3.3 does not know its volume
        Assert.Equal(new LogDirInfo("/b", 6, null, null, null), Assert.Single(table.Of(1)));
        Assert.Equal(0, Assert.Single(table.Of(2)).Bytes);
        Assert.Empty(world.State.BrokerErrors);
        // one request a broker, whatever it holds
        Assert.Equal([1, 1, 1], Enumerable.Range(0, 3).Select(broker => world.Asked<DescribeLogDirsRequest>(broker)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_copy_on_its_way_to_another_directory_does_not_stand_for_the_replica(bool copyFirst)
    {
        await using var world = new CollectorWorld(1);
        var dirs = new List<DescribeLogDirsResponse.DescribeLogDirsResult>
        {
            Dir("/old", ("t", 0, 100, false)),
            Dir("/new", ("t", 0, 3, true)),
        };
        if (copyFirst)
        {
            dirs.Reverse();
        }

        world.On<DescribeLogDirsRequest>((_, _) => new DescribeLogDirsResponse { Results = dirs });
        await ReadAsync(world);
        var replica = world.Snapshot.LogDirs.Value!.Sizes[new("t", 0, 0)];
        Assert.Equal((100L, false), (replica.Bytes, replica.IsFuture));
        Assert.Equal(103, world.Snapshot.LogDirs.Value.Of(0).Sum(d => d.Bytes));
    }

    /// <summary>As brokers do to a client that may not describe the cluster.</summary>
    [Fact]
    public async Task A_broker_that_refuses_is_not_said_to_be_silent()
    {
        await using var world = World((0, "/a", -1, -1, [("t", 0, 7, false)]));
        world.On<DescribeLogDirsRequest>((_, _) => new DescribeLogDirsResponse
        {
            ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed,
        });
        await ReadAsync(world, unread: true);
        Assert.Equal(SectionErrorKind.Refused, world.Snapshot.LogDirs.Error!.Kind);
        Assert.Empty(world.State.BrokerErrors);
    }

    [Fact]
    public async Task A_broker_that_does_not_answer_keeps_its_figures_and_has_an_error_of_its_own()
    {
        await using var world = World(
            (0, "/a", -1, -1, [("t", 0, 7, false)]),
            (1, "/b", -1, -1, [("t", 0, 6, false)]),
            (2, "/c", -1, -1, []));
        var collector = await ReadAsync(world);
        var first = world.Time.GetUtcNow();
        world.Cut[1] = true;
        Answer(world, (0, "/a", -1, -1, [("t", 0, 70, false)]), (2, "/c", -1, -1, []));
        await world.AgainAsync(collector);
        var (section, table) = (world.Snapshot.LogDirs, world.Snapshot.LogDirs.Value!);
        Assert.Equal((70L, 6L), (table.Sizes[new("t", 0, 0)].Bytes, table.Sizes[new("t", 0, 1)].Bytes));
        Assert.Equal((first, world.Time.GetUtcNow()), (table.ByBroker[1].AsOf, table.ByBroker[0].AsOf));
        // the whole is as old as the oldest part of it
        Assert.Equal((first, SectionErrorKind.Unreachable), (section.AsOf, section.Error!.Kind));
        Assert.Equal([1], world.State.BrokerErrors.Keys);
        // and each broker's part as its own last answer
        var (answers, fails) = (world.Snapshot.LogDirsOf(0), world.Snapshot.LogDirsOf(1));
        Assert.Equal((null, world.Time.GetUtcNow()), (answers.Error, answers.AsOf));
        Assert.Equal((SectionErrorKind.Unreachable, first), (fails.Error!.Kind, fails.AsOf));

        world.Cut.Clear();
        Answer(world, (0, "/a", -1, -1, [("t", 0, 71, false)]), (1, "/b", -1, -1, []), (2, "/c", -1, -1, []));
        await world.AgainAsync(collector);
        Assert.Equal((null, world.Time.GetUtcNow()), (world.Snapshot.LogDirs.Error, world.Snapshot.LogDirs.AsOf));
        Assert.Empty(world.State.BrokerErrors);
        // it answered that it has the replica no longer
        Assert.False(world.Snapshot.LogDirs.Value!.Sizes.ContainsKey(new("t", 0, 1)));
    }

    [Fact]
    public async Task With_all_of_them_silent_nothing_is_read_and_what_was_known_stays()
    {
        await using var world = World(TimeSpan.FromSeconds(1), (0, "/a", -1, -1, [("t", 0, 7, false)]));
        var collector = await ReadAsync(world);
        var (asOf, table) = (world.Snapshot.LogDirs.AsOf, world.Snapshot.LogDirs.Value);
        world.Silent[0] = true;
        await world.AgainAsync(collector);
        Assert.Same(table, world.Snapshot.LogDirs.Value);
        Assert.Equal((asOf, SectionErrorKind.TimedOut), (world.Snapshot.LogDirs.AsOf, world.Snapshot.LogDirs.Error!.Kind));
        Assert.NotNull(world.State.BrokerErrors[0].Waited);
        Assert.Equal((asOf, SectionErrorKind.TimedOut), (world.Snapshot.LogDirsOf(0).AsOf, world.Snapshot.LogDirsOf(0).Error!.Kind));
    }

    [Fact]
    public async Task Who_may_not_ask_is_told_so_in_Kafkas_words()
    {
        await using var world = new CollectorWorld(1);
        world.On<DescribeLogDirsRequest>((_, _) => new DescribeLogDirsResponse { ErrorCode = (short)ErrorCode.ClusterAuthorizationFailed });
        await ReadAsync(world, unread: true);
        Assert.Null(world.Snapshot.LogDirs.Value);
        var error = world.Snapshot.LogDirs.Error!;
        Assert.Equal((SectionErrorKind.Refused, "CLUSTER_AUTHORIZATION_FAILED"), (error.Kind, error.Code));
        Assert.StartsWith("broker 0 at", error.Source.Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_failed_is_told_beside_those_that_work()
    {
        await using var world = new CollectorWorld(1);
        world.On<DescribeLogDirsRequest>((_, _) => new DescribeLogDirsResponse
        {
            Results =
            [
                Dir("/ok", ("t", 0, 5, false)),
                new() { LogDir = "/broken", ErrorCode = (short)ErrorCode.KafkaStorageError, TotalBytes = -1, UsableBytes = -1 },
            ],
        });
        await ReadAsync(world);
        var dirs = world.Snapshot.LogDirs.Value!.Of(0);
        Assert.Equal([("/ok", null), ("/broken", "KAFKA_STORAGE_ERROR")], dirs.Select(d => (d.Path, d.ErrorCode)));
        Assert.Null(world.Snapshot.LogDirs.Error);
    }

    [Fact]
    public async Task Before_any_broker_is_known_nobody_is_asked()
    {
        await using var world = World((0, "/a", -1, -1, []));
        var collector = new LogDirCollector(world.Context, world.Kafka);
        world.Run(collector);
        await UntilAsync(() => world.Readings == 1, "a reading of nothing");
        Assert.Equal(0, world.Asked<DescribeLogDirsRequest>());
        Assert.False(world.Snapshot.LogDirs.WasAsked);
    }

    [Theory]
    [InlineData(ClusterKind.Remote, false, 60)]
    [InlineData(ClusterKind.Remote, true, 5)]
    [InlineData(ClusterKind.Hosted, false, 5)]
    public async Task Sizes_are_read_often_while_they_change_and_where_it_costs_little(ClusterKind kind, bool moving, int seconds)
    {
        await using var world = new CollectorWorld(1, options: o => o with { Kind = kind });
        Answer(world, (0, "/a", -1, -1, []));
        ReassignmentInfo[] moves = moving ? [new("t", 0, [0], [0], [], [], null, null, Build.Start)] : [];
        world.Set(s => s with { Reassignments = s.Reassignments.Read(new([.. moves]), Build.Start) });
        await ReadAsync(world);
        world.Time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, world.Asked<DescribeLogDirsRequest>());
        // the tier may not have begun to wait when the time passed: it waits from then on
        await Eventually.TrueAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(50));
                return world.Asked<DescribeLogDirsRequest>() == 2;
            },
            "the next reading");
    }

    static async Task<LogDirCollector> ReadAsync(CollectorWorld world, bool unread = false)
    {
        world.KnowBrokers();
        var collector = new LogDirCollector(world.Context, world.Kafka);
        world.Run(collector);
        await UntilAsync(
            () => unread ? world.Snapshot.LogDirs.Error is not null : world.Snapshot.LogDirs.Value is not null,
            "log dirs are read");
        return collector;
    }

    static CollectorWorld World(params BrokerDir[] dirs) => World(null, dirs);

    static CollectorWorld World(TimeSpan? deadline, params BrokerDir[] dirs)
    {
        var world = new CollectorWorld(dirs.Length, deadline);
        Answer(world, dirs);
        return world;
    }

    static void Answer(CollectorWorld world, params BrokerDir[] dirs) =>
        world.On<DescribeLogDirsRequest>((broker, _) => new DescribeLogDirsResponse
        {
            Results = [.. dirs.Where(d => d.Broker == broker).Select(d => With(Dir(d.Path, d.Replicas), d.Total, d.Usable))],
        });

    static DescribeLogDirsResponse.DescribeLogDirsResult With(DescribeLogDirsResponse.DescribeLogDirsResult dir, long total, long usable)
    {
        (dir.TotalBytes, dir.UsableBytes) = (total, usable);
        return dir;
    }

    static DescribeLogDirsResponse.DescribeLogDirsResult Dir(
        string path, params (string Topic, int Partition, long Bytes, bool IsFuture)[] replicas) => new()
        {
            LogDir = path,
            TotalBytes = -1,
            UsableBytes = -1,
            Topics = [.. replicas.GroupBy(r => r.Topic).Select(t => new DescribeLogDirsResponse.DescribeLogDirsTopic
        {
            Name = t.Key,
            Partitions = [.. t.Select(r => new DescribeLogDirsResponse.DescribeLogDirsPartition
            {
                PartitionIndex = r.Partition,
                PartitionSize = r.Bytes,
                IsFutureKey = r.IsFuture,
            })],
        })],
        };
}

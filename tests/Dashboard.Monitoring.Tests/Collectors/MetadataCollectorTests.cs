using Dashboard.Monitoring.Collectors;
using Dashboard.Monitoring.Model;
using Dashboard.Monitoring.Readings;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using static Dashboard.Monitoring.Tests.Collectors.CollectorWorld;

namespace Dashboard.Monitoring.Tests.Collectors;

public sealed class MetadataCollectorTests
{
    [Fact]
    public async Task One_answer_has_brokers_topics_and_the_controller()
    {
        await using var world = World(3);
        world.Topics.AddRange([Topic("b", (1, [1, 2])), Topic("a", (0, [0, 1]), (2, [2, 0]))]);
        world.Controller = 2;
        var (_, reading) = await ReadAsync(world);
        Assert.Equal([0, 1, 2], reading.Brokers.Select(b => b.Id));
        Assert.Equal(world.Brokers.Select(b => b.Port), reading.Brokers.Select(b => b.Port));
        Assert.Equal(["a", "b"], reading.Topics.Topics.Select(t => t.Name));
        Assert.Equal((2, "fake"), (reading.ControllerId, reading.ClusterId));
    }

    [Fact]
    public async Task No_controller_is_none()
    {
        await using var world = World(1);
        world.Controller = -1;
        var (_, reading) = await ReadAsync(world);
        Assert.Null(reading.ControllerId);
    }

    [Fact]
    public async Task What_did_not_change_keeps_its_reference_and_is_as_old_as_the_last_reading()
    {
        await using var world = World(2);
        world.Topics.Add(Topic("a", (0, [0, 1])));
        var (collector, first) = await ReadAsync(world);
        await world.AgainAsync(collector);
        Assert.Same(first, world.State.Metadata.Value);
        Assert.Equal(world.Time.GetUtcNow(), world.State.Metadata.AsOf);

        world.Topics[0].Partitions[0].IsrNodes = [0];
        await world.AgainAsync(collector);
        Assert.NotSame(first, world.State.Metadata.Value);
        Assert.Equal([0], world.State.Metadata.Value!.Topics.Topics[0].Partitions[0].Isr);
    }

    [Fact]
    public async Task A_broker_that_was_told_nothing_yet_is_no_empty_cluster()
    {
        await using var world = World(1);
        world.Topics.Add(Topic("a", (0, [0])));
        var (collector, first) = await ReadAsync(world);
        world.On<MetadataRequest>((_, _) => new MetadataResponse { ControllerId = -1 });
        collector.Wake();
        await UntilAsync(() => world.State.Metadata.Error is not null, "the empty answer is an error");
        var error = world.State.Metadata.Error!;
        Assert.Equal((SectionErrorKind.Refused, "BROKER_NOT_AVAILABLE"), (error.Kind, error.Code));
        Assert.Same(first, world.State.Metadata.Value);
    }

    [Fact]
    public async Task When_one_broker_is_gone_the_next_is_asked()
    {
        await using var world = World(3);
        var (collector, _) = await ReadAsync(world);
        world.Cut[0] = true;
        world.Topics.Add(Topic("late", (1, [1])));
        await world.AgainAsync(collector);
        Assert.Null(world.State.Metadata.Error);
        Assert.NotNull(world.State.Metadata.Value!.Topics.Find("late"));
    }

    [Fact]
    public async Task With_all_of_them_silent_it_is_a_time_out_and_not_an_empty_cluster()
    {
        await using var world = World(2, TimeSpan.FromSeconds(1));
        var (collector, first) = await ReadAsync(world);
        world.Silent[0] = world.Silent[1] = true;
        collector.Wake();
        await UntilAsync(() => world.State.Metadata.Error is not null, "the time-out");
        var (error, asOf) = (world.State.Metadata.Error!, world.State.Metadata.AsOf!.Value);
        Assert.Equal((SectionErrorKind.TimedOut, "Kafka at 127.0.0.1:1", Build.Start), (error.Kind, error.Source.Name, asOf));
        Assert.Same(first, world.State.Metadata.Value);

        world.Silent.Clear();
        await world.AgainAsync(collector);
        Assert.Null(world.State.Metadata.Error);
    }

    [Fact]
    public async Task A_topic_that_is_there_no_longer_is_left_out_and_one_without_leaders_is_not()
    {
        await using var world = World(1);
        var gone = Topic("gone");
        gone.ErrorCode = (short)ErrorCode.UnknownTopicOrPartition;
        var unled = Topic("unled", (-1, [0]));
        unled.Partitions[0].ErrorCode = (short)ErrorCode.LeaderNotAvailable;
        world.Topics.AddRange([gone, unled]);
        var (_, reading) = await ReadAsync(world);
        Assert.Equal(["unled"], reading.Topics.Topics.Select(t => t.Name));
        Assert.True(reading.Topics.Topics[0].Partitions[0].IsOffline);
    }

    [Fact]
    public async Task An_answer_that_lacks_a_topic_is_looked_at_again_soon()
    {
        await using var world = World(1);
        world.Topics.Add(Topic("a", (0, [0])));
        var (collector, reading) = await ReadAsync(world);
        world.Know([.. reading.Topics.Topics]);
        world.Topics.Clear();
        await world.AgainAsync(collector);
        var asked = world.Asked<MetadataRequest>();
        // four times a second in place of every other second
        await Eventually.TrueAsync(
            () =>
            {
                world.Time.Advance(TimeSpan.FromMilliseconds(250));
                return world.Asked<MetadataRequest>() >= asked + 2;
            },
            "two more readings");
    }

    static CollectorWorld World(int brokers, TimeSpan? deadline = null) => new(brokers, deadline);

    static async Task<(MetadataCollector Collector, MetadataReading Reading)> ReadAsync(CollectorWorld world)
    {
        var collector = new MetadataCollector(world.Context, world.Kafka);
        world.Run(collector);
        await UntilAsync(() => world.State.Metadata.Value is not null, "metadata is read");
        return (collector, world.State.Metadata.Value!);
    }
}

using Kafka.Broker.Controller;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;

namespace Kafka.Broker.Tests.Controller;

public sealed class ReassignmentTests
{
    static readonly TopicPartition orders = new("orders", 0);

    [Fact]
    public async Task Replicas_move_once_the_new_ones_are_in_sync()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[0, 1]]);
        var id = KafkaUuid.ToText(world.Topic("orders").TopicId!.Value);
        Assert.Equal(ErrorCode.None, (await world.Controller.ReassignAsync([(orders, [1, 2])]))![orders].Code);

        // byte for byte what Apache Kafka 3.9.2 wrote for the same move
        Assert.Equal(
            $$"""{"partitions":{"0":[1,2,0]},"topic_id":"{{id}}","adding_replicas":{"0":[2]},"removing_replicas":{"0":[0]},"version":3}""",
            world.Ensemble.Text("/brokers/topics/orders"));
        Assert.Equal(
            """{"controller_epoch":1,"leader":0,"version":1,"leader_epoch":1,"isr":[0,1]}""",
            world.Ensemble.Text("/brokers/topics/orders/partitions/0/state"));
        var running = Assert.Single((await world.Controller.ListReassignmentsAsync(null))!);
        Assert.Equal(new ReplicaAssignment([1, 2, 0], [2], [0]), running.Assignment);
        var sent = world.Channels.Requests<LeaderAndIsrRequest>(2).Last().TopicStates[0].PartitionStates[0];
        Assert.Equal(
            "1,2,0 2 0 True",
            $"{string.Join(',', sent.Replicas)} {string.Join(',', sent.AddingReplicas)} {string.Join(',', sent.RemovingReplicas)} "
            + sent.IsNew);

        await world.ChangeIsrAsync("orders", 0, 0, 1, 2);
        var moved = await world.StateAsync(
            "orders", 0, state => state.Leader == 1 && state.Isr.SequenceEqual([1, 2]), "the leader moved and the old replica is out");
        Assert.True(moved.LeaderEpoch > 1);
        var done = $$"""{"partitions":{"0":[1,2]},"topic_id":"{{id}}","adding_replicas":{},"removing_replicas":{},"version":3}""";
        await Eventually.TrueAsync(
            () => world.Ensemble.Text("/brokers/topics/orders") == done, "the znode has the targets alone");
        await Eventually.TrueAsync(
            () => world.Channels.Requests<StopReplicaRequest>(0).Any(request => request.TopicStates[0].PartitionStates[0].DeletePartition),
            "the old replica is deleted");
        Assert.Empty((await world.Controller.ListReassignmentsAsync(null))!);
    }

    [Fact]
    public async Task A_cancelled_move_leaves_the_old_replicas()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[0, 1]]);
        Assert.Equal(ErrorCode.NoReassignmentInProgress, (await world.Controller.ReassignAsync([(orders, null)]))![orders].Code);
        await world.Controller.ReassignAsync([(orders, [1, 2])]);
        Assert.Equal(ErrorCode.None, (await world.Controller.ReassignAsync([(orders, null)]))![orders].Code);

        Assert.Equal(new ReplicaAssignment([1, 0]), world.Topic("orders").Partitions[0]);
        Assert.Contains(
            world.Channels.Requests<StopReplicaRequest>(2), request => request.TopicStates[0].PartitionStates[0].DeletePartition);
        Assert.Equal([0, 1], world.State("orders", 0)!.Isr);
        Assert.Empty((await world.Controller.ListReassignmentsAsync(null))!);
    }

    [Fact]
    public async Task Goals_that_cannot_be_are_refused_in_kafkas_words()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[0, 1]]);
        async Task<(ErrorCode, string?)> TryAsync(TopicPartition partition, int[]? replicas)
        {
            var error = (await world.Controller.ReassignAsync([(partition, replicas)]))![partition];
            return (error.Code, error.Message);
        }

        Assert.Equal(
            (ErrorCode.InvalidReplicaAssignment, "Duplicate replica ids in partition reassignment replica list: ArrayBuffer(1, 1)"),
            await TryAsync(orders, [1, 1]));
        Assert.Equal(
            (ErrorCode.InvalidReplicaAssignment, "Invalid broker id in replica list: ArrayBuffer(-1)"),
            await TryAsync(orders, [-1]));
        Assert.Equal(
            (ErrorCode.InvalidReplicaAssignment,
                "Replica assignment has brokers that are not alive. Replica list: ArrayBuffer(9), live broker list: Set(0, 1, 2)"),
            await TryAsync(orders, [0, 9]));
        Assert.Equal(
            (ErrorCode.InvalidReplicaAssignment, "Empty replica list specified in partition reassignment."),
            await TryAsync(orders, []));
        Assert.Equal(
            (ErrorCode.UnknownTopicOrPartition, "The partition does not exist."),
            await TryAsync(new TopicPartition("none", 0), [1]));
    }

    [Fact]
    public async Task The_next_controller_goes_on_with_a_move()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2]]);
        await world.Controller.ReassignAsync([(orders, [2, 0])]);
        var next = world.StartController(1);
        world.ExpireBroker(2);
        await world.StateAsync("orders", 0, state => state.Isr.SequenceEqual([1]), "broker 2 is out");
        world.ExpireBroker(0);
        await Eventually.TrueAsync(() => next.IsActive, "the other took over");
        Assert.Single((await next.ListReassignmentsAsync(null))!);
        Assert.Equal("2", world.Ensemble.Text(ZkPaths.ControllerEpoch));
    }

    [Fact]
    public async Task A_goal_of_another_size_is_refused_where_the_factor_must_stay()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[0, 1]]);
        var name = new TopicPartition("orders", 0);
        var refused = await world.Controller.ReassignAsync([(name, [0, 1, 2])], mayResize: false);
        Assert.Equal(Kafka.Protocol.ErrorCode.InvalidReplicationFactor, refused![name].Code);
        Assert.Equal([0, 1], world.Topic("orders").Partitions[0].Replicas);
        var moved = await world.Controller.ReassignAsync([(name, [0, 2])], mayResize: false);
        Assert.Equal(Kafka.Protocol.ErrorCode.None, moved![name].Code);
    }
}

using Kafka.Broker.Controller;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol.Messages;
using Testing;

namespace Kafka.Broker.Tests.Controller;

public sealed class FailoverTests
{
    [Fact]
    public async Task One_of_several_is_controller_and_the_next_takes_over_when_it_dies()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        var next = world.StartController(1);
        await world.CreateTopicAsync("orders", [[0, 2]]);
        Assert.False(next.IsActive);
        Assert.StartsWith("""{"version":2,"brokerid":0,"timestamp":"1""", world.Ensemble.Text(ZkPaths.Controller));
        world.ExpireBroker(0);

        await Eventually.TrueAsync(() => next.IsActive, "the other broker is controller");
        Assert.Equal("2", world.Ensemble.Text(ZkPaths.ControllerEpoch));
        var state = await world.StateAsync("orders", 0, state => state.Leader == 2, "it elected a leader");
        Assert.Equal((2, "2"), (state.ControllerEpoch, string.Join(',', state.Isr)));
        await Eventually.TrueAsync(
            () => world.Channels.Requests<UpdateMetadataRequest>(2).Any(request => request is { ControllerId: 1, ControllerEpoch: 2 }),
            "it introduced itself");
    }

    [Fact]
    public async Task The_first_word_of_a_new_controller_has_every_topic()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[0, 1], [1, 2]]);
        await world.CreateTopicAsync("payments", [[1, 2]]);
        var next = world.StartController(1);
        world.ExpireBroker(0);
        await Eventually.TrueAsync(
            () => next.IsActive && world.Channels.Requests<UpdateMetadataRequest>(2).Any(request => request.ControllerEpoch == 2),
            "it introduced itself");

        var first = world.Channels.Requests<UpdateMetadataRequest>(2).First(request => request.ControllerEpoch == 2);
        Assert.Equal(["orders", "payments"], first.TopicStates.Select(topic => topic.TopicName).Order());
        Assert.Equal(2, first.TopicStates.Single(topic => topic.TopicName == "orders").PartitionStates.Count);
    }

    [Fact]
    public async Task A_controller_that_was_replaced_cannot_write()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2]]);

        // as a controller does that took over while this one was paused
        await world.ZooKeeper.SetAsync(ZkPaths.ControllerEpoch, ControllerZNode.EncodeEpoch(9), -1, TestContext.Current.CancellationToken);
        world.ExpireBroker(1);
        await Eventually.TrueAsync(() => !world.Controller.IsActive, "it noticed that it is not controller any more");
        Assert.Equal(1, world.State("orders", 0)!.Leader);
    }

    [Fact]
    public async Task A_controller_that_missed_events_begins_a_new_term()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1);
        await world.CreateTopicAsync("orders", [[0, 1]]);
        world.Gate.Pause();
        IControlAnswers events = world.Controller;
        for (var i = 0; i < KafkaController.MostEvents + 2; i++)
        {
            events.LeaderAndIsr(1, new LeaderAndIsrRequest(), new LeaderAndIsrResponse());
        }

        await world.CreateTopicAsync("payments", [[1, 0]], wait: false);
        world.Gate.Resume();

        var state = await world.StateAsync("payments", 0, state => state.Leader == 1, "the topic of which it did not hear has a leader");
        Assert.Equal(2, state.ControllerEpoch);
    }

    [Fact]
    public async Task A_controller_whose_znode_was_deleted_stands_again()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1);
        await world.ZooKeeper.DeleteAsync(ZkPaths.Controller, -1, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(
            () => world.Controller.IsActive && world.Ensemble.Text(ZkPaths.ControllerEpoch) == "2", "a new term began");
    }

    [Fact]
    public async Task Leaders_go_back_to_the_replicas_that_are_preferred()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2], [2, 1]]);
        world.ExpireBroker(1);
        await world.StateAsync("orders", 0, state => state.Leader == 2, "the other leads");
        await world.StartBrokerAsync(1);
        await Eventually.TrueAsync(() => world.Channels.Requests<UpdateMetadataRequest>(2).Last().LiveBrokers.Count == 3, "it is back");
        await world.ChangeIsrAsync("orders", 0, 2, 1);
        Assert.Equal(2, world.State("orders", 0)!.Leader);

        world.Balance = TimeSpan.FromMilliseconds(20);
        var next = world.StartController(2);
        world.ExpireBroker(0);
        await Eventually.TrueAsync(() => next.IsActive, "the next controller is elected");
        await world.StateAsync("orders", 0, state => state.Leader == 1, "the leader is back on its preferred replica");
    }
}

using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Tests.Controller;

public sealed class TopicDeletionTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_topic_is_gone_once_every_broker_deleted_its_replicas()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2], [2, 0]]);
        await world.ZooKeeper.CreateAsync(ZkPaths.TopicConfig("orders"), AdminZNodes.EncodeConfig([]), CreateMode.Persistent, Token);
        await MarkAsync(world, "orders");

        await Eventually.TrueAsync(() => world.Ensemble.Children(ZkPaths.Topics).Count == 0, "the topic's znodes are gone");
        await Eventually.TrueAsync(() => world.Ensemble.Children(ZkPaths.DeleteTopics).Count == 0, "the mark is gone");
        Assert.Empty(world.Ensemble.Children(ZkPaths.TopicConfigs));
        var stopped = Assert.Single(world.Channels.Requests<StopReplicaRequest>(2));
        Assert.All(stopped.TopicStates[0].PartitionStates, state => Assert.Equal((true, -2), (state.DeletePartition, state.LeaderEpoch)));
        Assert.Empty(world.Image(0).Topics);
    }

    [Fact]
    public async Task A_topic_with_a_replica_on_a_dead_broker_waits_for_it()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2]]);
        world.ExpireBroker(2);
        await world.StateAsync("orders", 0, state => state.Isr.SequenceEqual([1]), "broker 2 is gone");
        await MarkAsync(world, "orders");

        await Eventually.TrueAsync(() => world.Channels.Requests<StopReplicaRequest>(1).Any(), "broker 1 deletes its replica");
        await Eventually.TrueAsync(() => world.Image(0).Topics.IsEmpty, "no broker sees the topic");
        Assert.Equal(["orders"], world.Ensemble.Children(ZkPaths.DeleteTopics));
        await world.StartBrokerAsync(2);
        await Eventually.TrueAsync(() => world.Ensemble.Children(ZkPaths.Topics).Count == 0, "deleted once broker 2 is back");
        Assert.Contains(
            world.Channels.Requests<StopReplicaRequest>(2), request => request.TopicStates[0].PartitionStates[0].DeletePartition);
    }

    [Fact]
    public async Task A_broker_that_refuses_is_asked_again_after_its_restart()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1);
        await world.CreateTopicAsync("orders", [[1]]);
        world.Channels.StopError = _ => ErrorCode.KafkaStorageError;
        await MarkAsync(world, "orders");
        await Eventually.TrueAsync(() => world.Channels.Requests<StopReplicaRequest>(1).Any(), "it is asked");
        world.Channels.StopError = _ => ErrorCode.None;
        Assert.NotNull(world.Ensemble.Text(ZkPaths.Topic("orders")));
        world.ExpireBroker(1);
        await world.StartBrokerAsync(1);
        await Eventually.TrueAsync(() => world.Ensemble.Children(ZkPaths.Topics).Count == 0, "deleted in the end");
    }

    [Fact]
    public async Task A_mark_for_an_unknown_topic_is_removed()
    {
        await using var world = await ControllerWorld.StartAsync(0);
        await MarkAsync(world, "nothing");
        await Eventually.TrueAsync(() => world.Ensemble.Children(ZkPaths.DeleteTopics).Count == 0, "the mark is gone");
    }

    static Task MarkAsync(ControllerWorld world, string topic) =>
        world.ZooKeeper.CreateAsync(ZkPaths.DeleteTopic(topic), default, CreateMode.Persistent, Token);
}

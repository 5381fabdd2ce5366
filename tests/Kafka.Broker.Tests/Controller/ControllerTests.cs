using Kafka.Broker.Controller;
using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Tests.Controller;

public sealed class ControllerTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_topic_gets_leaders_and_all_brokers_hear_of_it()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2], [2, 0]]);

        var state = await world.StateAsync("orders", 1, state => state.Leader == 2, "partition 1 has its leader");
        Assert.Equal(
            """{"controller_epoch":1,"leader":2,"version":1,"leader_epoch":0,"isr":[2,0]}""",
            world.Ensemble.Text("/brokers/topics/orders/partitions/1/state"));
        Assert.Equal(0, state.Version);
        await Eventually.TrueAsync(() => world.Image(1).Partition("orders", 0)?.Leader == 1, "broker 1 knows the leader");
        var sent = world.Channels.Requests<LeaderAndIsrRequest>(2)
            .SelectMany(request => request.TopicStates).SelectMany(topic => topic.PartitionStates).ToList();
        Assert.Equal([0, 1], sent.Select(partition => partition.PartitionIndex).Order());
        Assert.All(sent, partition => Assert.True(partition.IsNew));
    }

    [Fact]
    public async Task A_dead_leader_is_replaced_from_the_isr_and_leaves_the_isr_of_the_others()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2], [2, 1]]);
        world.ExpireBroker(1);

        var led = await world.StateAsync("orders", 0, state => state.Leader == 2, "the follower leads");
        Assert.Equal((1, "2"), (led.LeaderEpoch, string.Join(',', led.Isr)));
        var followed = await world.StateAsync("orders", 1, state => state.Isr.Count == 1, "the dead follower is out of the ISR");
        Assert.Equal((2, 1), (followed.Leader, followed.LeaderEpoch));
        await Eventually.TrueAsync(
            () => !world.Image(0).Brokers.ContainsKey(1) && world.Image(0).Partition("orders", 0)!.OfflineReplicas.SequenceEqual([1]),
            "brokers know who is gone");
    }

    [Fact]
    public async Task The_last_of_an_isr_stays_in_it_and_leads_again_when_it_is_back()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2]]);
        await world.ChangeIsrAsync("orders", 0, 1);
        world.ExpireBroker(1);

        var offline = await world.StateAsync("orders", 0, state => state.Leader == -1, "there is no leader");
        Assert.Equal([1], offline.Isr);
        await world.StartBrokerAsync(1);
        await world.StateAsync("orders", 0, state => state.Leader == 1, "it leads again");
    }

    [Fact]
    public async Task Unclean_election_is_for_topics_that_allow_it()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        world.UncleanTopics.Add("lossy");
        await world.CreateTopicAsync("lossy", [[1, 2]]);
        await world.CreateTopicAsync("safe", [[1, 2]]);
        await world.ChangeIsrAsync("lossy", 0, 1);
        await world.ChangeIsrAsync("safe", 0, 1);
        world.ExpireBroker(1);

        var lossy = await world.StateAsync("lossy", 0, state => state.Leader == 2, "the replica that was behind leads");
        Assert.Equal([2], lossy.Isr);
        await world.StateAsync("safe", 0, state => state.Leader == -1, "there is no leader");
        var asked = await world.Controller.ElectLeadersAsync(ElectionType.Unclean, [new TopicPartition("safe", 0)]);
        Assert.Equal(ErrorCode.None, asked.Results[new TopicPartition("safe", 0)].Code);
        Assert.Equal(2, world.State("safe", 0)!.Leader);
    }

    [Fact]
    public async Task A_write_that_someone_else_overtook_is_repeated_from_the_new_state()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2, 0]]);
        var state = world.State("orders", 0)!;
        var done = false;
        world.Ensemble.BeforeWrite = path =>
        {
            if (path == "/brokers/topics/orders/partitions/0/state" && !done)
            {
                done = true;
                world.ZooKeeper.SetAsync(path, (state with { Isr = [1, 0] }).Encode(), -1, Token).Wait(Token);
            }
        };
        world.ExpireBroker(1);

        var elected = await world.StateAsync("orders", 0, now => now.Leader == 0, "the leader is of the ISR as it was written meanwhile");
        Assert.Equal([0], elected.Isr);
    }

    [Fact]
    public async Task Controlled_shutdown_moves_leaders_and_stops_followers()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2], [2, 1], [1]]);
        await world.StateAsync("orders", 2, state => state.Leader == 1, "all have leaders");
        var (error, remaining) = await world.Controller.ShutDownAsync(1, world.BrokerEpoch(1));

        Assert.Equal((ErrorCode.None, 0), (error, remaining.Count));
        Assert.Equal((2, "2"), (world.State("orders", 0)!.Leader, string.Join(',', world.State("orders", 0)!.Isr)));
        Assert.Equal([2], world.State("orders", 1)!.Isr);
        Assert.Contains(
            world.Channels.Requests<StopReplicaRequest>(1), request => !request.TopicStates[0].PartitionStates[0].DeletePartition);
        Assert.Equal(ErrorCode.StaleBrokerEpoch, (await world.Controller.ShutDownAsync(1, world.BrokerEpoch(1) - 1)).Error);
        Assert.Equal(ErrorCode.BrokerNotAvailable, (await world.Controller.ShutDownAsync(9, -1)).Error);
    }

    [Fact]
    public async Task An_isr_that_the_leader_proposes_is_checked()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2]]);
        var shrunk = await world.ChangeIsrAsync("orders", 0, 1);
        Assert.Equal((1, 0), (shrunk.State!.Version, shrunk.State.LeaderEpoch));

        async Task<ErrorCode> TryAsync(IsrChange change) =>
            (await world.Controller.AlterPartitionsAsync(1, world.BrokerEpoch(1), [change], ErrorCode.IneligibleReplica)).Results[0].Error;
        Assert.Equal(ErrorCode.InvalidUpdateVersion, await TryAsync(new IsrChange("orders", Guid.Empty, 0, 0, [1, 2], 0, 0)));
        Assert.Equal(ErrorCode.NotController, await TryAsync(new IsrChange("orders", Guid.Empty, 0, 1, [1, 2], 1, 0)));
        Assert.Equal(ErrorCode.IneligibleReplica, await TryAsync(new IsrChange("orders", Guid.Empty, 0, 0, [1, 7], 1, 0)));
        Assert.Equal(ErrorCode.UnknownTopicId, await TryAsync(new IsrChange(null, Guid.NewGuid(), 0, 0, [1], 1, 0)));
        Assert.Equal(ErrorCode.None, await TryAsync(new IsrChange("orders", Guid.Empty, 0, 0, [1], 0, 0)));
        Assert.Equal(
            ErrorCode.StaleBrokerEpoch, (await world.Controller.AlterPartitionsAsync(1, 1, [], ErrorCode.IneligibleReplica)).Error);
    }

    [Fact]
    public async Task Preferred_leaders_are_elected_where_they_are_in_sync()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2]]);
        var name = new TopicPartition("orders", 0);
        Assert.Equal(
            ErrorCode.ElectionNotNeeded, (await world.Controller.ElectLeadersAsync(ElectionType.Preferred, [name])).Results[name].Code);
        world.ExpireBroker(1);
        await world.StateAsync("orders", 0, state => state.Leader == 2, "the other leads");
        Assert.Equal(
            ErrorCode.PreferredLeaderNotAvailable,
            (await world.Controller.ElectLeadersAsync(ElectionType.Preferred, [name])).Results[name].Code);
        await world.StartBrokerAsync(1);
        await Eventually.TrueAsync(() => world.Channels.Requests<UpdateMetadataRequest>(2).Last().LiveBrokers.Count == 3, "it is back");
        await world.ChangeIsrAsync("orders", 0, 2, 1);
        var outcome = await world.Controller.ElectLeadersAsync(ElectionType.Preferred, null);
        Assert.Equal((ErrorCode.None, 1), (outcome.Results[name].Code, outcome.Leaders[name]));
        Assert.Equal(1, world.State("orders", 0)!.Leader);
    }

    [Fact]
    public async Task An_election_for_all_is_for_those_that_had_a_leader()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1);
        await world.CreateTopicAsync("nowhere", [[7]], wait: false);
        await world.CreateTopicAsync("orders", [[1]]);
        var outcome = await world.Controller.ElectLeadersAsync(ElectionType.Preferred, null);
        Assert.Equal("orders", Assert.Single(outcome.Results).Key.Topic);
    }

    [Fact]
    public async Task Partitions_that_are_added_get_leaders()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1);
        await world.CreateTopicAsync("orders", [[1]]);
        var node = world.Topic("orders");
        var more = node with { Partitions = node.Partitions.Append(KeyValuePair.Create(1, new ReplicaAssignment([0]))).ToDictionary() };
        await world.ZooKeeper.SetAsync(ZkPaths.Topic("orders"), more.Encode(), -1, Token);
        await world.StateAsync("orders", 1, state => state.Leader == 0, "the new partition has a leader");
    }

    [Fact]
    public async Task A_failed_log_directory_costs_the_replicas_on_it()
    {
        await using var world = await ControllerWorld.StartAsync(0, 1, 2);
        await world.CreateTopicAsync("orders", [[1, 2]]);
        await world.CreateTopicAsync("clicks", [[1, 2]]);
        world.Channels.LeaderError = (broker, partition) =>
            broker == 1 && partition.Topic == "orders" ? ErrorCode.KafkaStorageError : ErrorCode.None;
        await world.ZooKeeper.CreateAsync(
            ZkPaths.LogDirEventPrefix, AdminZNodes.EncodeLogDirEvent(1), CreateMode.PersistentSequential, Token);

        await world.StateAsync("orders", 0, state => state.Leader == 2 && state.Isr.SequenceEqual([2]), "the replica elsewhere leads");
        Assert.Equal(1, world.State("clicks", 0)!.Leader);
        await Eventually.TrueAsync(() => world.Ensemble.Children(ZkPaths.LogDirEventNotification).Count == 0, "the notice is removed");
    }
}

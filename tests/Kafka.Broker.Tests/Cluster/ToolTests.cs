using Kafka.Broker.Tests.Support;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;

namespace Kafka.Broker.Tests.Cluster;

/// <summary>Three brokers of ours on Apache ZooKeeper, worked on with the tools of Apache Kafka 3.9.</summary>
public sealed class ToolTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kafka_topics_creates_describes_extends_and_deletes()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        Assert.Contains(
            "Created topic orders.",
            await cluster.ToolAsync(
                "kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "4", "--replication-factor", "2",
                "--config", "retention.ms=1000000"));
        var described = await cluster.ToolAsync("kafka-topics.sh", "--describe", "--topic", "orders");
        Assert.Contains("PartitionCount: 4\tReplicationFactor: 2\tConfigs: retention.ms=1000000", described);
        await cluster.ToolAsync("kafka-topics.sh", "--alter", "--topic", "orders", "--partitions", "6");
        Assert.Equal(6, (await cluster.PartitionsAsync("orders")).Count(partition => partition.LeaderId >= 0));
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "placed", "--replica-assignment", "0:1,1:2,2:0,0:2");
        Assert.Contains(
            "Partition: 3\tLeader: 0\tReplicas: 0,2\tIsr: 0,2",
            await cluster.ToolAsync("kafka-topics.sh", "--describe", "--topic", "placed"));

        var refused = await cluster.TryToolAsync(
            "kafka-topics.sh", "--create", "--topic", "wide", "--partitions", "1", "--replication-factor", "4");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("Replication factor: 4 larger than available brokers: 3.", refused.ToString());

        await cluster.ToolAsync("kafka-topics.sh", "--delete", "--topic", "orders");
        Assert.Equal("placed", (await cluster.ToolAsync("kafka-topics.sh", "--list")).Trim());
    }

    [Fact]
    public async Task Kafka_configs_changes_topics_and_brokers()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "1", "--replication-factor", "3");
        await cluster.ToolAsync(
            "kafka-configs.sh", "--alter", "--topic", "orders", "--add-config", "retention.ms=12345,cleanup.policy=[compact,delete]");
        var described = await cluster.ToolAsync("kafka-configs.sh", "--describe", "--topic", "orders");
        Assert.Contains("retention.ms=12345 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=12345", described);
        Assert.Contains("cleanup.policy=compact,delete", described);
        await cluster.ToolAsync("kafka-configs.sh", "--alter", "--topic", "orders", "--delete-config", "retention.ms");
        Assert.DoesNotContain("retention.ms", await cluster.ToolAsync("kafka-configs.sh", "--describe", "--topic", "orders"));
        await cluster.ToolAsync(
            "kafka-configs.sh", "--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=777");
        await cluster.ToolAsync(
            "kafka-configs.sh", "--alter", "--entity-type", "brokers", "--entity-name", "1", "--add-config", "log.retention.ms=888");
        await Eventually.TrueAsync(
            () => cluster.Setting(0, "log.retention.ms") == "777" && cluster.Setting(1, "log.retention.ms") == "888",
            "the brokers heard of it");
        Assert.Contains(
            "DYNAMIC_BROKER_CONFIG:log.retention.ms=888",
            await cluster.ToolAsync("kafka-configs.sh", "--describe", "--entity-type", "brokers", "--entity-name", "1"));

        const string logger = "Kafka.Broker.Configs.ConfigWatcher";
        await cluster.ToolAsync(
            "kafka-configs.sh", "--alter", "--entity-type", "broker-loggers", "--entity-name", "1", "--add-config", $"{logger}=ERROR");
        Assert.Contains(
            $"{logger}=ERROR",
            await cluster.ToolAsync("kafka-configs.sh", "--describe", "--entity-type", "broker-loggers", "--entity-name", "1"));

        var refused = await cluster.TryToolAsync("kafka-configs.sh", "--alter", "--topic", "orders", "--add-config", "retention.ms=abc");
        Assert.Contains("Invalid value abc for configuration retention.ms: Not a number of type LONG", refused.ToString());
    }

    [Fact]
    public async Task Kafka_reassign_partitions_moves_replicas_with_their_records()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--replica-assignment", "0:1,1:0");
        await cluster.ProduceAsync("orders", 1000);
        var plan = cluster.File(
            "plan.json",
            """{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[2,1]},"""
            + """{"topic":"orders","partition":1,"replicas":[1,2]}]}""");
        Assert.Contains(
            "Successfully started partition reassignments for orders-0,orders-1",
            await cluster.ToolAsync(
                "kafka-reassign-partitions.sh", "--execute", "--reassignment-json-file", plan, "--throttle", "20000"));
        Assert.Contains(
            "follower.replication.throttled.rate=20000",
            await cluster.ToolAsync("kafka-configs.sh", "--describe", "--entity-type", "brokers", "--entity-name", "2"));
        await Eventually.TrueAsync(
            async () => await cluster.ToolAsync("kafka-reassign-partitions.sh", "--verify", "--reassignment-json-file", plan) is var printed
                && printed.Contains("Reassignment of partition orders-1 is completed.")
                && printed.Contains("Clearing topic-level throttles on topic orders"),
            "the move is complete and its throttle gone", TimeSpan.FromSeconds(60));
        // a stall of the machine may take a follower out of the ISR for a moment, at 3 s of lag
        await OrdersAsync(
            cluster, partition => partition.ReplicaNodes.Order().SequenceEqual(partition.IsrNodes.Order()), "all replicas are in sync");
        var partitions = await cluster.PartitionsAsync("orders");
        Assert.Equal([2, 1], partitions[0].ReplicaNodes);
        Assert.Contains("No partition reassignments found.", await cluster.ToolAsync("kafka-reassign-partitions.sh", "--list"));
        Assert.Null(cluster[0].Replicas!.Find(new TopicPartition("orders", 0)));
    }

    [Fact]
    public async Task Leaders_move_when_a_broker_is_killed_and_back_by_kafka_leader_election()
    {
        await using var cluster = await BrokerCluster.StartAsync(3, "auto.leader.rebalance.enable=false");
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--replica-assignment", "1:2,2:1,1:0");
        await cluster.KillAsync(1);
        await Eventually.TrueAsync(async () => await LeadersAsync(cluster) == "2,2,0", "others lead");
        await cluster.StartAsync(1);
        await OrdersAsync(cluster, partition => partition.IsrNodes.Count == 2, "the ISR grows again");
        Assert.Equal("2,2,0", await LeadersAsync(cluster));
        Assert.Contains(
            "Successfully completed leader election (PREFERRED) for partitions",
            await cluster.ToolAsync("kafka-leader-election.sh", "--election-type", "preferred", "--all-topic-partitions"));
        Assert.Equal("1,2,1", await LeadersAsync(cluster));
    }

    [Fact]
    public async Task Another_broker_is_controller_when_the_controller_is_killed()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--replica-assignment", "0:1:2,1:2:0,2:0:1");
        var controller = (await cluster.MetadataAsync()).ControllerId;
        await cluster.KillAsync(controller);
        await Eventually.TrueAsync(
            async () => await cluster.MetadataAsync() is var now
                && now.ControllerId >= 0 && now.ControllerId != controller && now.Brokers.Count == 2,
            "another broker is controller");
        await OrdersAsync(cluster, partition => partition.LeaderId >= 0 && partition.LeaderId != controller, "all have leaders");
        await cluster.StartAsync(controller);
        await OrdersAsync(cluster, partition => partition.IsrNodes.Count == 3, "the ISR grows again");
    }

    [Fact]
    public async Task A_broker_that_stops_hands_its_leaders_over_first()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--replica-assignment", "0:1,1:2,2:0");
        await cluster.StopAsync(1);
        var metadata = await cluster.MetadataAsync();
        Assert.All(metadata.Topics.Single(topic => topic.Name == "orders").Partitions, partition =>
        {
            Assert.NotEqual(1, partition.LeaderId);
            Assert.DoesNotContain(1, partition.IsrNodes);
            Assert.Equal(0, partition.ErrorCode);
        });
    }

    static Task OrdersAsync(
        BrokerCluster cluster, Func<MetadataResponse.MetadataResponsePartition, bool> condition, string what) =>
        Eventually.TrueAsync(async () => (await cluster.PartitionsAsync("orders")).All(condition), what);

    static async Task<string> LeadersAsync(BrokerCluster cluster) =>
        string.Join(',', (await cluster.PartitionsAsync("orders")).Select(partition => partition.LeaderId));
}

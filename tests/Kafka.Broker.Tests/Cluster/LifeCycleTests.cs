using Kafka.Broker.Configuration;
using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;

namespace Kafka.Broker.Tests.Cluster;

/// <summary>Start, stop, kill, pause of brokers in this process, over real sockets, on Apache ZooKeeper.</summary>
public sealed class LifeCycleTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_killed_broker_comes_back_in_the_same_process_with_all_its_records()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync(
            "kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "3", "--replication-factor", "3",
            "--config", "min.insync.replicas=2");
        await cluster.ProduceAsync("orders", 5000);

        await cluster.KillAsync(1);
        await cluster.ProduceAsync("orders", 5000);
        await cluster.StartAsync(1);

        await Eventually.TrueAsync(
            () => Orders(cluster[1]).Sum(state => state.LogEndOffset) == 10_000, "the broker has caught up", TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(
            async () => (await cluster.PartitionsAsync("orders")).All(partition => partition.IsrNodes.Count == 3),
            "and is in every ISR");
    }

    [Fact]
    public async Task All_three_killed_at_once_lose_nothing_that_was_acknowledged()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "3", "--replication-factor", "3");
        await cluster.ProduceAsync("orders", 5000);

        await Task.WhenAll(Enumerable.Range(0, 3).Select(cluster.KillAsync));
        await Task.WhenAll(Enumerable.Range(0, 3).Select(cluster.StartAsync));

        await Eventually.TrueAsync(
            () => Enumerable.Range(0, 3).All(id => Orders(cluster[id]).Sum(state => state.HighWatermark) == 5000),
            "every replica has every record",
            TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_paused_broker_holds_its_sockets_answers_nothing_and_goes_on_when_resumed()
    {
        await using var cluster = await BrokerCluster.StartAsync(1, "zookeeper.session.timeout.ms=20000");
        await using var client = await KafkaConnection.ConnectAsync("127.0.0.1", cluster[0].Port, new KafkaClientOptions(), Token);
        cluster[0].Pause();

        var answer = client.SendAsync(new MetadataRequest { Topics = [] }, Token, TimeSpan.FromSeconds(60));
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(TimeSpan.FromSeconds(1), Token));
        Assert.False(client.IsClosed);
        cluster[0].Resume();

        Assert.Single((await answer).Brokers);
    }

    [Fact]
    public async Task A_stop_in_order_moves_leaders_first_and_leaves_a_clean_log()
    {
        await using var cluster = await BrokerCluster.StartAsync(3);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--replica-assignment", "0:1,1:2,2:0");
        await cluster.ProduceAsync("orders", 1000);

        await cluster.StopAsync(0);

        Assert.True(cluster[0].Completion.IsCompletedSuccessfully);
        var orders = (await cluster.MetadataAsync()).Topics.Single(topic => topic.Name == "orders");
        Assert.All(orders.Partitions, partition => Assert.NotEqual(0, partition.LeaderId));
        await cluster.StartAsync(0);
        Assert.DoesNotContain(cluster.Log, line => line.Contains("torn", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_records_that_no_follower_replicates()
    {
        await using var cluster = await BrokerCluster.StartAsync(2, "controlled.shutdown.enable=false", "replica.lag.time.max.ms=60000");
        await cluster.CreateTopicAsync("orders", [[0, 1]]);
        await Eventually.TrueAsync(() => Orders(cluster[0]).Any(state => state.IsLeader), "the first broker leads");
        cluster[1].Pause();
        await using var client = await KafkaConnection.ConnectAsync("127.0.0.1", cluster[0].Port, new KafkaClientOptions(), Token);
        var produce = client.SendAsync(
            new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 60_000,
                TopicData = [new() { Name = "orders", PartitionData = [new() { Index = 0, Records = TestLog.Batch(1, "a") }] }],
            },
            Token,
            TimeSpan.FromSeconds(60));
        await Eventually.TrueAsync(() => Orders(cluster[0]).Single().LogEndOffset == 1, "the record waits for its replica");

        await cluster.StopAsync(0).WaitAsync(TimeSpan.FromSeconds(20), Token);

        await Assert.ThrowsAnyAsync<KafkaException>(() => produce);
        Assert.DoesNotContain(cluster.Log, line => line.Contains(" Error ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_topic_config_without_a_value_is_refused_in_Kafkas_words()
    {
        await using var cluster = await BrokerCluster.StartAsync(1);
        await using var client = cluster.Client();
        var answer = await client.SendToControllerAsync(
            new CreateTopicsRequest
            {
                TimeoutMs = 10_000,
                Topics =
                [
                    new()
                    {
                        Name = "t",
                        NumPartitions = 1,
                        ReplicationFactor = 1,
                        Configs = [new() { Name = "retention.ms", Value = null }],
                    },
                ],
            },
            Token);
        Assert.Equal(
            (40, "Null value not supported for topic configs: retention.ms"), (answer.Topics[0].ErrorCode, answer.Topics[0].ErrorMessage));
    }

    [Fact]
    public async Task A_taken_port_is_said_in_plain_words()
    {
        await using var cluster = await BrokerCluster.StartAsync(1);
        using var directory = new TempDirectory();
        string[] lines =
        [
            "broker.id=9",
            $"listeners=PLAINTEXT://127.0.0.1:{cluster[0].Port}",
            $"zookeeper.connect={cluster.ZooKeeperConnect}",
            $"log.dirs={directory.Path}",
        ];
        var second = new KafkaBroker(
            BrokerConfig.Parse(lines, "second"),
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
            TimeProvider.System);

        var error = await Assert.ThrowsAsync<IOException>(() => second.StartAsync(Token));

        Assert.Contains("the port is taken", error.Message, StringComparison.Ordinal);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Kcat_produces_and_consumes_with_every_compression()
    {
        var kcat = External.RequireProgram("kcat");
        await using var cluster = await BrokerCluster.StartAsync(2);
        await cluster.ToolAsync("kafka-topics.sh", "--create", "--topic", "orders", "--partitions", "1", "--replication-factor", "2");
        string[] codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
        foreach (var codec in codecs)
        {
            var produced = await External.RunAsync(
                kcat,
                ["-P", "-b", cluster.Bootstrap, "-t", "orders", "-z", codec],
                string.Concat(Enumerable.Range(0, 200).Select(i => $"{codec} {i} {new string('x', 50)}\n")));
            Assert.True(produced.ExitCode == 0, produced.ToString());
        }

        var consumed = await External.RunAsync(kcat, ["-C", "-b", cluster.Bootstrap, "-t", "orders", "-e", "-q"]);

        var lines = consumed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1000, lines.Length);
        Assert.Equal(codecs, lines.Select(line => line.Split(' ')[0]).Distinct());
    }

    static IEnumerable<Kafka.Broker.Replication.PartitionState> Orders(KafkaBroker broker) =>
        broker.Replicas!.All().Where(state => state.TopicPartition.Topic == "orders");
}

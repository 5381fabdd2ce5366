using System.Text.RegularExpressions;
using Interop.Tests.Support;
using Testing;

namespace Interop.Tests.Tools;

/// <summary>The tools of Apache Kafka 3.9 on brokers of ours that stand on coordinators of ours.</summary>
public sealed partial class KafkaToolTests(SharedCluster shared)
{
    [Fact]
    public async Task Kafka_topics_and_kafka_configs()
    {
        var cluster = await ClusterAsync();
        Assert.Contains("Created topic java-topic.", await JavaTool.RunAsync(
            cluster,
            "kafka-topics.sh", "--create", "--topic", "java-topic",
            "--replica-assignment", "0:1,1:2,2:0", "--config", "retention.ms=1000000"));
        await JavaTool.RunAsync(cluster, "kafka-topics.sh", "--alter", "--topic", "java-topic", "--partitions", "5");
        await JavaTool.RunAsync(
            cluster,
            "kafka-configs.sh", "--alter", "--topic", "java-topic",
            "--add-config", "retention.ms=2000000,cleanup.policy=[compact,delete]");
        var described = await JavaTool.RunAsync(cluster, "kafka-topics.sh", "--describe", "--topic", "java-topic");
        Assert.Contains("PartitionCount: 5\tReplicationFactor: 2", described);
        Assert.Contains("Partition: 2\tLeader: 2\tReplicas: 2,0", described);
        Assert.Contains("retention.ms=2000000", described);
        Assert.Contains("cleanup.policy=compact,delete", described);
        var configs = await JavaTool.RunAsync(cluster, "kafka-configs.sh", "--describe", "--topic", "java-topic");
        Assert.Contains("DYNAMIC_TOPIC_CONFIG:retention.ms=2000000", configs);
        await JavaTool.RunAsync(cluster, "kafka-topics.sh", "--delete", "--topic", "java-topic");
        Assert.DoesNotContain("java-topic\n", await JavaTool.RunAsync(cluster, "kafka-topics.sh", "--list"));
    }

    [Fact]
    public async Task Kafka_reassign_partitions_and_kafka_leader_election()
    {
        var cluster = await ClusterAsync();
        using var directory = new TempDirectory();
        await JavaTool.RunAsync(cluster, "kafka-topics.sh", "--create", "--topic", "java-moved", "--replica-assignment", "0:1,1:0");
        await PerformAsync(cluster, "java-moved", 2000);
        var plan = directory["plan.json"];
        await File.WriteAllTextAsync(
            plan,
            """{"version":1,"partitions":[{"topic":"java-moved","partition":0,"replicas":[2,0]},"""
                + """{"topic":"java-moved","partition":1,"replicas":[2,1]}]}""",
            TestContext.Current.CancellationToken);
        Assert.Contains(
            "Successfully started partition reassignments for java-moved-0,java-moved-1",
            await JavaTool.RunAsync(cluster, "kafka-reassign-partitions.sh", "--execute", "--reassignment-json-file", plan));
        await Eventually.TrueAsync(
            async () =>
            {
                var moves = await JavaTool.RunAsync(
                    cluster, "kafka-reassign-partitions.sh", "--verify", "--reassignment-json-file", plan);
                return CompletedMove().Count(moves) == 2;
            },
            "both moves are complete",
            TimeSpan.FromSeconds(90));

        // both leaders stayed where they were, for they are still replicas; now the first of the new lists leads
        Assert.Matches("completed leader election \\(PREFERRED\\) for partitions java-moved-[01], java-moved-[01]", await JavaTool.RunAsync(
            cluster, "kafka-leader-election.sh", "--election-type", "preferred", "--all-topic-partitions"));
        var described = await JavaTool.RunAsync(cluster, "kafka-topics.sh", "--describe", "--topic", "java-moved");
        Assert.Contains("Partition: 0\tLeader: 2\tReplicas: 2,0", described);
        Assert.Contains("Partition: 1\tLeader: 2\tReplicas: 2,1", described);
    }

    [Fact]
    public async Task Kafka_consumer_groups()
    {
        var cluster = await ClusterAsync();
        await JavaTool.RunAsync(
            cluster, "kafka-topics.sh", "--create", "--topic", "java-read", "--partitions", "2", "--replication-factor", "3");
        await PerformAsync(cluster, "java-read", 500);
        var consumed = await JavaTool.TryAsync(
            "kafka-console-consumer.sh",
            [
                "--bootstrap-server", cluster.Bootstrap, "--topic", "java-read", "--group", "java-readers",
                "--from-beginning", "--max-messages", "500", "--timeout-ms", "60000",
            ]);
        Assert.True(consumed.ToString().Contains("Processed a total of 500 messages"), $"{consumed}\n{cluster.LogTail()}");

        Assert.Contains("java-readers", await JavaTool.RunAsync(cluster, "kafka-consumer-groups.sh", "--list"));
        Assert.Equal((500, 500, 0), Sums(await GroupsAsync("--describe")));
        var reset = await GroupsAsync("--reset-offsets", "--topic", "java-read", "--to-earliest", "--execute");
        Assert.Equal(2, Regex.Count(reset, @"java-readers\s+java-read\s+[01]\s+0\b"));
        Assert.Equal((0, 500, 500), Sums(await GroupsAsync("--describe")));
        var deleted = await GroupsAsync("--delete");
        Assert.Contains("Deletion of requested consumer groups ('java-readers') was successful.", deleted);

        Task<string> GroupsAsync(string action, params string[] more) =>
            JavaTool.RunAsync(cluster, "kafka-consumer-groups.sh", [action, "--group", "java-readers", .. more]);
    }

    [Fact]
    public async Task Kafka_producer_perf_test_writes_a_segment_that_kafka_dump_log_reads()
    {
        var cluster = await ClusterAsync();
        await JavaTool.RunAsync(cluster, "kafka-topics.sh", "--create", "--topic", "java-perf", "--replica-assignment", "1:2:0");
        await PerformAsync(cluster, "java-perf", 20_000);
        Assert.True((await cluster.BatchesAsync("java-perf"))[0].ProducerId >= 0, "Java's producer is idempotent by default");
        var segment = cluster.Segment(1, "java-perf", 0);
        var dumped = await JavaTool.TryAsync(
            "kafka-dump-log.sh",
            ["--files", $"{segment},{Path.ChangeExtension(segment, ".index")}"]);
        Assert.True(dumped.ExitCode == 0 && JavaTool.IsClean(dumped), dumped.ToString());
        Assert.Contains("lastOffset: 19999", dumped.Output);
        Assert.DoesNotContain("isvalid: false", dumped.Output);
        Assert.Contains("00000000000000000000.index", dumped.Output);
        Assert.DoesNotContain("ismatch", dumped.ToString());
    }

    static async Task<HostedCluster> ClusterAsync(SharedCluster shared)
    {
        JavaTool.RequireKafka();
        return await shared.GetAsync();
    }

    Task<HostedCluster> ClusterAsync() => ClusterAsync(shared);

    /// <summary>Java's producer as it comes: idempotent, acks=all.</summary>
    static async Task PerformAsync(HostedCluster cluster, string topic, int records)
    {
        var result = await JavaTool.TryAsync(
            "kafka-producer-perf-test.sh",
            [
                "--topic", topic, "--num-records", $"{records}", "--record-size", "100", "--throughput", "-1",
                "--producer-props", $"bootstrap.servers={cluster.Bootstrap}", "acks=all",
            ]);
        Assert.True(
            result.ExitCode == 0 && JavaTool.IsClean(result) && result.Output.Contains($"{records} records sent"),
            $"{result}\n{cluster.LogTail()}");
    }

    /// <summary>Committed, end and lag, over all partitions that kafka-consumer-groups.sh printed.</summary>
    static (int Committed, int End, int Lag) Sums(string described)
    {
        var rows = Offsets().Matches(described).Select(row => (Number(row, 1), Number(row, 2), Number(row, 3))).ToList();
        return (rows.Sum(row => row.Item1), rows.Sum(row => row.Item2), rows.Sum(row => row.Item3));

        static int Number(Match row, int column) => int.Parse(row.Groups[column].Value);
    }

    [GeneratedRegex(@"Reassignment of partition java-moved-\d is completed")]
    private static partial Regex CompletedMove();

    [GeneratedRegex(@"java-readers\s+java-read\s+\d+\s+(\d+)\s+(\d+)\s+(\d+)")]
    private static partial Regex Offsets();
}

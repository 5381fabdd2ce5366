using System.Diagnostics;
using Kafka.Broker.Tests.Support;
using Testing;

namespace Kafka.Broker.Tests.Cluster;

public sealed class MixedClusterTests
{
    /// <summary>
    /// LeaderAndIsr, UpdateMetadata, StopReplica, AlterPartition, Fetch between brokers and the znodes are Kafka's own, in both directions.
    /// </summary>
    [Fact]
    public async Task A_broker_of_apache_joins_ours_is_controller_and_replicates()
    {
        await using var cluster = await BrokerCluster.StartAsync(2, "auto.leader.rebalance.enable=false");
        var port = FreePorts.Take(1)[0];
        var config = cluster.File("server.properties", $"""
            broker.id=7
            listeners=PLAINTEXT://127.0.0.1:{port}
            log.dirs={cluster.File("apache", "")}-logs
            zookeeper.connect={cluster.ZooKeeperConnect}
            zookeeper.session.timeout.ms=2000
            log.cleaner.dedupe.buffer.size=20000000
            """);
        using var apache = await StartAsync(config);
        try
        {
            await Eventually.TrueAsync(
                async () => (await cluster.MetadataAsync()).Brokers.Count == 3, "Apache's broker has joined", TimeSpan.FromSeconds(60));
            await cluster.CreateTopicAsync("orders", [[7, 0, 1], [0, 7, 1], [1, 0, 7]]);
            await cluster.ProduceAsync("orders", 3000);
            await WholeAsync(cluster);

            // ours go away one by one until Apache's broker is controller
            foreach (var id in (int[])[0, 1])
            {
                await cluster.KillAsync(id);
                await Eventually.TrueAsync(() => cluster.RegisteredAsync(id, false), "the dead broker is gone");
                // more than one fetch takes: Apache's leader cuts its answers in the middle of a batch
                await cluster.ProduceAsync("orders", 60_000);
                await cluster.StartAsync(id);
                await WholeAsync(cluster);
                if ((await cluster.MetadataAsync()).ControllerId == 7)
                {
                    break;
                }
            }

            await cluster.ProduceAsync("orders", 3000);
            await WholeAsync(cluster);

            // and Apache's dies: one of ours takes over
            apache.Kill(entireProcessTree: true);
            await Eventually.TrueAsync(
                async () => await cluster.MetadataAsync() is var now && now.ControllerId is 0 or 1 && now.Brokers.Count == 2
                    && now.Topics.Single(topic => topic.Name == "orders").Partitions.TrueForAll(partition => partition.LeaderId is 0 or 1),
                "one of ours is controller and all partitions have leaders");
        }
        finally
        {
            if (!apache.HasExited)
            {
                apache.Kill(entireProcessTree: true);
            }
        }
    }

    static Task WholeAsync(BrokerCluster cluster) => Eventually.TrueAsync(
        async () => (await cluster.PartitionsAsync("orders")).All(partition => partition.IsrNodes.Count == 3),
        "all replicas are in sync",
        TimeSpan.FromSeconds(60));

    static async Task<Process> StartAsync(string config)
    {
        var home = External.Require("KAFKA_HOME");
        var start = new ProcessStartInfo(Path.Combine(home, "bin", "kafka-server-start.sh"), [config])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (variable, value) in await Jvm.BrokerAsync(home, "-Xmx400m"))
        {
            start.Environment[variable] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}

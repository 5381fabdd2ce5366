using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Dashboard.Nodes;
using Interop.Tests.Support;
using Kafka.Protocol.Messages;
using Testing;
using ZooKeeper.Client;

namespace Interop.Tests.Durability;

/// <summary>Nodes are killed while records and znodes are written; whatever was acknowledged must be there in the end.</summary>
[Collection(typeof(Alone))]
public sealed class KillNineTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_when_nodes_are_killed()
    {
        await using var cluster = await ProcessCluster.StartAsync(3, 3);
        await PrepareAsync(cluster);
        await using var load = new Load(cluster);
        await load.GoesOnAsync("at first");

        var broker = $"kafka{await LeaderAsync(cluster)}";
        cluster.Kill(broker);
        await load.GoesOnAsync($"without {broker}");
        cluster.Start(broker);
        await cluster.AllBrokersAsync(Load.Topic);

        var coordinator = await LeadingCoordinatorAsync(cluster);
        cluster.Kill(coordinator);
        await load.GoesOnAsync($"without {coordinator}, which led");
        cluster.Start(coordinator);
        await load.GoesOnAsync($"with {coordinator} again");
        await cluster.AllBrokersAsync(Load.Topic);

        var committed = Commit(cluster, load);
        foreach (var node in cluster.Nodes)
        {
            cluster.Kill(node.Name);
        }

        foreach (var node in cluster.Nodes)
        {
            cluster.Start(node.Name);
        }

        await load.GoesOnAsync("after the death of all");
        await load.StopAsync();
        await cluster.AllBrokersAsync(Load.Topic);

        Assert.DoesNotContain("fatal", load.LastError);
        await RecordsAreThereAsync(cluster, load);
        await ZnodesAreThereAsync(cluster, load);
        using var reader = Reader(cluster);
        Assert.Equal(committed.Offset, reader.Committed([committed.TopicPartition], TimeSpan.FromSeconds(30)).Single().Offset);
    }

    static async Task PrepareAsync(ProcessCluster cluster)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = cluster.Bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification
        {
            Name = Load.Topic,
            NumPartitions = 4,
            ReplicationFactor = 3,
            Configs = new() { ["min.insync.replicas"] = "2" },
        }]);
        await cluster.AllBrokersAsync(Load.Topic);
        await using var client = cluster.ZooKeeper();
        await client.CreateAsync(Load.Root, default, cancellationToken: Token);
    }

    static async Task<int> LeaderAsync(ProcessCluster cluster)
    {
        await using var client = cluster.Client();
        MetadataResponse metadata = await client.MetadataAsync([Load.Topic], Token);
        return metadata.Topics.Single().Partitions[0].LeaderId;
    }

    static async Task<string> LeadingCoordinatorAsync(ProcessCluster cluster)
    {
        foreach (var node in cluster.Nodes.Where(node => node.Kind == NodeKind.Coordinator))
        {
            var answer = await External.RunAsync("/bin/bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{node.Port}; printf srvr >&3; cat <&3"]);
            if (answer.Output.Contains("Mode: leader"))
            {
                return node.Name;
            }
        }

        throw new InvalidOperationException("no coordinator leads");
    }

    /// <summary>A group commits an offset of a record that was acknowledged.</summary>
    static TopicPartitionOffset Commit(ProcessCluster cluster, Load load)
    {
        using var reader = Reader(cluster);
        var position = load.Records.Values.First();
        reader.Commit([position]);
        return position;
    }

    static IConsumer<Ignore, string> Reader(ProcessCluster cluster) => new ConsumerBuilder<Ignore, string>(new ConsumerConfig
    {
        BootstrapServers = cluster.Bootstrap,
        GroupId = "kept-readers",
        EnableAutoCommit = false,
        EnablePartitionEof = true,
        CheckCrcs = true,
    }).Build();

    static async Task RecordsAreThereAsync(ProcessCluster cluster, Load load)
    {
        using var reader = Reader(cluster);
        reader.Assign(Enumerable.Range(0, 4).Select(partition => new TopicPartitionOffset(Load.Topic, partition, Offset.Beginning)));
        var found = new Dictionary<TopicPartitionOffset, string>();
        var ended = new HashSet<Partition>();
        await Eventually.TrueAsync(
            () =>
            {
                while (ended.Count < 4 && reader.Consume(TimeSpan.FromMilliseconds(500)) is { } record)
                {
                    if (record.IsPartitionEOF)
                    {
                        ended.Add(record.Partition);
                    }
                    else
                    {
                        found[record.TopicPartitionOffset] = record.Message.Value;
                    }
                }

                return ended.Count == 4;
            },
            "all partitions were read to their ends",
            TimeSpan.FromSeconds(60));
        var there = found.Values.ToHashSet();
        var lost = load.Records.Keys.Where(value => !there.Contains(value)).ToList();
        var some = string.Join(", ", lost.Take(10).Select(value => $"{value} at {load.Records[value]}"));
        Assert.True(lost.Count == 0, $"{lost.Count} of {load.Records.Count} acknowledged records are lost: {some}");
        Assert.True(there.Count == found.Count, $"{found.Count - there.Count} records are there twice, though the producer is idempotent");
    }

    static async Task ZnodesAreThereAsync(ProcessCluster cluster, Load load)
    {
        await using var client = cluster.ZooKeeper();
        await client.SyncAsync(Load.Root, Token);
        var there = (await client.GetChildrenAsync(Load.Root, cancellationToken: Token)).Children.ToHashSet();
        var lost = load.Znodes.Keys.Where(name => !there.Contains(name)).ToList();
        var some = string.Join(", ", lost.Take(10));
        Assert.True(lost.Count == 0, $"{lost.Count} of {load.Znodes.Count} acknowledged znodes are lost: {some}");
    }
}

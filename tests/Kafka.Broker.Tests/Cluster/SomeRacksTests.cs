using Kafka.Broker.Tests.Support;
using Kafka.Protocol.Messages;
using Testing;
using ZooKeeper.Client;
using ZooKeeper.Protocol;

namespace Kafka.Broker.Tests.Cluster;

/// <summary>A cluster that is just being given racks: one broker has its rack, the other has none yet.</summary>
public sealed class SomeRacksTests(LoneBroker broker) : IClassFixture<LoneBroker>
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Topics_are_created_extended_and_made_on_demand()
    {
        await using var zooKeeper = new ZooKeeperClient(ZooKeeperClientOptions.Parse(broker.ZooKeeperConnect));
        var other = new BrokerZNode(7, [new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", 1)], "a", 0);
        await zooKeeper.CreateAsync("/brokers/ids/7", other.Encode(), CreateMode.Ephemeral, null, Token);
        await using var client = await broker.ConnectAsync();
        await Eventually.TrueAsync(
            async () => (await client.SendAsync(new MetadataRequest { Topics = [] }, Token)).Brokers.Count == 2, "both brokers are known");

        var created = await client.SendAsync(
            new CreateTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = "racks", NumPartitions = 4, ReplicationFactor = 1 }] },
            Token);
        Assert.Equal((0, 4), (created.Topics[0].ErrorCode, created.Topics[0].NumPartitions));

        var extended = await client.SendAsync(
            new CreatePartitionsRequest { TimeoutMs = 30_000, Topics = [new() { Name = "racks", Count = 6, Assignments = null }] }, Token);
        Assert.Equal(0, extended.Results[0].ErrorCode);

        var onDemand = new MetadataRequest { Topics = [new() { Name = "on-demand" }] };
        await Eventually.TrueAsync(
            async () => (await client.SendAsync(onDemand, Token)).Topics[0].ErrorCode == 0, "the topic is made on demand");

        // racks count once every broker has one: until then each broker gets its share
        var topic = (await client.SendAsync(new MetadataRequest { Topics = [new() { Name = "racks" }] }, Token)).Topics[0];
        Assert.Equal([3, 3], topic.Partitions.GroupBy(partition => partition.ReplicaNodes[0]).Select(share => share.Count()));
    }
}

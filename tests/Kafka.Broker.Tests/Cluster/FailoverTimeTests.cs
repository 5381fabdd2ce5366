using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol.Messages;
using Testing;
using ZooKeeper.Client;

namespace Kafka.Broker.Tests.Cluster;

public sealed class FailoverTimeTests
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Measured from the end of the session as another client sees it. A busy machine may delay one attempt, not each of three.
    /// </summary>
    [Fact]
    public async Task A_dead_leaders_partitions_have_another_within_a_second_of_the_end_of_its_session()
    {
        await using var cluster = await BrokerCluster.StartAsync(3, "auto.leader.rebalance.enable=false");
        await using var client = cluster.Client();
        await cluster.CreateTopicAsync("orders", [[0, 1, 2], [1, 2, 0], [2, 0, 1]]);
        await using var zooKeeper = new ZooKeeperClient(ZooKeeperClientOptions.Parse(cluster.ZooKeeperConnect));
        var times = new List<TimeSpan>();
        for (var attempt = 0; attempt < 3 && !times.Exists(time => time < TimeSpan.FromSeconds(1)); attempt++)
        {
            var victim = attempt;
            var ended = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            await zooKeeper.ExistsAsync($"/brokers/ids/{victim}", _ => ended.TrySetResult(TimeProvider.System.GetTimestamp()), Token);
            await cluster.KillAsync(victim);
            var end = await ended.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
            await Eventually.TrueAsync(
                () => AllAsync(client, partition => partition.LeaderId >= 0 && partition.LeaderId != victim),
                "all partitions have leaders");
            times.Add(TimeProvider.System.GetElapsedTime(end));
            await cluster.StartAsync(victim);
            await Eventually.TrueAsync(() => AllAsync(client, partition => partition.IsrNodes.Count == 3), "the ISR is whole again");
        }

        Assert.Contains(times, time => time < TimeSpan.FromSeconds(1));
    }

    static async Task<bool> AllAsync(KafkaCluster client, Predicate<MetadataResponse.MetadataResponsePartition> condition) =>
        (await client.MetadataAsync(["orders"], Token)).Topics[0].Partitions.TrueForAll(condition);
}

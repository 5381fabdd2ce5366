using System.Collections.Concurrent;
using Kafka.Broker.Tests.Support;
using Kafka.Client;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Testing;

namespace Kafka.Broker.Tests.Cluster;

public sealed class RestartTests
{
    const string Topic = "orders";

    static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>
    /// Clients take "unknown topic" for final and give up what they have queued. A new broker must not say it before it knows.
    /// </summary>
    [Fact]
    public async Task No_broker_denies_a_topic_that_exists_while_everything_is_restarted()
    {
        await using var cluster = await BrokerCluster.StartAsync(3, "auto.create.topics.enable=true", "offsets.topic.replication.factor=3");
        await cluster.CreateTopicAsync(Topic, [[0, 1, 2], [1, 2, 0], [2, 0, 1]]);
        await Eventually.TrueAsync(
            async () => (await Task.WhenAll(Enumerable.Range(0, 3).Select(id => KnowsAsync(cluster.Port(id))))).All(knows => knows),
            "every broker knows the topic");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var answers = new ConcurrentQueue<(int Broker, string Asked, ErrorCode Error)>();
        var pollers = Enumerable.Range(0, 3).Select(id => PollAsync(cluster.Port(id), id, answers, over.Token)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(cluster.KillAsync));
        cluster.ZooKeeper.Kill(1);
        await cluster.ZooKeeper.RestartAsync(1);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(cluster.StartAsync));
        await WholeAsync(cluster);
        await cluster.KillAsync(1); // alone, and then again all, one after the other
        await cluster.StartAsync(1);
        await WholeAsync(cluster);
        foreach (var id in (int[])[2, 0, 1])
        {
            await cluster.KillAsync(id);
        }

        foreach (var id in (int[])[1, 0, 2])
        {
            await cluster.StartAsync(id);
        }

        await WholeAsync(cluster);
        await over.CancelAsync();
        await Task.WhenAll(pollers);
        Assert.All(
            Enumerable.Range(0, 3), id => Assert.Contains(answers, answer => answer is { Error: ErrorCode.None } && answer.Broker == id));
        Assert.DoesNotContain(
            answers, answer => answer.Error is not (ErrorCode.None or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderOrFollower));
        Assert.DoesNotContain(cluster.Log, line => line.Contains($"Creating topic {Topic} on demand"));
    }

    static async Task<bool> KnowsAsync(int port)
    {
        await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", port, new KafkaClientOptions(), Token);
        // or who has not heard of it yet would make it, as any client may ask
        var request = new MetadataRequest { Topics = [new() { Name = Topic }], AllowAutoTopicCreation = false };
        var metadata = await connection.SendAsync(request, Token);
        return metadata.Topics[0].ErrorCode == (short)ErrorCode.None;
    }

    /// <summary>Asks one broker every 10 ms, as clients would that find it again at once.</summary>
    static async Task PollAsync(int port, int id, ConcurrentQueue<(int, string, ErrorCode)> answers, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await using var connection = await KafkaConnection.ConnectAsync("127.0.0.1", port, new KafkaClientOptions(), over);
                while (true)
                {
                    foreach (var create in (bool[])[false, true])
                    {
                        var metadata = await connection.SendAsync(
                            new MetadataRequest { Topics = [new() { Name = Topic }], AllowAutoTopicCreation = create }, over);
                        answers.Enqueue((id, "metadata", (ErrorCode)metadata.Topics[0].ErrorCode));
                    }

                    var all = await connection.SendAsync(new MetadataRequest { Topics = null }, over);
                    answers.Enqueue(
                        (id, "all", all.Topics.Exists(topic => topic.Name == Topic) ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition));
                    var partition = new ListOffsetsRequest.ListOffsetsPartition { Timestamp = -1, CurrentLeaderEpoch = -1 };
                    var question = new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = Topic, Partitions = [partition] }] };
                    var offsets = await connection.SendAsync(question, over);
                    answers.Enqueue((id, "offsets", (ErrorCode)offsets.Topics[0].Partitions[0].ErrorCode));
                    await Task.Delay(10, over);
                }
            }
            catch (Exception e) when (e is KafkaException or OperationCanceledException)
            {
                await Task.Delay(10, CancellationToken.None);
            }
        }
    }

    static Task WholeAsync(BrokerCluster cluster) => Eventually.TrueAsync(
        async () => (await cluster.MetadataAsync()).Topics is [{ Partitions: { Count: 3 } partitions }]
            && partitions.TrueForAll(partition => partition.IsrNodes.Count == 3),
        "every partition is in sync",
        TimeSpan.FromSeconds(30));
}

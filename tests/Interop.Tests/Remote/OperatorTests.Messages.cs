using System.Text.Json.Nodes;
using Confluent.Kafka;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>Records as REST gives them, beside what a consumer gets.</summary>
public abstract partial class RemoteClusterTests
{
    [Fact]
    public async Task Records_of_every_codec_and_of_transactions_are_those_that_a_consumer_gets()
    {
        const string Topic = "searched";
        await using var topic = await TopicAsync(Topic, 3, 2);
        foreach (var codec in Enum.GetValues<CompressionType>())
        {
            var settings = new ProducerConfig { BootstrapServers = Cluster.Bootstrap, CompressionType = codec, LingerMs = 20 };
            using var producer = new ProducerBuilder<string, string>(settings).Build();
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => producer.ProduceAsync(
                new TopicPartition(Topic, i % 3), new() { Key = $"{codec}-{i}", Value = $$"""{"codec":"{{codec}}","n":{{i}}}""" }, Token)));
        }

        using (var producer = Transactional("txn-searched"))
        {
            producer.BeginTransaction();
            Write(producer, Topic, "committed");
            producer.CommitTransaction();
            producer.BeginTransaction();
            Write(producer, Topic, "aborted");
            producer.Flush(Token);
            producer.AbortTransaction();
        }

        var consumed = Consume(Topic, 3, 5 * 300 + 1);
        await Eventually.TrueAsync(async () => (await MessagesAsync(Topic, "limit=9999")).Records.Count == consumed.Count, "all are there");
        foreach (var from in new[] { "newest", "oldest" })
        {
            var (records, summary) = await MessagesAsync(Topic, $"limit=9999&from={from}");
            Assert.Equal(consumed.Order(), records.Select(Place).Order());
            Assert.True(summary["complete"]!.GetValue<bool>());
            Assert.Equal(consumed.Count, summary["scanned"]!.GetValue<int>());
        }

        var (found, _) = await MessagesAsync(Topic, "filter=json:codec=Zstd&limit=9999");
        Assert.Equal(300, found.Count);
        var (all, _) = await MessagesAsync(Topic, "filter=text:aborted&isolation=read_uncommitted");
        Assert.Equal("aborted", Assert.Single(all)["transaction"]!.GetValue<string>());
    }

    static string Place(JsonNode record) =>
        $"{record["partition"]}:{record["offset"]} {record["timestamp"]} {record["key"]} {record["value"]}";

    List<string> Consume(string topic, int partitions, int records)
    {
        var settings = new ConsumerConfig
        {
            BootstrapServers = Cluster.Bootstrap,
            GroupId = "unused",
            EnableAutoCommit = false,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };
        using var consumer = new ConsumerBuilder<string?, string>(settings).Build();
        consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
        var got = new List<string>();
        using var limit = new CancellationTokenSource(Patience);
        while (got.Count < records)
        {
            var one = consumer.Consume(limit.Token);
            var message = one.Message;
            got.Add($"{one.Partition.Value}:{one.Offset.Value} {message.Timestamp.UnixTimestampMs} {message.Key} {message.Value}");
        }

        return got;
    }

    async Task<(List<JsonNode> Records, JsonNode Summary)> MessagesAsync(string topic, string query)
    {
        var text = await Dashboard.Http.GetStringAsync($"/api/clusters/remote/topics/{topic}/messages?{query}", Token);
        var lines = text.TrimEnd().Split('\n').Select(line => JsonNode.Parse(line)!).ToList();
        return (lines[..^1], lines[^1]["summary"]!);
    }
}

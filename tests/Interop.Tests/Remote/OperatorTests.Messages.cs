using System.Net;
using System.Text.Json.Nodes;
using Confluent.Kafka;
using Testing;

namespace Interop.Tests.Remote;

/// <summary>Records as REST gives them, beside what a consumer gets.</summary>
public abstract partial class OperatorTests
{
    [Fact]
    public async Task Records_of_every_codec_and_of_transactions_are_those_that_a_consumer_gets()
    {
        const string Topic = "searched";
        await using var topic = await TopicAsync(Topic, 3, 2);
        foreach (var codec in Enum.GetValues<CompressionType>())
        {
            var settings = new ProducerConfig { BootstrapServers = Bootstrap, CompressionType = codec, LingerMs = 20 };
            using var producer = new ProducerBuilder<string, string>(settings).Build();
            await Task.WhenAll(Enumerable.Range(0, 300).Select(i => producer.ProduceAsync(
                new TopicPartition(Topic, i % 3), new() { Key = $"{codec}-{i}", Value = $$"""{"codec":"{{codec}}","n":{{i}}}""" }, Token)));
        }

        if (HasTransactions)
        {
            using var producer = Transactional("txn-searched");
            producer.BeginTransaction();
            Write(producer, Topic, "committed");
            producer.CommitTransaction();
            producer.BeginTransaction();
            Write(producer, Topic, "aborted");
            producer.Flush(Token);
            producer.AbortTransaction();
        }

        var consumed = Consume(Topic, 3, 5 * 300 + (HasTransactions ? 1 : 0));
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
        Assert.Equal(HasTransactions ? ["aborted"] : [], all.Select(record => record["transaction"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Records_that_are_sent_are_what_Apaches_consumer_prints()
    {
        const string Topic = "sent";
        await using var topic = await TopicAsync(Topic, 2, 2);
        await SendAsync(new { partition = 1, key = "k", value = "{\"a\":1}", headers = new[] { new { name = "h", value = "v" } } }, 1, 0);
        await SendAsync(new { partition = 1, key = "gone", value = (string?)null }, 1, 1);
        await SendAsync(new { partition = 0, key = "Ag==", value = "AAE=", keyFormat = "base64", valueFormat = "base64" }, 0, 0);
        var printed = await ToolAsync(
            "kafka-console-consumer.sh", "--topic", Topic, "--from-beginning", "--timeout-ms", "20000", "--max-messages", "3",
            "--property", "print.key=true", "--property", "print.headers=true", "--property", "print.partition=true",
            "--property", "print.offset=true", "--property", "null.literal=NULL");
        Assert.Equal(
            ["Partition:0\tOffset:0\tNO_HEADERS\t\u0002\t\0\u0001", "Partition:1\tOffset:0\th:v\tk\t{\"a\":1}",
                "Partition:1\tOffset:1\tNO_HEADERS\tgone\tNULL"],
            printed.Split('\n').Where(line => line.StartsWith("Partition:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        async Task SendAsync(object record, int partition, long offset)
        {
            var sent = await Rest.PostAsync($"topics/{Topic}/messages", record);
            Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
            Assert.Equal((partition, offset), (sent.Body.Int("partition"), sent.Body["offset"]!.GetValue<long>()));
        }
    }

    [Fact]
    public async Task Each_way_to_send_is_read_by_librdkafka_and_keys_are_where_its_producer_puts_them()
    {
        await using var topic = await TopicAsync("ways", 5, 2);
        var expected = new List<string>();
        var ways =
            from acks in (string[])["all", "leader"]
            from compression in (string[])["none", "gzip", "snappy", "lz4", "zstd"]
            from partitioner in (string[])["murmur2", "consistent"]
            select (acks, compression, partitioner);
        foreach (var (acks, compression, partitioner) in ways)
        {
            var key = $"{acks}-{compression}-{partitioner}";
            var value = string.Concat(Enumerable.Repeat(key, 50));
            var sent = await Rest.PostAsync("topics/ways/messages", new { key, value, acks, compression, partitioner });
            Assert.True(sent.Status == HttpStatusCode.OK, sent.Text);
            var settings = new ProducerConfig
            {
                BootstrapServers = Bootstrap,
                Partitioner = partitioner == "murmur2" ? Partitioner.Murmur2Random : Partitioner.ConsistentRandom,
            };
            using var producer = new ProducerBuilder<string, string>(settings).Build();
            var theirs = await producer.ProduceAsync("ways", new() { Key = key, Value = value }, Token);
            Assert.Equal((key, theirs.Partition.Value), (key, sent.Body.Int("partition")));
            expected.AddRange([$"{key} {value}", $"{key} {value}"]);
        }

        var read = Consume("ways", 5, expected.Count).Select(line => line.Split(' ', 3)[2]);
        Assert.Equal(expected.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    static string Place(JsonNode record) =>
        $"{record["partition"]}:{record["offset"]} {record["timestamp"]} {record["key"]} {record["value"]}";

    List<string> Consume(string topic, int partitions, int records)
    {
        var settings = new ConsumerConfig
        {
            BootstrapServers = Bootstrap,
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

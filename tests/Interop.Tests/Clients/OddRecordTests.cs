using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Interop.Tests.Support;

namespace Interop.Tests.Clients;

/// <summary>Records as any application may write them, shown by the messages tab's reader.</summary>
public sealed class OddRecordTests(SharedCluster shared)
{
    static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Times_of_any_unit_hide_nothing()
    {
        var cluster = await shared.GetAsync();
        long[] times = [1_795_000_000_000, 1_795_000_000_000_000, 1_795_000_000_000_000_000, 1_795_000_000, 4_102_444_800_000];
        var records = times.Select(t => new Message<byte[]?, byte[]?>
        {
            Value = "x"u8.ToArray(),
            Timestamp = new Timestamp(t, TimestampType.CreateTime),
        });
        await WriteAsync(cluster.Bootstrap, "odd-times", [.. records]);
        await using var reading = new Reading(cluster.Bootstrap);
        Assert.Equal(times.Reverse(), (await reading.LastAsync("odd-times")).Messages.Select(m => m.Timestamp));
    }

    [Theory]
    [InlineData(CompressionType.Gzip)]
    [InlineData(CompressionType.Snappy)]
    [InlineData(CompressionType.Lz4)]
    [InlineData(CompressionType.Zstd)]
    public async Task Every_codec_is_read(CompressionType codec)
    {
        var cluster = await shared.GetAsync();
        var topic = $"odd-{codec}".ToLowerInvariant();
        var values = Enumerable.Range(0, 20).Select(i => System.Text.Encoding.UTF8.GetBytes($"{i} {new string('x', 500)}"));
        await WriteAsync(cluster.Bootstrap, topic, [.. values.Select(v => new Message<byte[]?, byte[]?> { Value = v })], codec);
        await using var reading = new Reading(cluster.Bootstrap);
        var page = await reading.LastAsync(topic);
        Assert.Equal(20, page.Messages.Length);
        Assert.Empty(page.Partitions.SelectMany(p => p.Unreadable));
    }

    [Fact]
    public async Task Missing_and_empty_keys_values_and_headers_stay_apart()
    {
        var cluster = await shared.GetAsync();
        var headers = new Headers { { "h", "1"u8.ToArray() }, { "h", null }, { "", [0xff, 0] } };
        await WriteAsync(
            cluster.Bootstrap,
            "odd-nulls",
            [new() { Key = null, Value = null }, new() { Key = [], Value = [] }, new() { Key = [1], Value = [2], Headers = headers }]);
        await using var reading = new Reading(cluster.Bootstrap);
        var messages = (await reading.LastAsync("odd-nulls")).Messages;
        Assert.Equal(3, messages.Length);
        var (third, second, first) = (messages[0], messages[1], messages[2]);
        Assert.Equal((null, null), (first.Key, first.Value));
        Assert.Equal((0, 0), (second.Key!.Value.Length, second.Value!.Value.Length));
        Assert.Equal(["h", "h", ""], third.Headers.Select(h => h.Name));
        Assert.Equal([1, null, 2], third.Headers.Select(h => h.Value?.Length));
    }

    static async Task WriteAsync(
        string bootstrap,
        string topic,
        IReadOnlyList<Message<byte[]?, byte[]?>> messages,
        CompressionType codec = CompressionType.None)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        // some are older than any retention
        var kept = new Dictionary<string, string> { ["retention.ms"] = "-1" };
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, ReplicationFactor = 1, Configs = kept }]);
        using var producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig
        {
            BootstrapServers = bootstrap,
            CompressionType = codec,
            LingerMs = 50,
            EnableIdempotence = true,
        }).Build();
        await Task.WhenAll(messages.Select(m => producer.ProduceAsync(new TopicPartition(topic, 0), m, Token)));
    }
}

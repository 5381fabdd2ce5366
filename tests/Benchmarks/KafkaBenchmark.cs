using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Benchmarks;

/// <summary>
/// The same Confluent client on both: acks=all, factor 3, 6 partitions, records of 100 bytes. What is consumed was written in batches
/// of one size: how fast a side takes records must not decide in which pieces it gives them back.
/// </summary>
static class KafkaBenchmark
{
    const int Partitions = 6;
    const int Records = 300_000;
    const int Paced = 4_000;
    const int BatchRecords = 100;
    const int Readings = 7;

    public static async Task RunAsync(string bootstrap, string who, Table table)
    {
        var topic = await CreateTopicAsync(bootstrap);
        Produce(bootstrap, topic, 20_000); // warm on both sides
        table.Add("produce, acks=all", "records/s", who, Records / Produce(bootstrap, topic, Records), lowerIsBetter: false);
        table.Add("produce one at a time, acks=all, p99", "ms", who, await LatencyAsync(bootstrap, topic), lowerIsBetter: true);

        var filled = await CreateTopicAsync(bootstrap);
        Fill(bootstrap, filled);
        var times = Enumerable.Range(0, Readings).Select(_ => Consume(bootstrap, filled)).Order().ToList();
        table.Add("consume, median", "records/s", who, Records / times[Readings / 2], lowerIsBetter: false);
    }

    static async Task<string> CreateTopicAsync(string bootstrap)
    {
        var topic = "bench-" + Guid.NewGuid().ToString("N")[..8];
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = Partitions, ReplicationFactor = 3 }]);
        return topic;
    }

    static ProducerConfig Config(string bootstrap) => new()
    {
        BootstrapServers = bootstrap,
        Acks = Acks.All,
        EnableIdempotence = true,
        LingerMs = 5,
        QueueBufferingMaxMessages = 1_000_000,
    };

    static double Produce(string bootstrap, string topic, int records) =>
        Write(Config(bootstrap), records, _ => new TopicPartition(topic, Partition.Any));

    /// <summary>Batches wait until they are full, so that they are the same on both sides.</summary>
    static void Fill(string bootstrap, string topic)
    {
        var config = Config(bootstrap);
        config.LingerMs = 1000;
        config.BatchNumMessages = BatchRecords;
        Write(config, Records, i => new TopicPartition(topic, i % Partitions));
    }

    static double Write(ProducerConfig config, int records, Func<int, TopicPartition> placeOf)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(config).Build();
        var value = new byte[100];
        Random.Shared.NextBytes(value);
        var failed = 0;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < records; i++)
        {
            producer.Produce(placeOf(i), new Message<Null, byte[]> { Value = value }, report => failed += report.Error.IsError ? 1 : 0);
        }

        producer.Flush(TimeSpan.FromMinutes(2));
        return failed == 0 ? clock.Elapsed.TotalSeconds : throw new InvalidOperationException($"{failed} records were not written.");
    }

    static async Task<double> LatencyAsync(string bootstrap, string topic)
    {
        var config = Config(bootstrap);
        config.LingerMs = 0;
        using var producer = new ProducerBuilder<Null, byte[]>(config).Build();
        var value = new byte[100];
        var times = new List<double>(Paced);
        for (var i = 0; i < Paced; i++)
        {
            var clock = Stopwatch.StartNew();
            await producer.ProduceAsync(topic, new Message<Null, byte[]> { Value = value });
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        return times[Paced * 99 / 100];
    }

    /// <summary>
    /// Everything from the first record on. The client's queue has room for all:
    /// a full one makes it pause for a second, whoever it reads from.
    /// </summary>
    static double Consume(string bootstrap, string topic)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = topic,
            EnableAutoCommit = false,
            QueuedMinMessages = 2 * Records,
            QueuedMaxMessagesKbytes = 1 << 20,
        }).Build();
        consumer.Assign(Enumerable.Range(0, Partitions).Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        while (consumer.Consume(TimeSpan.FromSeconds(30)) is null)
        {
            // connecting; what counts begins with the first record
        }

        var clock = Stopwatch.StartNew();
        for (var i = 1; i < Records; i++)
        {
            _ = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException($"Only {i} records came.");
        }

        var seconds = clock.Elapsed.TotalSeconds;
        consumer.Close();
        return seconds;
    }
}

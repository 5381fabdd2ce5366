using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Benchmarks;

/// <summary>The same Confluent client on both: acks=all, factor 3, 6 partitions, records of 100 bytes.</summary>
static class KafkaBenchmark
{
    const int Records = 300_000;
    const int Paced = 4_000;

    public static async Task RunAsync(string bootstrap, string who, Table table)
    {
        var topic = "bench-" + Guid.NewGuid().ToString("N")[..8];
        using (var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build())
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 6, ReplicationFactor = 3 }]);
        }

        Produce(bootstrap, topic, 20_000); // warm on both sides
        table.Add("produce, acks=all", "records/s", who, Records / Produce(bootstrap, topic, Records), lowerIsBetter: false);
        table.Add("produce one at a time, acks=all, p99", "ms", who, await LatencyAsync(bootstrap, topic), lowerIsBetter: true);
        table.Add("consume", "records/s", who, Records / Consume(bootstrap, topic, Records), lowerIsBetter: false);
    }

    static ProducerConfig Config(string bootstrap) => new() { BootstrapServers = bootstrap, Acks = Acks.All, EnableIdempotence = true, LingerMs = 5, QueueBufferingMaxMessages = 1_000_000 };

    static double Produce(string bootstrap, string topic, int records)
    {
        using var producer = new ProducerBuilder<Null, byte[]>(Config(bootstrap)).Build();
        var value = new byte[100];
        Random.Shared.NextBytes(value);
        var failed = 0;
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < records; i++)
        {
            producer.Produce(topic, new Message<Null, byte[]> { Value = value }, report => failed += report.Error.IsError ? 1 : 0);
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

    static double Consume(string bootstrap, string topic, int records)
    {
        using var consumer = new ConsumerBuilder<Ignore, byte[]>(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = topic, AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Subscribe(topic);
        while (consumer.Consume(TimeSpan.FromSeconds(30)) is null)
        {
            // the group settles; what counts begins with the first record
        }

        var clock = Stopwatch.StartNew();
        for (var i = 1; i < records; i++)
        {
            _ = consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new InvalidOperationException($"Only {i} records came.");
        }

        var seconds = clock.Elapsed.TotalSeconds;
        consumer.Close();
        return seconds;
    }
}

using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Benchmarks;

/// <summary>A topic that is made and written in one go, record by record in turns to all of its partitions.</summary>
static class FilledTopic
{
    static readonly TimeSpan patience = TimeSpan.FromMinutes(5);

    /// <param name="config">Without the brokers.</param>
    public static async Task CreateAsync(
        string bootstrap, string topic, int partitions, long records, Func<long, byte[]> value, ProducerConfig? config = null)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrap }).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }]);
        config ??= new ProducerConfig();
        (config.BootstrapServers, config.Acks, config.LingerMs) = (bootstrap, Acks.Leader, 50);
        using var producer = new ProducerBuilder<Null, byte[]>(config).Build();
        for (var i = 0L; i < records; i++)
        {
            var message = new Message<Null, byte[]> { Value = value(i) };
            while (true)
            {
                try
                {
                    producer.Produce(new TopicPartition(topic, (int)(i % partitions)), message);
                    break;
                }
                catch (ProduceException<Null, byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(20));
                }
            }
        }

        producer.Flush(patience);
    }
}

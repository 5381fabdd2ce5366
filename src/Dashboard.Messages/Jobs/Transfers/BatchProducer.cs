using Confluent.Kafka;
using Dashboard.Messages.Producing;
using Dashboard.Monitoring;
using Producer = Confluent.Kafka.IProducer<byte[]?, byte[]?>;

namespace Dashboard.Messages.Jobs.Transfers;

/// <summary>How the producers of jobs are made and asked.</summary>
static class BatchProducer
{
    /// <summary>What a leader did not take within this is given up, and the batch with it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>As text for people: "castellan-job-1f…".</summary>
    public static string NameOf(string job) => $"castellan-job-{job}";

    /// <exception cref="InvalidOperationException">The cluster's definition has what cannot be written with.</exception>
    public static ProducerConfig Config(IClusterMonitor cluster)
    {
        var config = ProducerProperties.Config(ProducerProperties.Of(((ClusterMonitor)cluster).Options), "castellan-jobs", Patience);
        config.Acks = Acks.All;
        config.EnableIdempotence = true;
        config.Partitioner = Partitioner.Murmur2Random;
        config.LingerMs = 5;
        return config;
    }

    public static Producer Build(ProducerConfig config) => new ProducerBuilder<byte[]?, byte[]?>(config)
        .SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    /// <summary>Hands a batch over; waits where the client's queue is full.</summary>
    /// <param name="delivered">On the client's thread, once for each.</param>
    public static void Produce(
        Producer producer, IReadOnlyList<RecordToWrite> records, MessageShape shape, Action<DeliveryReport<byte[]?, byte[]?>> delivered)
    {
        foreach (var record in records)
        {
            var to = new TopicPartition(record.Topic, record.Partition is { } partition ? new Partition(partition) : Partition.Any);
            while (true)
            {
                try
                {
                    producer.Produce(to, shape.Of(record.Record), delivered);
                    break;
                }
                catch (ProduceException<byte[]?, byte[]?> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
                {
                    producer.Poll(TimeSpan.FromMilliseconds(100));
                }
            }
        }
    }
}

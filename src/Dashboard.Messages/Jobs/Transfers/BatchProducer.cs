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

    /// <summary>The topic's limit, and the broker's, decide; beyond this the client does not try.</summary>
    const int MostBytes = 64 << 20;

    /// <summary>As text for people: "castellan-job-1f…".</summary>
    public static string NameOf(string job) => $"castellan-job-{job}";

    /// <exception cref="InvalidOperationException">The cluster's definition has what cannot be written with.</exception>
    public static ProducerConfig Config(IClusterMonitor cluster) => new(ProducerProperties.Of(((ClusterMonitor)cluster).Options))
    {
        ClientId = "castellan-jobs",
        Acks = Acks.All,
        EnableIdempotence = true,
        Partitioner = Partitioner.Murmur2Random,
        MessageTimeoutMs = (int)Patience.TotalMilliseconds,
        MessageMaxBytes = MostBytes,
        LingerMs = 5,
        AllowAutoCreateTopics = false,
    };

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

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Dashboard.Monitoring;
using Kafka.Client;
using Kafka.Client.Producing;
using Kafka.Protocol.Records;
using Partitioner = Kafka.Client.Producing.Partitioner;

namespace Dashboard.Messages.Producing;

/// <summary>
/// Producers of single records: one for each cluster and each way to produce, as to be given a producer id takes as long as to send. They
/// write through the connections by which records are read, and end with them: when the cluster is removed, or defined otherwise.
/// </summary>
/// <param name="patience">What no leader acknowledged within this is given up; null: 10 s.</param>
public sealed class RecordProducers(TimeSpan? patience = null)
{
    // by the connections, not by the cluster's name: who is given another password must not be written to with the old one
    readonly ConditionalWeakTable<KafkaCluster, ConcurrentDictionary<ProduceOptions, RecordProducer>> known = [];

    internal TimeSpan Patience { get; } = patience ?? TimeSpan.FromSeconds(10);

    /// <exception cref="InvalidOperationException">The cluster has no Kafka.</exception>
    public RecordProducer Of(IClusterMonitor cluster, ProduceOptions options)
    {
        var kafka = cluster.Data.Kafka;
        // as many as there are ways to choose: three times five times three
        return known.GetOrCreateValue(kafka).GetOrAdd(options, asked => new RecordProducer(kafka, Options(asked)));
    }

    ProducerOptions Options(ProduceOptions asked) => new()
    {
        Acks = asked.Acks switch { "none" => Acks.None, "leader" => Acks.Leader, _ => Acks.All },
        Compression = Enum.Parse<CompressionType>(asked.Compression, ignoreCase: true),
        Partitioner = asked.Partitioner switch
        {
            "consistent" => Partitioner.Crc32,
            "random" => Partitioner.Random,
            _ => Partitioner.Murmur2,
        },
        Patience = Patience,
    };
}

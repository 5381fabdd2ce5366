using Confluent.Kafka;

namespace Dashboard.Messages.Producing;

/// <summary>How a producer of single records is set up.</summary>
static class SingleRecords
{
    /// <summary>The topic's limit, and the broker's, decide; beyond this the client does not try.</summary>
    const int MostBytes = 64 << 20;

    /// <param name="cluster">Of <see cref="ProducerProperties"/>.</param>
    public static ProducerConfig Config(
        IReadOnlyDictionary<string, string> cluster, ProduceOptions options, TimeSpan patience) => new(cluster.ToDictionary())
        {
            ClientId = "castellan",
            Acks = options.Acks switch { "none" => Acks.None, "leader" => Acks.Leader, _ => Acks.All },
            EnableIdempotence = options.Acks == "all",
            // who is not idempotent cannot send again without writing twice
            MessageSendMaxRetries = options.Acks == "all" ? null : 0,
            CompressionType = Enum.Parse<CompressionType>(options.Compression, ignoreCase: true),
            Partitioner = options.Partitioner switch
            {
                "consistent" => Partitioner.ConsistentRandom,
                "random" => Partitioner.Random,
                _ => Partitioner.Murmur2Random,
            },
            MessageTimeoutMs = (int)patience.TotalMilliseconds,
            MessageMaxBytes = MostBytes,
            LingerMs = 0,
            AllowAutoCreateTopics = false,
            // it stays open between records: a connection that died meanwhile is found out before one is sent
            SocketKeepaliveEnable = true,
        };
}

using Confluent.Kafka;

namespace Dashboard.Messages.Producing;

/// <summary>How a producer of single records is set up.</summary>
static class SingleRecords
{
    /// <param name="cluster">Of <see cref="ProducerProperties"/>.</param>
    public static ProducerConfig Config(IReadOnlyDictionary<string, string> cluster, ProduceOptions options, TimeSpan patience)
    {
        var config = ProducerProperties.Config(cluster.ToDictionary(), "castellan", patience);
        config.Acks = options.Acks switch { "none" => Acks.None, "leader" => Acks.Leader, _ => Acks.All };
        config.EnableIdempotence = options.Acks == "all";
        // who is not idempotent cannot send again without writing twice
        config.MessageSendMaxRetries = options.Acks == "all" ? null : 0;
        config.CompressionType = Enum.Parse<CompressionType>(options.Compression, ignoreCase: true);
        config.Partitioner = options.Partitioner switch
        {
            "consistent" => Partitioner.ConsistentRandom,
            "random" => Partitioner.Random,
            _ => Partitioner.Murmur2Random,
        };
        config.LingerMs = 0;
        // it stays open between records: a connection that died meanwhile is found out before one is sent
        config.SocketKeepaliveEnable = true;
        return config;
    }
}

using Kafka.Broker.Replication;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Handlers;

/// <summary>
/// What one broker's parts share; <see cref="KafkaBroker"/> composes it, and handlers take it as their only constructor argument.
/// Each part adds its own properties in a file of its own folder (this class is partial).
/// </summary>
public sealed partial class BrokerServices
{
    public required BrokerConfig Config { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public required TimeProvider Time { get; init; }

    public required PauseGate Gate { get; init; }

    public ReplicaManager Replicas { get; set; } = null!;

    public Producers.ProducerIdManager ProducerIds { get; set; } = null!;

    /// <summary>The address clients and other brokers reach this one at, known once the port is bound.</summary>
    public (string Host, int Port) Advertised { get; set; }
}

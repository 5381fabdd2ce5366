using Kafka.Broker.Metadata;
using Kafka.Broker.Registration;

namespace Kafka.Broker.Handlers;

/// <summary>What the control plane adds.</summary>
public sealed partial class BrokerServices
{
    /// <summary>The cluster as the controller told it.</summary>
    public MetadataCache Metadata { get; } = new();

    public ControlPlane Control { get; set; } = null!;
}

using System.Collections.Frozen;
using Kafka.Protocol.Messages;

namespace Kafka.Client;

/// <summary>A broker as metadata names it.</summary>
public readonly record struct BrokerAddress(int Id, string Host, int Port, string? Rack);

/// <summary>What the last metadata said of the brokers. Immutable; a new one replaces it.</summary>
/// <param name="ControllerId">-1 for none. In KRaft mode a random broker, which passes on what is for the controller.</param>
public sealed record ClusterView(string? ClusterId, int ControllerId, FrozenDictionary<int, BrokerAddress> Brokers)
{
    /// <summary>Before the first metadata: no brokers, no controller.</summary>
    public static ClusterView Empty { get; } = new(null, -1, FrozenDictionary<int, BrokerAddress>.Empty);

    internal static ClusterView From(MetadataResponse metadata) => new(
        metadata.ClusterId,
        metadata.ControllerId,
        metadata.Brokers.ToFrozenDictionary(
            broker => broker.NodeId,
            broker => new BrokerAddress(broker.NodeId, broker.Host, broker.Port, broker.Rack)));
}

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Readings;

/// <param name="ControllerId">Null: none. In KRaft mode a random broker.</param>
sealed record MetadataReading(
    string? ClusterId, int? ControllerId, ImmutableArray<BrokerAddress> Brokers, TopicTable Topics);

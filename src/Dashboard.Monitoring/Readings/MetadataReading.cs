using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Readings;

/// <param name="ControllerId">Null: none.</param>
sealed record MetadataReading(
    string? ClusterId, int? ControllerId, CoordinationMode Mode, ImmutableArray<BrokerAddress> Brokers, TopicTable Topics);

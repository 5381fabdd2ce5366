using System.Collections.Immutable;
using Kafka.Client;

namespace Dashboard.Monitoring.Readings;

/// <param name="Topics">Names of the topics ZooKeeper knows; null where they were not read.</param>
sealed record RegistrationReading(
    ImmutableArray<BrokerAddress> Brokers,
    int? ControllerId,
    int? ControllerEpoch,
    DateTimeOffset? ControllerSince,
    ImmutableHashSet<string>? Topics = null);

using System.Collections.Immutable;
using Dashboard.Monitoring.Model;
using Kafka.Client;

namespace Dashboard.Monitoring.Readings;

/// <param name="Topics">Names of the topics ZooKeeper knows; null where they were not read.</param>
/// <param name="Absence">Null where Kafka is, and where a Kafka address was given: it should be there.</param>
sealed record RegistrationReading(
    ImmutableArray<BrokerAddress> Brokers,
    int? ControllerId,
    int? ControllerEpoch,
    DateTimeOffset? ControllerSince,
    ImmutableHashSet<string>? Topics = null,
    KafkaAbsence? Absence = null);

namespace Kafka.Broker.Registration;

/// <summary>This broker cannot take its place in the cluster; the message says why and what to do.</summary>
sealed class BrokerRegistrationException(string message) : Exception(message);

namespace Kafka.Broker;

/// <summary>A configuration that cannot be used; the message names file, line and key.</summary>
public sealed class ConfigException(string message) : Exception(message);

namespace Kafka.Broker.Log;

/// <summary>Another broker, ours or Apache's, writes there: two would destroy the logs.</summary>
sealed class LogDirInUseException(string path) : IOException($"{path}/.lock is held by another process: stop the broker that uses it.");

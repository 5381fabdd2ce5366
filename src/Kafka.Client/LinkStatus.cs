namespace Kafka.Client;

/// <summary>What a client has to do with one address.</summary>
/// <param name="BrokerId">Null of a bootstrap address that is no broker's own.</param>
/// <param name="Connections">Open now.</param>
/// <param name="Failures">Attempts in a row that failed; 0 once one went well.</param>
/// <param name="RetryIn">Until then calls fail at once, and nothing is sent; null while it does not pause.</param>
/// <param name="Failure">Of the last attempt, or null.</param>
public sealed record LinkStatus(
    string Host, int Port, int? BrokerId, int Connections, int Failures, TimeSpan? RetryIn, KafkaException? Failure);

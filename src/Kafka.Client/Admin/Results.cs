using Kafka.Protocol;

namespace Kafka.Client.Admin;

/// <summary>Results of single items in an answer.</summary>
static class Results
{
    /// <summary>The value for code 0, else the refusal.</summary>
    internal static BrokerAnswer<T> Answer<T>(short code, Func<T> value, string? message = null) =>
        code == 0 ? new BrokerAnswer<T>(value()) : new BrokerAnswer<T>(new KafkaException((ErrorCode)code, message));

    /// <summary>Null for code 0, else the refusal.</summary>
    internal static KafkaException? Refusal(short code, string? message) => code == 0 ? null : new KafkaException((ErrorCode)code, message);
}

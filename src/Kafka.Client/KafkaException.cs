using Kafka.Protocol;

namespace Kafka.Client;

/// <summary>A call failed. For a refusal the message has Kafka's own words and the constant of its code.</summary>
public class KafkaException : Exception
{
    public KafkaException(ErrorCode code, string? detail = null)
        : base($"{ErrorCodes.Describe(code).Name}: {Words(code, detail)}") => (Code, Detail) = (code, Words(code, detail));

    protected KafkaException(ErrorCode code, string message, Exception? inner)
        : base(message, inner) => (Code, Detail) = (code, message);

    public ErrorCode Code { get; }

    /// <summary>The words alone: the broker's own, or what its code means.</summary>
    public string Detail { get; }

    /// <summary>Kafka's constant of the code, as UNKNOWN_TOPIC_OR_PARTITION.</summary>
    public string CodeName => ErrorCodes.Describe(Code).Name;

    /// <summary>Throws unless the code is 0.</summary>
    public static void ThrowIfError(short code, string? detail = null)
    {
        if (code != 0)
        {
            throw new KafkaException((ErrorCode)code, detail);
        }
    }

    static string Words(ErrorCode code, string? detail) => string.IsNullOrEmpty(detail) ? ErrorCodes.Describe(code).Message : detail;
}

/// <summary>No connection, or it was lost with the call under way: whether the call had an effect is then not known.</summary>
public sealed class KafkaUnreachableException : KafkaException
{
    public KafkaUnreachableException(string host, int port, string reason, Exception? inner = null)
        : base(ErrorCode.Network, $"{host}:{port} is unreachable: {reason}", inner) => (Host, Port) = (host, port);

    public string Host { get; }

    public int Port { get; }
}

/// <summary>No answer within the deadline. Whether the call had an effect is not known.</summary>
public sealed class KafkaTimeoutException : KafkaException
{
    public KafkaTimeoutException(string host, int port, string what, TimeSpan deadline)
        : base(ErrorCode.RequestTimedOut, $"{host}:{port} did not answer {what} within {deadline.TotalSeconds:0.###} s", null) => (Host, Port, Deadline) = (host, port, deadline);

    public string Host { get; }

    public int Port { get; }

    public TimeSpan Deadline { get; }
}

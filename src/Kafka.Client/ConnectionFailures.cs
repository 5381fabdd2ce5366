using Kafka.Protocol;
using Wire;
using Wire.Security;

namespace Kafka.Client;

/// <summary>No TLS with a broker, or one side speaks it and the other does not.</summary>
public sealed class KafkaTlsException(string host, int port, CodedText told, Exception? inner = null)
    : KafkaException(ErrorCode.Network, told, inner)
{
    internal KafkaTlsException(string host, int port, TlsException cause)
        : this(host, port, cause.Told, cause)
    {
    }

    /// <summary>By the name that it was asked for, without brackets.</summary>
    public string Host { get; } = host;

    /// <summary>As it was asked for.</summary>
    public int Port { get; } = port;

    public override FailureReason Reason => FailureReason.Tls;
}

/// <summary>
/// A broker does not let this client in: wrong credentials, another mechanism, a login where none is wanted or none where one is. Never
/// has a secret.
/// </summary>
public sealed class KafkaAuthenticationException(
    string host, int port, CodedText told, ErrorCode code = ErrorCode.SaslAuthenticationFailed, Exception? inner = null)
    : KafkaException(code, told, inner)
{
    /// <summary>By the name that it was asked for, without brackets.</summary>
    public string Host { get; } = host;

    /// <summary>As it was asked for.</summary>
    public int Port { get; } = port;

    public override FailureReason Reason => FailureReason.Authentication;
}

/// <summary>Something listens there that is no Kafka broker.</summary>
public sealed class NotKafkaException(string host, int port, CodedText told, Exception? inner = null)
    : KafkaException(ErrorCode.CorruptMessage, told, inner)
{
    /// <summary>By the name that it was asked for, without brackets.</summary>
    public string Host { get; } = host;

    /// <summary>As it was asked for.</summary>
    public int Port { get; } = port;
}

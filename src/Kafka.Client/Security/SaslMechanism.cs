using Wire;

namespace Kafka.Client.Security;

/// <summary>
/// One way to say who a client is (RFC 4422), with its credentials; made once for all connections of a client. Never prints a secret.
/// </summary>
public abstract class SaslMechanism
{
    /// <summary>As sasl.mechanism names it.</summary>
    public abstract string Name { get; }

    /// <summary>Whom it logs in, for messages: a user, a client id. Null where only the server can tell.</summary>
    public abstract string? Principal { get; }

    /// <summary>What to look at when the server refuses the login: one sentence.</summary>
    internal abstract CodedText Remedy { get; }

    /// <summary>Begins the exchange of one login.</summary>
    /// <param name="host">The broker, by the name that it is known by.</param>
    /// <exception cref="SaslException">There are no credentials to log in with.</exception>
    internal abstract ValueTask<ISaslExchange> BeginAsync(string host, CancellationToken cancellationToken);

    public override string ToString() => Name;
}

/// <summary>The messages of one login. One caller's, used once.</summary>
interface ISaslExchange : IDisposable
{
    /// <summary>The first message, which is the client's in all of these mechanisms.</summary>
    byte[] First();

    /// <summary>The answer to what the server said; null when the login is complete.</summary>
    /// <exception cref="SaslException">The server said what it must not, or could not prove who it is.</exception>
    byte[]? Next(ReadOnlySpan<byte> challenge);

    /// <summary>What the server has against the credentials, where the mechanism has words of its own for that.</summary>
    string? Refusal => null;
}

/// <summary>A login that cannot go on: why, for people, to follow "The login at HOST:PORT failed: ". Without a secret.</summary>
sealed class SaslException(string message, Exception? inner = null) : Exception(message, inner);

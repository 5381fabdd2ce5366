using Kafka.Client.Security;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client;

/// <summary>
/// Logs one connection in (KIP-152), and again before its session ends where the broker gives it an end (KIP-368). The second time happens
/// between two requests: nothing else is sent meanwhile.
/// </summary>
sealed class SaslLogin(KafkaConnection connection, SaslMechanism mechanism, KafkaClientOptions options)
{
    /// <summary>No mechanism needs more; a server that goes on and on is none.</summary>
    const int MaxExchanges = 16;

    /// <summary>As Apache's clients: some time before the end, and not all at the same moment.</summary>
    const double Earliest = 0.85;
    const double Spread = 0.10;

    /// <summary>A broker takes no second login within a second of the first.</summary>
    static readonly TimeSpan minInterval = TimeSpan.FromSeconds(1.1);

    readonly SemaphoreSlim turn = new(1);
    long since;
    TimeSpan renewAfter;

    /// <summary>What the broker gave the session; null for one without an end.</summary>
    internal TimeSpan? SessionLifetime { get; private set; }

    string Peer => HostPort.Format(connection.Host, connection.Port);

    /// <exception cref="KafkaAuthenticationException">The broker does not let this client in, or it has no credentials to show.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var exchange = await mechanism.BeginAsync(connection.Host, cancellationToken).ConfigureAwait(false);
            await ChooseMechanismAsync(cancellationToken).ConfigureAwait(false);
            Note(await ExchangeAsync(exchange, cancellationToken).ConfigureAwait(false));
        }
        catch (SaslException e)
        {
            throw Refused($"The login at {Peer} failed: {Ended(e.Message)}", ErrorCode.SaslAuthenticationFailed, e);
        }
        catch (KafkaTimeoutException e)
        {
            throw e.BeforeRequest();
        }
        catch (KafkaUnreachableException e)
        {
            throw e.BeforeRequest();
        }
    }

    /// <summary>Sends on a session with an end: renewed first when that is near.</summary>
    internal async Task<T> BetweenAsync<T>(Func<Task<T>> send, CancellationToken cancellationToken)
    {
        Task<T> sent;
        await turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (options.Time.GetElapsedTime(since) >= renewAfter)
            {
                await RenewAsync(cancellationToken).ConfigureAwait(false);
            }

            sent = send(); // enqueued when this returns
        }
        finally
        {
            turn.Release();
        }

        return await sent.ConfigureAwait(false);
    }

    /// <summary>A connection whose login was given up half way is of no use any more.</summary>
    async Task RenewAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            connection.Abort(e is KafkaException failed ? failed.Detail : "its caller did not wait for the login");
            throw;
        }
    }

    async Task ChooseMechanismAsync(CancellationToken cancellationToken)
    {
        var request = new SaslHandshakeRequest { Mechanism = mechanism.Name };
        var answer = await connection.ExchangeAsync(request, cancellationToken, options.ConnectTimeout).ConfigureAwait(false);
        var code = (ErrorCode)answer.ErrorCode;
        if (code != ErrorCode.None)
        {
            throw Refused(
                code switch
                {
                    ErrorCode.IllegalSaslState =>
                        $"{Peer} is a listener without SASL; set security.protocol={Without()}, or connect to a listener with SASL.",
                    ErrorCode.UnsupportedSaslMechanism =>
                        $"{Peer} does not have the SASL mechanism {mechanism.Name}; it has {Words(answer.Mechanisms)}. "
                        + $"Set sasl.mechanism to one of those, or enable {mechanism.Name} with sasl.enabled.mechanisms of the broker.",
                    _ => $"{Peer} refuses the SASL handshake: {ErrorCodes.Describe(code).Message}",
                },
                code);
        }
    }

    /// <summary>Milliseconds of the session; 0 for one without an end.</summary>
    async Task<long> ExchangeAsync(ISaslExchange exchange, CancellationToken cancellationToken)
    {
        var message = exchange.First();
        for (var i = 0; i < MaxExchanges; i++)
        {
            var request = new SaslAuthenticateRequest { AuthBytes = message };
            var answer = await connection.ExchangeAsync(request, cancellationToken, options.ConnectTimeout).ConfigureAwait(false);
            if ((ErrorCode)answer.ErrorCode != ErrorCode.None)
            {
                throw Refused(Refusal(answer, exchange.Refusal), (ErrorCode)answer.ErrorCode);
            }

            if (exchange.Next(answer.AuthBytes.Span) is not { } next)
            {
                return answer.SessionLifetimeMs;
            }

            message = next;
        }

        throw Refused($"{Peer} does not come to an end with the login by {mechanism.Name}.", ErrorCode.SaslAuthenticationFailed);
    }

    void Note(long sessionMs)
    {
        since = options.Time.GetTimestamp();
        SessionLifetime = sessionMs > 0 ? TimeSpan.FromMilliseconds(Math.Min(sessionMs, TimeSpan.MaxValue.TotalMilliseconds / 2)) : null;
        var near = SessionLifetime is { } life ? life * (Earliest + (Spread * Random.Shared.NextDouble())) : TimeSpan.MaxValue;
        renewAfter = near > minInterval ? near : minInterval;
    }

    string Refusal(SaslAuthenticateResponse answer, string? mechanismWords)
    {
        var whom = mechanism.Principal is { } principal ? $"{principal} by {mechanism.Name}" : $"the login by {mechanism.Name}";
        var broker = string.IsNullOrEmpty(answer.ErrorMessage) ? "it does not say why" : answer.ErrorMessage.TrimEnd('.');
        var remedy = Ended(char.ToUpperInvariant(mechanism.Remedy[0]) + mechanism.Remedy[1..]);
        return $"{Peer} refuses {whom}: {mechanismWords ?? broker}. {remedy}";
    }

    string Without() => options.Security.Tls is null ? "PLAINTEXT" : "SSL";

    static string Words(List<string> mechanisms) => mechanisms.Count > 0 ? string.Join(", ", mechanisms) : "none";

    static string Ended(string sentence) => sentence.EndsWith('?') ? sentence : sentence + ".";

    KafkaAuthenticationException Refused(string message, ErrorCode code, Exception? inner = null) =>
        new(connection.Host, connection.Port, message, code, inner);
}

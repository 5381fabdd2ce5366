using Kafka.Client.Security;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client;

/// <summary>
/// Logs one connection in (KIP-152; without SaslAuthenticate, as before Kafka 1.0, by KIP-43), and again before its session ends where the
/// broker gives it an end (KIP-368). The second time happens between two requests: nothing else is sent meanwhile.
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

    /// <summary>The broker takes the mechanism's messages bare, and refuses by closing the connection.</summary>
    bool IsBare => !connection.Supports(ApiKey.SaslAuthenticate);

    string Peer => HostPort.Format(connection.Host, connection.Port);

    /// <exception cref="KafkaAuthenticationException">The broker does not let this client in, or it has no credentials to show.</exception>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        // a bare login ends with no frame where Java's server has nothing more to say, as with GSSAPI: the wait for it would time out
        if (IsBare && mechanism is GssapiMechanism)
        {
            throw Refused(
                CodedText.Of(
                    "TooOldForKerberos",
                    $"{Peer} is older than Kafka 1.0, and {mechanism.Name} is not possible with it here: use SCRAM or PLAIN."),
                ErrorCode.UnsupportedSaslMechanism);
        }

        try
        {
            // before the handshake: fetching a token may take longer than the broker waits for a login
            using var exchange = await mechanism.BeginAsync(connection.Host, cancellationToken).ConfigureAwait(false);
            await ChooseMechanismAsync(cancellationToken).ConfigureAwait(false);
            Note(await ExchangeAsync(exchange, cancellationToken).ConfigureAwait(false));
        }
        catch (SaslException e)
        {
            throw Refused(
                CodedText.Of("LoginFailed", $"The login at {Peer} failed: {Ended(e.Message)}"), ErrorCode.SaslAuthenticationFailed, e);
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

        // outside the turn: only sending has to wait for a login, answers do not
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
        // SaslHandshake v0 is what makes a broker expect bare messages (KIP-43)
        var answer = await connection.ExchangeAsync(request, cancellationToken, options.ConnectTimeout, IsBare ? (short)0 : null)
            .ConfigureAwait(false);
        var code = (ErrorCode)answer.ErrorCode;
        if (code != ErrorCode.None)
        {
            throw Refused(
                code switch
                {
                    ErrorCode.IllegalSaslState =>
                        CodedText.Of(
                            "ListenerWithoutSasl",
                            $"{Peer} is a listener without SASL; set security.protocol={Without()}, or connect to a listener with SASL."),
                    ErrorCode.UnsupportedSaslMechanism =>
                        CodedText.Of(
                            "MechanismNotEnabled",
                            $"{Peer} does not have the SASL mechanism {mechanism.Name}; it has {Words(answer.Mechanisms)}. Set "
                            + $"sasl.mechanism to one of those, or enable {mechanism.Name} with sasl.enabled.mechanisms of the broker."),
                    _ => CodedText.Plain($"{Peer} refuses the SASL handshake: {ErrorCodes.Describe(code).Message}"),
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
            var (challenge, sessionMs) = IsBare
                ? (await SayBareAsync(message, cancellationToken).ConfigureAwait(false), 0L)
                : await SayAsync(message, exchange, cancellationToken).ConfigureAwait(false);
            if (exchange.Next(challenge.Span) is not { } next)
            {
                return sessionMs;
            }

            message = next;
        }

        throw Refused($"{Peer} does not come to an end with the login by {mechanism.Name}.", ErrorCode.SaslAuthenticationFailed);
    }

    async Task<(ReadOnlyMemory<byte> Challenge, long SessionMs)> SayAsync(
        byte[] message, ISaslExchange exchange, CancellationToken cancellationToken)
    {
        var request = new SaslAuthenticateRequest { AuthBytes = message };
        var answer = await connection.ExchangeAsync(request, cancellationToken, options.ConnectTimeout).ConfigureAwait(false);
        return (ErrorCode)answer.ErrorCode == ErrorCode.None
            ? (answer.AuthBytes, answer.SessionLifetimeMs)
            : throw Refused(Refusal(WordsOf(answer, exchange)), (ErrorCode)answer.ErrorCode);
    }

    async Task<ReadOnlyMemory<byte>> SayBareAsync(byte[] message, CancellationToken cancellationToken)
    {
        try
        {
            return await connection.ExchangeTokenAsync(message, options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaUnreachableException e)
        {
            var silent = CodedText.Of("RefusedInSilence", $"it closed the connection, which is how Kafka before 1.0 refuses a login");
            throw Refused(Refusal(silent), ErrorCode.SaslAuthenticationFailed, e);
        }
    }

    void Note(long sessionMs)
    {
        // the session runs from the end of the login: KIP-368 counts from the broker's answer
        since = options.Time.GetTimestamp();
        // half of the maximum: connections.max.reauth.ms may be Long.MAX_VALUE, and a TimeSpan is multiplied below
        SessionLifetime = sessionMs > 0 ? TimeSpan.FromMilliseconds(Math.Min(sessionMs, TimeSpan.MaxValue.TotalMilliseconds / 2)) : null;
        var near = SessionLifetime is { } life ? life * (Earliest + (Spread * Random.Shared.NextDouble())) : TimeSpan.MaxValue;
        renewAfter = near > minInterval ? near : minInterval;
    }

    CodedText Refusal(CodedText why)
    {
        var whom = mechanism.Principal is { } principal
            ? CodedText.Of("LoginOf", $"{principal} by {mechanism.Name}")
            : CodedText.Of("LoginBy", $"the login by {mechanism.Name}");
        return CodedText.Of("LoginRefused", $"{Peer} refuses {whom}: {why}. {mechanism.Remedy}");
    }

    static CodedText WordsOf(SaslAuthenticateResponse answer, ISaslExchange exchange) =>
        exchange.Refusal is { } words ? words
        : string.IsNullOrEmpty(answer.ErrorMessage) ? CodedText.Of("SaysNotWhy", $"it does not say why")
        : answer.ErrorMessage.TrimEnd('.');

    string Without() => options.Security.Tls is null ? "PLAINTEXT" : "SSL";

    static string Words(List<string> mechanisms) => mechanisms.Count > 0 ? string.Join(", ", mechanisms) : "none";

    static string Ended(string sentence) => sentence.EndsWith('?') ? sentence : sentence + ".";

    KafkaAuthenticationException Refused(CodedText told, ErrorCode code, Exception? inner = null) =>
        new(connection.Host, connection.Port, told, code, inner);
}

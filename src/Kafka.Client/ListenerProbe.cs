using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Kafka.Client.Security;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;
using Wire.Security;

namespace Kafka.Client;

/// <summary>
/// What listens at an address. Asked only after a connection failed in a way that has several causes, so that the error names the one it
/// is: most servers just close the connection on who speaks another protocol. Nothing secret is sent. Each question takes a second at most.
/// </summary>
static class ListenerProbe
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(1);

    /// <summary>Metadata was asked of what votes and has none: only listeners of brokers have it (KIP-595).</summary>
    internal static NotKafkaException IsController(string host, int port) => new(
        host, port,
        CodedText.Of(
            "IsController",
            $"{HostPort.Format(host, port)} is a listener of a KRaft controller, not of a broker; name brokers in bootstrap.servers."));

    /// <summary>TLS was begun, and what answers does not speak it.</summary>
    internal static async Task<KafkaException> ExplainNotTlsAsync(
        string host, int port, KafkaClientOptions options, TlsException failure, CancellationToken cancellationToken)
    {
        var (peer, plain) = (HostPort.Format(host, port), options.Security.Sasl is null ? "PLAINTEXT" : "SASL_PLAINTEXT");
        return await IsKafkaAsync(host, port, options, cancellationToken).ConfigureAwait(false)
            ? new KafkaTlsException(
                host,
                port,
                CodedText.Of(
                    "ListenerWithoutTls",
                    $"{peer} is a Kafka listener without TLS; set security.protocol={plain}, or connect to a listener with TLS."),
                failure)
            : new KafkaTlsException(host, port, failure);
    }

    /// <summary>A connection without TLS ended before the first request, ApiVersions, was answered.</summary>
    internal static async Task<KafkaException> ExplainUnansweredAsync(
        string host, int port, KafkaClientOptions options, KafkaUnreachableException failure, CancellationToken cancellationToken)
    {
        var peer = HostPort.Format(host, port);
        var begins = (failure.InnerException as FrameTooLongException)?.Length;
        if (begins is { } first
            ? ForeignProtocols.IsTls(first)
            : await SpeaksTlsAsync(host, port, options, cancellationToken).ConfigureAwait(false))
        {
            var secured = options.Security.Sasl is null ? "SSL (or SASL_SSL)" : "SASL_SSL";
            return new KafkaTlsException(
                host, port, CodedText.Of("ListenerWithTls", $"{peer} is a listener with TLS; set security.protocol={secured}."), failure);
        }

        if (begins is { } bytes)
        {
            return NotKafka(ForeignProtocols.Words(bytes) ?? ForeignProtocols.AnswerBegins($"{bytes:X8}"));
        }

        return await IsZooKeeperAsync(host, port, options, cancellationToken).ConfigureAwait(false)
            ? NotKafka(CodedText.Of("IsZooKeeper", $"it is a ZooKeeper"))
            : failure;

        NotKafkaException NotKafka(CodedText what) => new(
            host, port,
            CodedText.Of("NoBroker", $"{peer} is no Kafka broker: {what}. Check bootstrap.servers and advertised.listeners."), failure);
    }

    /// <summary>
    /// A connection without SASL was closed by the broker at the first request after ApiVersions, as a listener with SASL does it.
    /// </summary>
    internal static async Task<KafkaException> ExplainClosedAsync(
        string host, int port, KafkaClientOptions options, KafkaUnreachableException failure, CancellationToken cancellationToken)
    {
        try
        {
            // no mechanism has that name: a listener with SASL answers with those it has, and no login is begun
            var request = new SaslHandshakeRequest { Mechanism = "?" };
            var answer = await AskAsync(host, port, options.Security, options, request, cancellationToken).ConfigureAwait(false);
            var secured = options.Security.Tls is null ? "SASL_PLAINTEXT" : "SASL_SSL";
            return (ErrorCode)answer.ErrorCode != ErrorCode.UnsupportedSaslMechanism
                ? failure
                : new KafkaAuthenticationException(
                    host,
                    port,
                    CodedText.Of(
                        "WantsLogin",
                        $"{HostPort.Format(host, port)} wants a login by SASL ({string.Join(", ", answer.Mechanisms)}); "
                        + $"set security.protocol={secured}, sasl.mechanism and sasl.jaas.config."),
                    ErrorCode.IllegalSaslState,
                    failure);
        }
        catch (KafkaException)
        {
            return failure;
        }
    }

    static async Task<bool> IsKafkaAsync(string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(host, port, KafkaSecurity.Plaintext, options, new ApiVersionsRequest(), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (KafkaException)
        {
            return false;
        }
    }

    /// <summary>One request on a connection of its own, which is not asked about in turn.</summary>
    static async Task<TResponse> AskAsync<TResponse>(
        string host,
        int port,
        KafkaSecurity security,
        KafkaClientOptions options,
        IKafkaRequest<TResponse> request,
        CancellationToken cancellationToken)
        where TResponse : IKafkaResponse
    {
        var quick = options with { Security = security, ConnectTimeout = Shorter(options) };
        var connection = await KafkaConnection.OpenAsync(host, port, quick, cancellationToken).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await connection.ExchangeAsync(request, cancellationToken, quick.ConnectTimeout, request.Lowest).ConfigureAwait(false);
        }
    }

    /// <summary>Whatever its certificate: only whether there is TLS is asked.</summary>
    static async Task<bool> SpeaksTlsAsync(string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await SocketAsync(host, port, options, cancellationToken).ConfigureAwait(false);
            var stream = new SslStream(new NetworkStream(socket), leaveInnerStreamOpen: false, (_, _, _, _) => true);
            await using (stream.ConfigureAwait(false))
            {
                using var deadline = new CancellationTokenSource(Shorter(options), options.Time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
                await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, either.Token)
                    .ConfigureAwait(false);
                return true;
            }
        }
        catch (AuthenticationException e) when (!IsLost(e))
        {
            // an alert is an answer in TLS, whatever it says
            return HandshakeFailures.Explain(e, host, showedOwn: false).Failure != TlsFailure.NotTls;
        }
        catch (AuthenticationException)
        {
            return false;
        }
        catch (Exception e) when (IsNoAnswer(e, cancellationToken))
        {
            return false;
        }
    }

    /// <summary>By its four-letter word srvr, which is allowed unless forbidden.</summary>
    static async Task<bool> IsZooKeeperAsync(string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        try
        {
            using var socket = await SocketAsync(host, port, options, cancellationToken).ConfigureAwait(false);
            using var deadline = new CancellationTokenSource(Shorter(options), options.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
            await socket.SendAsync("srvr"u8.ToArray(), either.Token).ConfigureAwait(false);
            var answer = new byte[64];
            var length = await socket.ReceiveAsync(answer, either.Token).ConfigureAwait(false);
            var text = Encoding.ASCII.GetString(answer, 0, length);
            return text.StartsWith("Zookeeper version", StringComparison.Ordinal)
                // "srvr is not executed because it is not in the whitelist."
                || text.StartsWith("srvr is not", StringComparison.Ordinal);
        }
        catch (Exception e) when (IsNoAnswer(e, cancellationToken))
        {
            return false;
        }
    }

    static async Task<Socket> SocketAsync(string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var quick = options with { ConnectTimeout = Shorter(options) };
        var addresses = await AddressResolver.ResolveAsync(host, port, quick, cancellationToken).ConfigureAwait(false);
        return await SocketConnector.ConnectAsync(host, port, addresses, quick, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// The connection ended, and with it the handshake. That proves nothing: a tunnel or load balancer whose broker is dead ends it, too.
    /// </summary>
    static bool IsLost(Exception? e) => e is not null && (e is SocketException or IOException || IsLost(e.InnerException));

    static bool IsNoAnswer(Exception e, CancellationToken cancellationToken) =>
        e is KafkaException or SocketException or IOException
        || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    static TimeSpan Shorter(KafkaClientOptions options) => options.ConnectTimeout < patience ? options.ConnectTimeout : patience;
}

using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;
using Wire.Security;

namespace Kafka.Client;

/// <summary>
/// One socket to one broker. Requests are pipelined: they are sent as they come and answered in that order. Thread safe; the read loop
/// alone completes calls. When the socket closes, every call under way ends with <see cref="KafkaUnreachableException"/>. A broker takes
/// the next request of a connection when it has answered the one before: <see cref="KafkaCluster"/> keeps callers apart, each on a
/// connection of its own.
/// </summary>
public sealed partial class KafkaConnection : IAsyncDisposable
{
    const string ClosedByBroker = "the broker closed the connection";

    readonly KafkaClientOptions options;
    readonly Connection connection;
    readonly ConcurrentDictionary<int, PendingCall> pending = new();
    readonly Task reading;
    IReadOnlyDictionary<ApiKey, (short Min, short Max)> versions = new Dictionary<ApiKey, (short, short)>();
    volatile string? closed;
    int lastCorrelationId;

    /// <summary>Why reading ended; null when the broker ended the stream between two answers. Set before calls are failed.</summary>
    Exception? cause;

    /// <summary>Null without SASL.</summary>
    SaslLogin? login;

    /// <summary>Answers that came before the first request of a caller.</summary>
    long preparing;

    KafkaConnection(string host, int port, KafkaClientOptions options, Socket socket, SslStream? secured)
    {
        Host = host;
        Port = port;
        this.options = options;
        connection = new Connection(
            socket,
            new ConnectionOptions { MaxFrameLength = options.MaxResponseBytes, IdleTimeout = options.IdleTimeout, Time = options.Time },
            options.Gate,
            secured);
        reading = Task.Run(ReadAsync);
    }

    /// <summary>As metadata or the bootstrap addresses name it, not where the address map leads.</summary>
    public string Host { get; }

    /// <summary>Of that name.</summary>
    public int Port { get; }

    /// <summary>By either side. It stays so: a closed connection is replaced, never opened again.</summary>
    public bool IsClosed => closed is not null || connection.Closed.IsCancellationRequested;

    /// <summary>Calls sent and not answered yet.</summary>
    public int InFlight => pending.Count;

    /// <summary>Their names, to say what is waited for.</summary>
    internal IEnumerable<string> Unanswered => pending.Values.Select(call => call.Name);

    /// <summary>Connects, by TLS where that is set, learns the broker's versions and logs in where SASL is set.</summary>
    /// <exception cref="KafkaUnreachableException">No connection, or one to another cluster.</exception>
    /// <exception cref="KafkaTimeoutException">No answer.</exception>
    /// <exception cref="KafkaTlsException">No TLS.</exception>
    /// <exception cref="KafkaAuthenticationException">The broker does not let this client in.</exception>
    /// <exception cref="NotKafkaException">Something else listens there.</exception>
    public static async Task<KafkaConnection> ConnectAsync(
        string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(host, port, options, cancellationToken).ConfigureAwait(false);
        try
        {
            await connection.NegotiateAsync(cancellationToken).ConfigureAwait(false);
            await connection.LogInAsync(cancellationToken).ConfigureAwait(false);
            if (options.Cluster is { } expected)
            {
                await expected.RequireAsync(connection, options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            }

            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The connection alone: nothing is known of the broker yet.</summary>
    internal static async Task<KafkaConnection> OpenAsync(
        string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var addresses = await AddressResolver.ResolveAsync(host, port, options, cancellationToken).ConfigureAwait(false);
        var socket = await SocketConnector.ConnectAsync(host, port, addresses, options, cancellationToken).ConfigureAwait(false);
        var secured = await TlsHandshake.RunAsync(socket, host, port, options, cancellationToken).ConfigureAwait(false);
        return new KafkaConnection(host, port, options, socket, secured);
    }

    /// <summary>Over what was opened before, step by step.</summary>
    internal static KafkaConnection Over(string host, int port, KafkaClientOptions options, Socket socket, SslStream? secured) =>
        new(host, port, options, socket, secured);

    /// <summary>The first exchange. What it fails with is explained: it is here that most misunderstandings show.</summary>
    internal async Task<ApiVersionsResponse> NegotiateAsync(CancellationToken cancellationToken)
    {
        try
        {
            var told = await VersionNegotiation.RunAsync(this, options, cancellationToken).ConfigureAwait(false);
            // taken before the first request of a caller: see WasClosedAtFirst
            preparing = connection.Frames.FramesRead;
            // distinct: a broker of another make that lists an API twice must not cost the connection
            versions = told.ApiKeys.DistinctBy(api => api.ApiKey)
                .ToDictionary(api => (ApiKey)api.ApiKey, api => (api.MinVersion, api.MaxVersion));
            return told;
        }
        catch (KafkaUnreachableException e)
        {
            throw options.Security.Tls is not { } tls
                    ? await ListenerProbe.ExplainUnansweredAsync(Host, Port, options, e, cancellationToken).ConfigureAwait(false)
                : cause is not null && HandshakeFailures.IsAboutOwnCertificate(cause)
                    ? new KafkaTlsException(
                        Host, Port, HandshakeFailures.Explain(cause, HostPort.Format(Host, Port), tls.ShowsCertificate))
                : e;
        }
    }

    internal async Task LogInAsync(CancellationToken cancellationToken)
    {
        if (options.Security.Sasl is { } mechanism)
        {
            var first = new SaslLogin(this, mechanism, options);
            await first.RunAsync(cancellationToken).ConfigureAwait(false);
            // only now: while it runs, its own requests must not wait for a login
            login = first;
        }
    }

    /// <summary>
    /// Sends a request in the highest version that both sides have, or in the one given, and waits for the answer at most
    /// <paramref name="timeout"/> (<see cref="KafkaClientOptions.RequestTimeout"/> when null). Byte fields of the answer are the caller's
    /// to keep.
    /// </summary>
    /// <exception cref="KafkaException">
    /// UNSUPPORTED_VERSION: no common version, or the version has no room for a value of the request.
    /// </exception>
    public Task<TResponse> SendAsync<TResponse>(
        IKafkaRequest<TResponse> request, CancellationToken cancellationToken, TimeSpan? timeout = null, short? version = null)
        where TResponse : IKafkaResponse =>
        login is { SessionLifetime: not null } session
            ? session.BetweenAsync(() => ExchangeAsync(request, cancellationToken, timeout, version), cancellationToken)
            : ExchangeAsync(request, cancellationToken, timeout, version);

    /// <summary>What the broker gave the session of this connection; null for one without an end.</summary>
    internal TimeSpan? SessionLifetime => login?.SessionLifetime;

    /// <summary>The same without regard to the login, of which it may be a part. The request is enqueued when this returns.</summary>
    internal async Task<TResponse> ExchangeAsync<TResponse>(
        IKafkaRequest<TResponse> request, CancellationToken cancellationToken, TimeSpan? timeout = null, short? version = null)
        where TResponse : IKafkaResponse
    {
        var call = new PendingCall(request, version ?? PickVersion(request));
        var correlationId = Interlocked.Increment(ref lastCorrelationId);
        var frame = Encode(call, correlationId);
        // before it is sent: the answer may be here before Enqueue returns
        pending[correlationId] = call;
        options.Counts?.Add(request.Key);
        if (!connection.Enqueue(frame))
        {
            // it never left this process
            Fail(correlationId, Closed());
        }
        // the read loop may have ended, and failed all calls it knew, just before this one was added
        else if (IsClosed)
        {
            Fail(correlationId, Lost(call));
        }

        var deadline = timeout ?? options.RequestTimeout;
        try
        {
            return (TResponse)await call.Answer.WaitAsync(deadline, options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw KafkaTimeoutException.Unanswered(Host, Port, call.Name, deadline);
        }
        catch (KafkaUnreachableException e) when (WasClosedAtFirst)
        {
            throw await ListenerProbe.ExplainClosedAsync(Host, Port, options, e, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // after a timeout too: a late answer then finds no call and is dropped
            pending.TryRemove(correlationId, out _);
        }
    }

    /// <summary>Sends a request that has no answer: Produce with acks 0.</summary>
    public Task SendWithoutResponseAsync(IKafkaRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return login is { SessionLifetime: not null } session ? session.BetweenAsync(EnqueueAsync, cancellationToken) : EnqueueAsync();

        Task<bool> EnqueueAsync()
        {
            var frame = Encode(new PendingCall(request, PickVersion(request)), Interlocked.Increment(ref lastCorrelationId));
            options.Counts?.Add(request.Key);
            return connection.Enqueue(frame) ? Task.FromResult(true) : Task.FromException<bool>(Closed());
        }
    }

    /// <summary>Closes the socket; calls under way end with an error that has the reason.</summary>
    public void Abort(string reason)
    {
        closed ??= reason;
        connection.Abort(reason);
    }

    public async ValueTask DisposeAsync()
    {
        closed ??= "closed by this side";
        await connection.DisposeAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
    }

    /// <summary>
    /// The broker ended the stream without having answered any caller, and nobody has logged in: a broker that stops does so too.
    /// </summary>
    bool WasClosedAtFirst =>
        options.Security.Sasl is null && preparing > 0 && cause is null && connection.Frames.FramesRead == preparing
        && closed == ClosedByBroker;

    WireWriter Encode(PendingCall call, int correlationId)
    {
        try
        {
            return KafkaHeaders.RequestFrame(call.Request, call.Version, correlationId, options.ClientId);
        }
        catch (WireFormatException e)
        {
            throw new KafkaException(ErrorCode.UnsupportedVersion, $"{call.Name} to {HostPort.Format(Host, Port)}: {e.Message}");
        }
    }

    async Task ReadAsync()
    {
        var reason = ClosedByBroker;
        try
        {
            while (await connection.Frames.ReadAsync(connection.Closed).ConfigureAwait(false) is { } frame)
            {
                Complete(frame);
            }
        }
        catch (Exception e)
        {
            cause = e;
            reason = e is OperationCanceledException ? "the connection was closed" : e.Message;
        }

        closed ??= reason;
        connection.Abort(closed);
        // after the socket is closed: a call added from now on sees IsClosed and fails itself
        foreach (var (correlationId, call) in pending)
        {
            Fail(correlationId, Lost(call));
        }

        Volatile.Read(ref token)?.TrySetException(Closed());
    }

    /// <summary>Takes the frame over. A frame that cannot be read ends the connection: what follows it cannot be trusted.</summary>
    void Complete(Frame frame)
    {
        using (frame)
        {
            if (IsToken(frame))
            {
                return;
            }

            var reader = new WireReader(frame.Memory);
            var correlationId = reader.ReadInt32();
            if (!pending.TryRemove(correlationId, out var call))
            {
                // the one is a late answer, harmless; the other means that the stream is out of step
                if (correlationId > Volatile.Read(ref lastCorrelationId) || correlationId <= 0)
                {
                    throw new WireFormatException($"an answer to request {correlationId}, which was never sent");
                }

                return; // its caller gave up
            }

            try
            {
                call.Complete(frame.Memory[4..]);
            }
            catch (WireFormatException e)
            {
                var reason = $"The answer of {HostPort.Format(Host, Port)} to {call.Name} cannot be read: {e.Message}";
                call.Fail(new KafkaException(ErrorCode.CorruptMessage, reason) { MayHaveHappened = true });
                throw;
            }
        }
    }

    void Fail(int correlationId, KafkaException error)
    {
        if (pending.TryRemove(correlationId, out var call))
        {
            call.Fail(error);
        }
    }

    KafkaUnreachableException Closed() => new(Host, Port, closed ?? "the connection is closed");

    KafkaUnreachableException Lost(PendingCall call) =>
        KafkaUnreachableException.Unanswered(Host, Port, call.Name, closed ?? "the connection is closed", cause);
}

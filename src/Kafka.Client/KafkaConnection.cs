using System.Collections.Concurrent;
using System.Net.Sockets;
using Kafka.Protocol;
using Kafka.Protocol.Messages;
using Wire;

namespace Kafka.Client;

/// <summary>
/// One socket to one broker. Requests are pipelined: they are sent as they come and answered in that order. Thread safe; the read loop
/// alone completes calls. When the socket closes, every call under way ends with <see cref="KafkaUnreachableException"/>. A broker takes
/// the next request of a connection when it has answered the one before: <see cref="KafkaCluster"/> keeps callers apart, each on a
/// connection of its own.
/// </summary>
public sealed class KafkaConnection : IAsyncDisposable
{
    readonly KafkaClientOptions options;
    readonly Connection connection;
    readonly ConcurrentDictionary<int, PendingCall> pending = new();
    readonly Task reading;
    IReadOnlyDictionary<ApiKey, (short Min, short Max)> versions = new Dictionary<ApiKey, (short, short)>();
    volatile string? closed;
    int lastCorrelationId;

    KafkaConnection(string host, int port, KafkaClientOptions options, Socket socket)
    {
        Host = host;
        Port = port;
        this.options = options;
        connection = new Connection(
            socket, new ConnectionOptions { MaxFrameLength = options.MaxResponseBytes, Time = options.Time }, options.Gate);
        reading = Task.Run(ReadAsync);
    }

    public string Host { get; }

    public int Port { get; }

    public bool IsClosed => closed is not null || connection.Closed.IsCancellationRequested;

    /// <summary>Calls sent and not answered yet.</summary>
    public int InFlight => pending.Count;

    /// <summary>Their names, to say what is waited for.</summary>
    internal IEnumerable<string> Unanswered => pending.Values.Select(call => call.Name);

    /// <summary>
    /// Connects and learns the broker's versions. Throws <see cref="KafkaUnreachableException"/> or <see cref="KafkaTimeoutException"/>.
    /// </summary>
    public static async Task<KafkaConnection> ConnectAsync(
        string host, int port, KafkaClientOptions options, CancellationToken cancellationToken)
    {
        var socket = await SocketConnector.ConnectAsync(host, port, options, cancellationToken).ConfigureAwait(false);
        var connection = new KafkaConnection(host, port, options, socket);
        try
        {
            connection.versions = await VersionNegotiation.RunAsync(connection, options, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The versions of an API that the broker offers; null when it does not have the API.</summary>
    public (short Min, short Max)? Versions(ApiKey key) => versions.TryGetValue(key, out var range) ? range : null;

    /// <summary>Whether the broker has the API in this version or a later one.</summary>
    public bool Supports(ApiKey key, short atLeast = 0) => versions.TryGetValue(key, out var range) && range.Max >= atLeast;

    /// <summary>
    /// Sends a request in the highest version that both sides have, or in the one given, and waits for the answer at most
    /// <paramref name="timeout"/> (<see cref="KafkaClientOptions.RequestTimeout"/> when null). Byte fields of the answer are the caller's
    /// to keep.
    /// </summary>
    /// <exception cref="KafkaException">
    /// UNSUPPORTED_VERSION: no common version, or the version has no room for a value of the request.
    /// </exception>
    public async Task<TResponse> SendAsync<TResponse>(
        IKafkaRequest<TResponse> request, CancellationToken cancellationToken, TimeSpan? timeout = null, short? version = null)
        where TResponse : IKafkaResponse
    {
        var call = new PendingCall(request, version ?? PickVersion(request));
        var correlationId = Interlocked.Increment(ref lastCorrelationId);
        var frame = Encode(call, correlationId);
        pending[correlationId] = call;
        if (!connection.Enqueue(frame))
        {
            Fail(correlationId, Closed());
        }
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
        finally
        {
            pending.TryRemove(correlationId, out _);
        }
    }

    /// <summary>Sends a request that has no answer: Produce with acks 0.</summary>
    public Task SendWithoutResponseAsync(IKafkaRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var frame = Encode(new PendingCall(request, PickVersion(request)), Interlocked.Increment(ref lastCorrelationId));
        return connection.Enqueue(frame) ? Task.CompletedTask : Task.FromException(Closed());
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

    short PickVersion(IKafkaRequest request)
    {
        if (!versions.TryGetValue((ApiKey)request.Key, out var theirs))
        {
            throw new KafkaException(ErrorCode.UnsupportedVersion, $"{HostPort.Format(Host, Port)} does not have {(ApiKey)request.Key}.");
        }

        var highest = Math.Min(theirs.Max, request.Highest);
        return highest >= Math.Max(theirs.Min, request.Lowest)
            ? highest
            : throw new KafkaException(
                ErrorCode.UnsupportedVersion,
                $"{HostPort.Format(Host, Port)} has {(ApiKey)request.Key} {theirs.Min} to {theirs.Max}, "
                + $"this program {request.Lowest} to {request.Highest}.");
    }

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
        var reason = "the broker closed the connection";
        try
        {
            while (await connection.Frames.ReadAsync(connection.Closed).ConfigureAwait(false) is { } frame)
            {
                Complete(frame);
            }
        }
        catch (Exception e)
        {
            reason = e is OperationCanceledException ? "the connection was closed" : e.Message;
        }

        closed ??= reason;
        connection.Abort(closed);
        foreach (var (correlationId, call) in pending)
        {
            Fail(correlationId, Lost(call));
        }
    }

    /// <summary>Takes the frame over. A frame that cannot be read ends the connection: what follows it cannot be trusted.</summary>
    void Complete(Frame frame)
    {
        using (frame)
        {
            var reader = new WireReader(frame.Memory);
            var correlationId = reader.ReadInt32();
            if (!pending.TryRemove(correlationId, out var call))
            {
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
        KafkaUnreachableException.Unanswered(Host, Port, call.Name, closed ?? "the connection is closed");
}

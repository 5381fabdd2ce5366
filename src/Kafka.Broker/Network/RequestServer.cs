using System.Collections.Concurrent;
using System.Net.Sockets;
using Kafka.Broker.Handlers;
using Kafka.Broker.Handlers.Data;
using Kafka.Protocol;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Network;

/// <summary>
/// Serves the connections of one broker: frames in, handlers, answers in the order of the requests. Requests of one connection are started in
/// order and may finish in any. What a peer sends that is no request of this broker ends its connection and nothing else.
/// </summary>
public sealed partial class RequestServer(HandlerRegistry handlers, BrokerConfig config, PauseGate gate, TimeProvider time, ILogger<RequestServer> logger)
{
    /// <summary>Requests of one connection under way before it is read further.</summary>
    const int MostOutstanding = 100;

    /// <summary>As many bytes of them: more than any client has under way that waits for answers.</summary>
    const long MostOutstandingBytes = 16 << 20;

    /// <summary>A client sends its first request at once; whoever does not within this time only holds a socket.</summary>
    static readonly TimeSpan firstFrame = TimeSpan.FromSeconds(60);

    readonly ConcurrentDictionary<Connection, bool> open = [];
    int connections;

    /// <summary>Open connections.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Resets every connection at once.</summary>
    public void AbortAll()
    {
        foreach (var connection in open.Keys)
        {
            connection.Abort("the broker was killed");
        }
    }

    public async Task ServeAsync(Socket socket, string listenerName, CancellationToken stopping)
    {
        if (Interlocked.Increment(ref connections) > config.MaxConnections)
        {
            Interlocked.Decrement(ref connections);
            LogTooMany(config.MaxConnections);
            return;
        }

        var connection = new Connection(socket, Options(), gate);
        await using (connection.ConfigureAwait(false))
        {
            open[connection] = true;
            try
            {
                await ServeAsync(connection, listenerName, stopping).ConfigureAwait(false);
            }
            catch (WireFormatException e)
            {
                LogGarbage(connection.Id, e.Message);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
            {
                LogClosed(connection.Id, connection.CloseReason ?? e.Message);
            }
            finally
            {
                open.TryRemove(connection, out _);
                Interlocked.Decrement(ref connections);
                if (stopping.IsCancellationRequested)
                {
                    connection.Abort("the broker ends");
                }
            }
        }
    }

    ConnectionOptions Options() => new()
    {
        MaxFrameLength = config.SocketRequestMaxBytes,
        IdleTimeout = config.ConnectionsMaxIdle,
        FirstFrameTimeout = firstFrame,
        Time = time,
    };

    async Task ServeAsync(Connection connection, string listenerName, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.Closed);
        var window = new RequestWindow(MostOutstanding, MostOutstandingBytes);
        var responses = new OrderedResponses(connection);
        var serving = new OpenRequests();
        try
        {
            while (await connection.Frames.ReadAsync(ending.Token).ConfigureAwait(false) is { } frame)
            {
                await window.EnterAsync(frame.Length, ending.Token).ConfigureAwait(false);
                serving.Begin();
                _ = AnswerAsync(connection, listenerName, frame, responses.Reserve(), window, serving, ending.Token);
            }
        }
        finally
        {
            // parked requests (long polls) of a peer that is gone are not waited out
            await ending.CancelAsync().ConfigureAwait(false);
            serving.End();
            await serving.Done.ConfigureAwait(false);
        }
    }

    async Task AnswerAsync(
        Connection connection, string listenerName, Frame frame, OrderedResponses.Slot slot, RequestWindow window, OpenRequests serving, CancellationToken ending)
    {
        var size = frame.Length;
        WireWriter? answer = null;
        try
        {
            using (frame)
            {
                answer = await AnswerAsync(connection, listenerName, frame.Memory, ending).ConfigureAwait(false);
            }
        }
        catch (WireFormatException e)
        {
            LogGarbage(connection.Id, e.Message);
            connection.Abort("what it sent is no request");
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException && (ending.IsCancellationRequested || e is OperationCanceledException))
        {
            connection.Abort("ended while its request was under way");
        }
#pragma warning disable CA1031 // a handler's surprise costs its connection, not the broker
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogHandlerFailed(e, connection.Id);
            connection.Abort("its request failed");
        }
        finally
        {
            slot.Complete(answer);
            window.Leave(size);
            serving.Finish();
        }
    }

    async ValueTask<WireWriter?> AnswerAsync(Connection connection, string listenerName, ReadOnlyMemory<byte> frame, CancellationToken ending)
    {
        var (header, handler, request) = Decode(frame);
        if (request is null)
        {
            return handler is ApiVersionsHandler versions
                ? Encode(header, false, versions.Refuse(), 0, 256)
                : throw new WireFormatException($"{header.ApiKey} version {header.Version} is not one that this broker has.");
        }

        var context = new RequestContext(header.Version, header.CorrelationId, header.ClientId, listenerName, connection.RemoteEndPoint);
        try
        {
            var response = await handler!.HandleAsync(request, context, ending).ConfigureAwait(false);
            if (gate.IsPaused)
            {
                await gate.WaitAsync(ending).ConfigureAwait(false);
            }

            return response is null ? null : Encode(header, handler.IsFlexible(header.Version), response, header.Version, context.ResponseSize);
        }
        finally
        {
            context.Release();
        }
    }

    /// <summary>No request when the API or its version is not here; no handler when the API is not.</summary>
    (KafkaRequestHeader Header, IRequestHandler? Handler, IKafkaRequest? Request) Decode(ReadOnlyMemory<byte> frame)
    {
        var reader = new WireReader(frame);
        var header = KafkaHeaders.ReadRequest(ref reader);
        var handler = handlers.Find(header.ApiKey);
        if (handler is null || header.Version < handler.MinVersion || header.Version > handler.MaxVersion)
        {
            return (header, handler, null);
        }

        if (handler.IsFlexible(header.Version))
        {
            KafkaHeaders.SkipTags(ref reader);
        }

        return (header, handler, handler.Read(ref reader, header.Version));
    }

    static WireWriter Encode(KafkaRequestHeader header, bool flexible, IKafkaResponse response, short version, int size)
    {
        var writer = new WireWriter(size);
        try
        {
            writer.ReserveInt32();
            KafkaHeaders.WriteResponse(writer, header.ApiKey, header.CorrelationId, flexible);
            response.Write(writer, version);
            writer.PatchInt32(0, writer.Length - 4);
            return writer;
        }
        catch (Exception e)
        {
            writer.Dispose();
            throw new InvalidOperationException($"The answer to {header.ApiKey} version {version} cannot be written: {e.Message}", e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Connection} closed: {Reason}")]
    partial void LogGarbage(string connection, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Connection} closed: {Reason}")]
    partial void LogClosed(string connection, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Connection} closed: its request failed")]
    partial void LogHandlerFailed(Exception exception, string connection);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A connection was refused: max.connections={Limit}")]
    partial void LogTooMany(int limit);
}

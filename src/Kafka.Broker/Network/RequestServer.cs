using System.Collections.Concurrent;
using System.Net.Sockets;
using Kafka.Broker.Configuration;
using Kafka.Broker.Handlers;
using Microsoft.Extensions.Logging;
using Wire;

namespace Kafka.Broker.Network;

/// <summary>
/// Serves the connections of one broker: frames in, handlers, answers. Requests of one connection take effect and are answered in the order
/// in which they came (see <see cref="RequestOrder"/>). What a peer sends that is no request of this broker ends its connection and nothing
/// else.
/// </summary>
sealed partial class RequestServer(
    HandlerRegistry handlers, BrokerConfig config, PauseGate gate, TimeProvider time, ILogger<RequestServer> logger)
{
    /// <summary>Requests of one connection under way before it is read further.</summary>
    const int MostOutstanding = 100;

    /// <summary>As many bytes of them: more than any client has under way that waits for answers.</summary>
    const long MostOutstandingBytes = 16 << 20;

    /// <summary>
    /// Bytes of answers that the peer has not taken before its next request begins: one that asks and does not read costs no more than this
    /// and one answer. Kafka begins none before the last answer is sent.
    /// </summary>
    const long MostUnsent = 4 << 20;

    /// <summary>A client sends its first request at once; one that does not within this time only holds a socket.</summary>
    static readonly TimeSpan firstFrame = TimeSpan.FromSeconds(60);

    readonly FrameBudget budget = new(config.QueuedMaxRequestBytes);
    readonly RequestRunner runner = new(handlers, gate, logger);
    readonly ConcurrentDictionary<Connection, bool> open = [];
    int connections;

    /// <summary>Open connections.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Bytes held of requests that are longer than <see cref="FrameBudget.Small"/>.</summary>
    public long RequestBytes => budget.Used;

    /// <summary>Parts of the broker end now, and its connections soon after.</summary>
    public void BrokerEnds() => runner.BrokerEnds();

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
        try
        {
            if (Interlocked.Increment(ref connections) > config.MaxConnections)
            {
                LogTooMany(config.MaxConnections);
                return;
            }

            var connection = new Connection(socket, Options(), gate);
            await using (connection.ConfigureAwait(false))
            {
                await ServeOpenAsync(connection, listenerName, stopping).ConfigureAwait(false);
            }
        }
        finally
        {
            Interlocked.Decrement(ref connections);
        }
    }

    async Task ServeOpenAsync(Connection connection, string listenerName, CancellationToken stopping)
    {
        open[connection] = true;
        try
        {
            await ServeAsync(connection, listenerName, stopping).ConfigureAwait(false);
            await connection.FlushAndCloseAsync().ConfigureAwait(false);
        }
        catch (WireFormatException e)
        {
            LogGarbage(connection.Id, e.Message);
            await connection.FlushAndCloseAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            LogClosed(connection.Id, connection.CloseReason ?? e.Message);
        }
        finally
        {
            open.TryRemove(connection, out _);
            if (stopping.IsCancellationRequested)
            {
                connection.Abort("the broker ends");
            }
        }
    }

    ConnectionOptions Options() => new()
    {
        MaxFrameLength = config.SocketRequestMaxBytes,
        Budget = budget,
        IdleTimeout = config.ConnectionsMaxIdle,
        FirstFrameTimeout = firstFrame,
        Time = time,
    };

    async Task ServeAsync(Connection connection, string listenerName, CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, connection.Closed);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        var window = new RequestWindow(MostOutstanding, MostOutstandingBytes);
        var responses = new OrderedResponses(connection);
        var origin = new RequestOrigin(connection.Id, connection.RemoteEndPoint, listenerName);
        RequestOrder order = null!;
        order = new RequestOrder(
            request => (request.Decoded = runner.Decode(request.Frame.Memory)).Overlap,
            request => _ = AnswerAsync(connection, origin, request, order, window, request.Decoded.IsLongPoll ? gone.Token : ending.Token));
        try
        {
            while (await connection.Frames.ReadAsync(ending.Token).ConfigureAwait(false) is { } frame)
            {
                await window.EnterAsync(frame.Length, ending.Token).ConfigureAwait(false);
                order.Add(new OpenRequest(frame, responses.Reserve()));
            }

            // the peer sends no more but may still read: only what would wait for others ends now
            await gone.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            // what was asked before the end, or before the garbage, takes effect and is answered; only a connection that is closed here has
            // no use for it
            await order.CompleteAsync().ConfigureAwait(false);
        }
    }

    async Task AnswerAsync(
        Connection connection,
        RequestOrigin origin,
        OpenRequest request,
        RequestOrder order,
        RequestWindow window,
        CancellationToken ending)
    {
        RequestOutcome outcome = default;
        try
        {
            using (request.Frame)
            {
                // of a connection that was closed on this side, nothing more begins
                outcome = connection.Closed.IsCancellationRequested
                    ? default
                    : await runner.RunAsync(request.Decoded, origin, ending, request.Frame).ConfigureAwait(false);
            }

            if (outcome.EndsConnection is { } reason)
            {
                LogClosed(connection.Id, reason);
                await connection.FlushAndCloseAsync().ConfigureAwait(false);
            }
        }
        catch (WireFormatException e)
        {
            LogGarbage(connection.Id, e.Message);
            await connection.FlushAndCloseAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // the peer has gone and needs no answer, but what it asked for behind this still takes effect
            if (!ending.IsCancellationRequested)
            {
                connection.Abort("the broker ends");
            }
        }
        catch (Exception e)
        {
            // not even the failure could be answered
            LogHandlerFailed(e, connection.Id);
            connection.Abort("its request failed");
        }
        finally
        {
            // in any case: an answer that never comes would hold up all behind it
            request.Slot.Complete(outcome.Answer);
            await connection.DrainAsync(MostUnsent, ending).ConfigureAwait(false);
            window.Leave(request.Size);
            order.Finish();
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

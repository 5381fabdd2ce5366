using System.Net.Sockets;
using Wire;
using Wire.Loops;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>
/// One attempt at one server, and the connection that comes of it: connects, says hello, then brings every frame to the session's loop.
/// It holds no state of the session. Its last message is always LinkEnded.
/// </summary>
sealed class ServerLink(string host, int port, ZooKeeperClientOptions options, Mailbox<SessionMessage> loop) : IDisposable
{
    readonly CancellationTokenSource stop = new();
    volatile string? abortReason;
    Connection? connection;

    /// <summary>host:port, for messages.</summary>
    public string Server { get; } = HostPort.Format(host, port);

    /// <summary>Connects and serves until the connection ends. The hello has to be answered within <paramref name="patience"/>.</summary>
    public async Task RunAsync(ConnectRequest hello, TimeSpan patience)
    {
        string reason;
        var tooLong = false;
        try
        {
            await ConnectAsync().ConfigureAwait(false);
            await GreetAsync(hello, patience).ConfigureAwait(false);
            reason = await PumpAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException
            or WireFormatException or ObjectDisposedException or TimeoutException)
        {
            reason = abortReason ?? e.Message;
            tooLong = e is FrameTooLongException;
        }

        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        await loop.PostAsync(new SessionMessage(new LinkEnded(reason, tooLong), this)).ConfigureAwait(false);
    }

    public bool Send(WireWriter frame) => connection!.Enqueue(frame);

    /// <summary>Drops the socket at once; the reason is that of LinkEnded.</summary>
    public void Abort(string reason)
    {
        abortReason ??= reason;
        connection?.Abort(reason);
        stop.Cancel();
    }

    public void Dispose() => stop.Dispose();

    async Task ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            using var limit = new CancellationTokenSource(options.ConnectTimeout, options.Time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop.Token);
            await socket.ConnectAsync(host, port, both.Token).ConfigureAwait(false);
            var settings = new ConnectionOptions { MaxFrameLength = options.MaxResponseLength, Time = options.Time };
            connection = new Connection(socket, settings, options.PauseGate);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            socket.Dispose();
            throw new TimeoutException($"no connection within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    async Task GreetAsync(ConnectRequest hello, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop.Token);
        try
        {
            connection!.Enqueue(Frames.Hello(hello));
            using var frame = await connection.Frames.ReadAsync(both.Token).ConfigureAwait(false)
                ?? throw new IOException("the server closed the connection without an answer");
            await loop.PostAsync(new SessionMessage(Frames.ReadWelcome(frame.Memory), this)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new TimeoutException($"no answer to the hello within {patience.TotalSeconds:0.#} s");
        }
    }

    async Task<string> PumpAsync()
    {
        while (await connection!.Frames.ReadAsync(stop.Token).ConfigureAwait(false) is { } frame)
        {
            var taken = false;
            try
            {
                taken = await loop.PostAsync(new SessionMessage(frame, this), stop.Token).ConfigureAwait(false);
            }
            finally
            {
                if (!taken)
                {
                    frame.Dispose();
                }
            }

            if (!taken)
            {
                return abortReason ?? "the session is over";
            }
        }

        return "the server closed the connection";
    }
}

using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Wire;

/// <summary>
/// One accepted or opened socket: frames in, messages out. It owns the socket. Reading is one caller's at a time; enqueuing and closing are
/// thread safe. The end of the peer's stream does not close it: what was asked before may still be answered.
/// </summary>
public sealed class Connection : IAsyncDisposable
{
    /// <summary>Bytes asked of the kernel at once.</summary>
    internal const int ReceiveSize = 32 << 10;

    static long opened;

    readonly Socket socket;
    readonly Transport transport;
    readonly ConnectionOptions options;
    readonly CancellationTokenSource closed = new();
    readonly SendQueue outgoing;
    readonly Watchdog? watchdog;
    readonly Task sending;
    int isClosed;

    /// <param name="secured">TLS on this socket, its handshake done; it is owned as the socket is. Null: plain.</param>
    public Connection(Socket socket, ConnectionOptions options, PauseGate? gate = null, SslStream? secured = null)
    {
        this.socket = socket;
        transport = Transport.Over(socket, secured);
        this.options = options;
        socket.NoDelay = options.NoDelay;
        LocalEndPoint = ListenAddress.Plain(socket.LocalEndPoint);
        RemoteEndPoint = ListenAddress.Plain(socket.RemoteEndPoint);
        Id = $"{RemoteEndPoint}#{Interlocked.Increment(ref opened)}";
        Closed = closed.Token;
        Input = PipeReader.Create(new TransportStream(transport, gate, Closed), new StreamPipeReaderOptions(bufferSize: ReceiveSize));
        Frames = new FrameReader(Input, options.MaxFrameLength, gate, options.Budget);
        outgoing = new SendQueue(transport, gate);
        sending = SendAsync();
        // last: it may close the connection at once, from another thread
        watchdog = Watchdog.Start(this, options, gate);
    }

    /// <exception cref="SocketException">Nothing listens there, or the name is not known.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async Task<Connection> ConnectAsync(
        string host, int port, ConnectionOptions options, PauseGate? gate, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
            return new Connection(socket, options, gate);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The peer's address and a number that no other connection of the process has.</summary>
    public string Id { get; }

    public EndPoint? RemoteEndPoint { get; }

    public EndPoint? LocalEndPoint { get; }

    /// <summary>Cancelled once the socket is closed, from either side of this object.</summary>
    public CancellationToken Closed { get; }

    /// <summary>Why it was closed; null while it is open.</summary>
    public string? CloseReason { get; private set; }

    /// <summary>
    /// What the peer sends, as it comes; for what is not framed. Not to be read at the same time as <see cref="Frames"/>.
    /// </summary>
    public PipeReader Input { get; }

    public FrameReader Frames { get; }

    /// <summary>Bytes enqueued and not yet taken by the kernel.</summary>
    public long BytesQueued => outgoing.BytesQueued;

    internal long MessagesSent => outgoing.MessagesSent;

    /// <summary>
    /// Waits while more than <paramref name="most"/> bytes are enqueued: who makes answers waits for a peer that does not read them. Ends
    /// when cancelled, and does not throw; the caller's token is to end with the connection.
    /// </summary>
    public ValueTask DrainAsync(long most, CancellationToken cancellationToken) => outgoing.DrainAsync(most, cancellationToken);

    /// <summary>
    /// Sends a message after all that were enqueued before. Takes the writer over in any case and disposes it. False when the connection is
    /// closed, also by this very call because the peer does not read (<see cref="ConnectionOptions.MaxQueuedBytes"/>).
    /// </summary>
    public bool Enqueue(WireWriter message)
    {
        if (!outgoing.TryAdd(message, out var queued))
        {
            message.Dispose();
            return false;
        }

        if (queued <= options.MaxQueuedBytes)
        {
            return true;
        }

        // a reset, no flush: waiting for a peer that does not read would keep these bytes
        Abort($"the peer does not read: {queued} bytes wait for it");
        return false;
    }

    /// <summary>
    /// Sends what was enqueued and closes. A peer that has not taken it within <see cref="ConnectionOptions.FlushTimeout"/> is dropped.
    /// Never throws.
    /// </summary>
    public async Task FlushAndCloseAsync()
    {
        outgoing.Complete();
        try
        {
            await sending.WaitAsync(options.FlushTimeout, options.Time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Abort("the peer did not take what was left to send");
        }

        Close("closed on this side", reset: false);
        await sending.ConfigureAwait(false);
    }

    /// <summary>
    /// Drops the socket with a reset: nothing is flushed, and that is all the peer learns. Does nothing when closed already.
    /// </summary>
    public void Abort(string reason) => Close(reason, reset: true);

    /// <summary>
    /// Drops the socket as the end of a stream: what the kernel has taken still arrives, what is enqueued does not. Does nothing when
    /// closed already.
    /// </summary>
    public void Drop(string reason) => Close(reason, reset: false);

    /// <summary>Closes the socket without waiting for what is enqueued.</summary>
    public async ValueTask DisposeAsync()
    {
        Close("closed on this side", reset: false);
        await sending.ConfigureAwait(false);
    }

    async Task SendAsync()
    {
        try
        {
            await outgoing.RunAsync(Closed).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or OperationCanceledException)
        {
            Close($"sending failed: {e.Message}", reset: true);
        }
    }

    void Close(string reason, bool reset)
    {
        if (Interlocked.Exchange(ref isClosed, 1) != 0)
        {
            return;
        }

        CloseReason = reason;
        watchdog?.Dispose();
        outgoing.Complete();
        try
        {
            if (reset)
            {
                // zero seconds make close send RST, and the kernel forget what it has not sent
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
            }
            else
            {
                // FIN before anything is discarded: the peer's reading ends even if ours takes a moment
                socket.Shutdown(SocketShutdown.Send);
                DiscardUnread();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // the peer was faster
        }

        // a plain Dispose would end the stream (FIN) before the reset while a receive is pending
        socket.Close(reset ? 0 : -1);
        transport.Dispose();
        // not Cancel: callbacks of the token must not run on the stack of a caller that may hold a lock
        _ = closed.CancelAsync();
    }

    /// <summary>
    /// Closing a socket with unread bytes resets it, and the peer would lose what it was sent last. At most 1 MiB is thrown away.
    /// </summary>
    void DiscardUnread()
    {
        Span<byte> unread = stackalloc byte[4096];
        socket.Blocking = false;
        for (var i = 0; i < 256 && socket.Available > 0; i++)
        {
            socket.Receive(unread);
        }
    }
}

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Wire;
using Wire.Loops;
using Wire.Security;
using ZooKeeper.Client.Security;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>
/// One attempt at one server, and the connection that comes of it: connects, says hello, then brings every frame to the session's loop.
/// It holds no state of the session. Its last message is always LinkEnded.
/// </summary>
sealed class ServerLink(string host, int port, ZooKeeperClientOptions options, Mailbox<SessionMessage> loop) : IDisposable
{
    readonly CancellationTokenSource stop = new();
    volatile CodedText? abortReason;
    Connection? connection;

    /// <summary>host:port, for messages.</summary>
    public string Server { get; } = HostPort.Format(host, port);

    /// <summary>Connects and serves until the connection ends. The hello has to be answered within <paramref name="patience"/>.</summary>
    public async Task RunAsync(ConnectRequest hello, TimeSpan patience)
    {
        LinkEnded end;
        try
        {
            await ConnectAsync(patience).ConfigureAwait(false);
            await GreetAsync(hello, patience).ConfigureAwait(false);
            end = new LinkEnded(await PumpAsync().ConfigureAwait(false), FailureReason.Unreachable);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException
            or WireFormatException or ObjectDisposedException or TimeoutException or ZooKeeperException)
        {
            // an abort ends reads and writes in many ways; its reason is what happened
            end = abortReason is null
                ? LinkFailures.Of(e, options.Security.Tls is not null)
                : new LinkEnded(abortReason, FailureReason.Unreachable);
        }

        if (connection is not null)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        // without a token: a loop that did not hear of the end would wait for this link for ever
        await loop.PostAsync(new SessionMessage(end, this)).ConfigureAwait(false);
    }

    public bool Send(WireWriter frame) => connection!.Enqueue(frame);

    /// <summary>Drops the socket at once; the reason is that of LinkEnded.</summary>
    public void Abort(CodedText reason)
    {
        // before the abort, which makes the failures that look for it
        abortReason ??= reason;
        connection?.Abort(reason.English);
        // for an attempt that has no connection yet
        stop.Cancel();
    }

    public void Dispose() => stop.Dispose();

    async Task ConnectAsync(TimeSpan patience)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await WithinAsync(options.ConnectTimeout, CodedText.Of("NoConnection", $"no connection"), token => OpenAsync(socket, token))
                .ConfigureAwait(false);
            SslStream? secured = null;
            if (options.Security.Tls is { } tls)
            {
                await WithinAsync(patience, CodedText.Of("NoTlsHandshake", $"no TLS handshake"), async token =>
                    secured = await tls.AuthenticateAsync(socket, host, port, token).ConfigureAwait(false)).ConfigureAwait(false);
            }

            // no idle timeout: the session's pings and its own limit do that
            var settings = new ConnectionOptions { MaxFrameLength = options.MaxResponseLength, Time = options.Time };
            connection = new Connection(socket, settings, options.PauseGate, secured);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A name may have several addresses: with another order each time, one that is silent does not hide the rest.</summary>
    async Task OpenAsync(Socket socket, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
        Random.Shared.Shuffle(addresses);
        await socket.ConnectAsync(addresses, port, cancellationToken).ConfigureAwait(false);
    }

    Task GreetAsync(ConnectRequest hello, TimeSpan patience) =>
        WithinAsync(patience, CodedText.Of("NoHello", $"no answer to the hello"), token => GreetAsync(hello, token));

    async Task GreetAsync(ConnectRequest hello, CancellationToken token)
    {
        connection!.Enqueue(Frames.Hello(hello));
        ConnectResponse welcome;
        using (var frame = await NextAsync(token).ConfigureAwait(false))
        {
            welcome = Frames.ReadWelcome(frame.Memory);
        }

        // an expired session has a timeout of 0, and nothing is left to log in to
        if (options.Security.Sasl is { } login && welcome.TimeOut > 0)
        {
            await AuthenticateAsync(new DigestMd5(login), token).ConfigureAwait(false);
        }

        // before any frame is read on: the loop has to know of the session first
        await loop.PostAsync(new SessionMessage(welcome, this), token).ConfigureAwait(false);
    }

    /// <summary>As Java's client does it for a mechanism without an initial response: an empty token asks for the challenge.</summary>
    /// <exception cref="ZooKeeperException">AuthFailed.</exception>
    async Task AuthenticateAsync(DigestMd5 mechanism, CancellationToken cancellationToken)
    {
        byte[] token = [];
        while (!mechanism.IsDone)
        {
            connection!.Enqueue(Frames.Request(OpCode.Sasl, new GetSASLRequest { Token = token }));
            using var frame = await NextAsync(cancellationToken).ConfigureAwait(false);
            var challenge = Frames.ReadSaslAnswer(frame.Memory);
            if (token.Length == 0 && challenge.Length == 0)
            {
                // how ZooKeeper 3.9 answers without a Server section: no error, and nothing to go on from
                throw Frames.NoSasl();
            }

            try
            {
                token = mechanism.Answer(challenge);
            }
            catch (CodedFormatException e)
            {
                var why = CodedText.Of("ServerNotTrusted", $"{Server} cannot be trusted: {e.Told}");
                throw new ZooKeeperException(ZooKeeperError.AuthFailed, null, why);
            }
        }
    }

    async Task<Frame> NextAsync(CancellationToken cancellationToken) =>
        await connection!.Frames.ReadAsync(cancellationToken).ConfigureAwait(false)
        ?? throw new LinkClosedException(CodedText.Of(
            "ClosedUnanswered",
            $"the server closed the connection without an answer: it has no quorum, takes no more connections from here "
            + $"(maxClientCnxns), or its port wants TLS (zookeeper.client.secure=true)"));

    async Task WithinAsync(TimeSpan limit, CodedText what, Func<CancellationToken, Task> work)
    {
        using var deadline = new CancellationTokenSource(limit, options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop.Token);
        try
        {
            await work(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new LinkTimeoutException(CodedText.Of("NotWithin", $"{what} within {limit.TotalSeconds:0.#} s"));
        }
    }

    async Task<CodedText> PumpAsync()
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
                return abortReason ?? CodedText.Of("SessionOver", $"the session is over");
            }
        }

        return CodedText.Of("ServerClosed", $"the server closed the connection");
    }

    sealed class LinkTimeoutException(CodedText told) : TimeoutException(told.English), ICodedFault
    {
        public CodedText? Told { get; } = told;
    }

    sealed class LinkClosedException(CodedText told) : IOException(told.English), ICodedFault
    {
        public CodedText? Told { get; } = told;
    }
}

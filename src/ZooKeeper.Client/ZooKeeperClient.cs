using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Wire;
using ZooKeeper.Client.Session;
using ZooKeeper.Protocol;

namespace ZooKeeper.Client;

/// <summary>
/// One session with an ensemble. It reconnects by itself to the next server, with its session, credentials and watches, until it is
/// disposed or the session is over. Every method may be called from any thread and throws <see cref="ZooKeeperException"/>: the server's
/// refusals; ConnectionLoss when the connection broke while the request was under way (it may have been carried out); OperationTimeout when
/// no answer came in time (likewise); SessionExpired and AuthFailed once the session is over. Watch callbacks and
/// <see cref="StateChanged"/> run one at a time, in order, and before any answer that could show what they report; they must not block on
/// this client.
/// </summary>
public sealed partial class ZooKeeperClient : IAsyncDisposable
{
    readonly ZooKeeperClientOptions options;
    readonly SessionLoop loop;
    readonly Chroot chroot;
    readonly Lazy<Task> running;

    /// <summary>Connects with the first call, or with <see cref="StartAsync"/>.</summary>
    public ZooKeeperClient(ZooKeeperClientOptions options, ILoggerFactory? loggers = null)
    {
        this.options = options;
        chroot = new Chroot(options.Chroot);
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger<ZooKeeperClient>();
        loop = new SessionLoop(options, logger, state => StateChanged?.Invoke(state));
        // lazy: a client that is made and never used opens no socket and no session
        running = new Lazy<Task>(() => Task.Run(loop.RunAsync));
    }

    /// <summary>Raised in the order of the session's life, among the watch events.</summary>
    public event Action<SessionState>? StateChanged;

    /// <summary>As of the loop's last step; <see cref="StateChanged"/> comes later, in the order of events.</summary>
    public SessionState State => loop.Status.State;

    /// <summary>0 before the first connection.</summary>
    public long SessionId => loop.Status.SessionId;

    /// <summary>What the server granted; zero before the first connection.</summary>
    public TimeSpan NegotiatedTimeout => loop.Status.Timeout;

    /// <summary>host:port, or null while there is no connection.</summary>
    public string? ConnectedServer => loop.Status.Server;

    /// <summary>The server has no quorum and answers reads only.</summary>
    public bool IsReadOnly => loop.Status.ReadOnly;

    /// <summary>Why the last attempt or connection failed; null while connected.</summary>
    public string? LastError => loop.Status.LastError?.English;

    /// <summary>Connects, and ends when there is a session. Calls connect by themselves, so that this is needed only to wait.</summary>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        _ = running.Value;
        return loop.Connected.WaitAsync(cancellationToken);
    }

    /// <summary>Drops the socket without a word, as a killed process would: ephemerals stay until the session expires.</summary>
    public void Kill() => loop.Kill();

    /// <summary>
    /// Ends the session at the server (its ephemerals go at once) if there is a connection, and waits for it at most a second.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!running.IsValueCreated)
        {
            // never started: its loop then ends without a connection, and what waits is failed by it
            loop.Kill();
        }

        // waits while the mailbox is full: lost, the session would go on and this would never end
        var posted = loop.Mailbox.PostAsync(new SessionMessage(CloseRequest.Instance));
        var ended = running.Value;
        await posted.ConfigureAwait(false);
        await ended.ConfigureAwait(false);
    }

    async Task<T> SendAsync<T>(PendingRequest<T> request, CancellationToken cancellationToken)
    {
        _ = running.Value;
        // jute.maxbuffer: a server answers a longer one by closing the connection, and every other request on it is lost
        if (request.Frame!.Length - sizeof(int) > options.MaxRequestLength)
        {
            var length = request.Frame.Length - sizeof(int);
            request.DisposeFrame();
            var problem = CodedText.Of("RequestTooLong", $"the request has {length} bytes, servers take {options.MaxRequestLength}");
            throw new ZooKeeperException(ZooKeeperError.BadArguments, request.Path, problem);
        }

        await PostAsync(new SessionMessage(request), request.Path, cancellationToken).ConfigureAwait(false);
        if (!cancellationToken.CanBeCanceled)
        {
            return await request.Task.ConfigureAwait(false);
        }

        await using var registration = cancellationToken
            .UnsafeRegister(static (r, token) => ((PendingRequest)r!).Cancel(token), request)
            .ConfigureAwait(false);
        return await request.Task.ConfigureAwait(false);
    }

    async ValueTask PostAsync(SessionMessage message, string? path, CancellationToken cancellationToken)
    {
        var taken = false;
        try
        {
            taken = await loop.Mailbox.PostAsync(message, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (!taken)
            {
                // not taken: the loop will not dispose it
                (message.Body as PendingRequest)?.DisposeFrame();
            }
        }

        if (!taken)
        {
            throw loop.Over(path);
        }
    }

    long Deadline() => options.Time.GetTimestamp() + (long)(options.RequestTimeout.TotalSeconds * options.Time.TimestampFrequency);

    string ServerPath(string path, bool sequential = false)
    {
        ZooKeeperPath.Validate(path, sequential);
        return chroot.ToServer(path);
    }
}

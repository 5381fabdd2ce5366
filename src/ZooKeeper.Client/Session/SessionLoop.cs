using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>
/// The one owner of a session's state: its id and password, the connection, the requests on their way, the watches. Everything reaches it through a bounded channel
/// with a single reader. It never waits for a server or a callback.
/// </summary>
sealed partial class SessionLoop
{
    const int queueLength = 1024;
    static readonly TimeSpan longestTick = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan goodbyeLimit = TimeSpan.FromSeconds(1);

    readonly Channel<SessionMessage> channel = Channel.CreateBounded<SessionMessage>(new BoundedChannelOptions(queueLength) { SingleReader = true });
    readonly ZooKeeperClientOptions options;
    readonly TimeProvider time;
    readonly ILogger logger;
    readonly Chroot chroot;
    readonly Action<SessionState> stateChanged;
    readonly CallbackLoop callbacks;
    readonly ServerList servers;
    readonly RequestQueue requests = new();
    readonly WatchRegistry watches = new();
    readonly CancellationTokenSource killed = new();
    readonly TaskCompletionSource connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile SessionStatus status = new(SessionState.Connecting);
    int tickQueued;
    bool dead;
    string deadReason = "";

    public SessionLoop(ZooKeeperClientOptions options, ILogger logger, Action<SessionState> stateChanged)
    {
        this.options = options;
        this.logger = logger;
        this.stateChanged = stateChanged;
        time = options.Time;
        chroot = new Chroot(options.Chroot);
        callbacks = new CallbackLoop(logger);
        servers = new ServerList(options.Servers);
        timeout = options.SessionTimeout;
    }

    public SessionStatus Status => status;

    public ChannelWriter<SessionMessage> Mailbox => channel.Writer;

    /// <summary>Ends when the first connection stands; fails when the session ended before.</summary>
    public Task Connected => connected.Task;

    /// <summary>What a call gets once the session is over.</summary>
    public ZooKeeperException Over(string? path) =>
        new(status.State == SessionState.AuthFailed ? ZooKeeperError.AuthFailed : ZooKeeperError.SessionExpired, path, deadReason);

    /// <summary>Drops the socket without a goodbye, also while the node is paused: the session lives on until it expires.</summary>
    public void Kill() => killed.Cancel();

    /// <summary>Runs until the session is over and its socket is closed.</summary>
    public async Task RunAsync()
    {
        var period = options.SessionTimeout / 20;
        using var timer = time.CreateTimer(_ => QueueTick(), null, TimeSpan.Zero, period < longestTick ? period : longestTick);
        if (!killed.IsCancellationRequested)
        {
            Connect();
        }

        try
        {
            while (await channel.Reader.WaitToReadAsync(killed.Token).ConfigureAwait(false))
            {
                while (channel.Reader.TryRead(out var message))
                {
                    if (options.PauseGate is { IsPaused: true } gate)
                    {
                        await gate.WaitAsync(killed.Token).ConfigureAwait(false);
                    }

                    killed.Token.ThrowIfCancellationRequested();
                    Handle(message);
                }
            }
        }
        catch (OperationCanceledException) when (killed.IsCancellationRequested)
        {
            End(SessionState.Closed, "the client was dropped");
        }

        while (channel.Reader.TryRead(out var left))
        {
            Discard(left);
        }

        await linkTask.ConfigureAwait(false);
        link?.Dispose();
        callbacks.End();
    }

    void Handle(SessionMessage message)
    {
        if (dead || (message.Link is not null && message.Link != link))
        {
            Discard(message);
            return;
        }

        try
        {
            switch (message.Body)
            {
                case Frame frame:
                    OnFrame(frame);
                    break;
                case PendingRequest request:
                    Submit(request);
                    break;
                case Tick:
                    OnTick();
                    break;
                case ConnectResponse welcome:
                    OnWelcome(welcome);
                    break;
                case LinkEnded ended:
                    OnLinkEnded(ended.Reason);
                    break;
                case Credentials credentials:
                    AddCredentials(credentials);
                    break;
                case CloseRequest:
                    SayGoodbye();
                    break;
            }
        }
        catch (Exception e)
        {
            // what this server sent makes no sense: the next one gets its chance
            LogProtocolError(link?.Server, e);
            link?.Abort($"not understood: {e.Message}");
        }
    }

    void Discard(SessionMessage message)
    {
        switch (message.Body)
        {
            case Frame frame:
                frame.Dispose();
                break;
            case PendingRequest request:
                request.DisposeFrame();
                request.Fail(Over(request.Path));
                break;
            case Credentials credentials:
                credentials.Added.TrySetException(Over(null));
                break;
            case LinkEnded:
                message.Link!.Dispose();
                break;
        }
    }

    /// <summary>The session is over: every watch is told once, every call fails, the mailbox takes nothing more.</summary>
    void End(SessionState state, string reason)
    {
        if (dead)
        {
            return;
        }

        dead = true;
        deadReason = reason;
        var (code, keeperState) = state switch
        {
            SessionState.Expired => (ZooKeeperError.SessionExpired, KeeperState.Expired),
            SessionState.AuthFailed => (ZooKeeperError.AuthFailed, KeeperState.AuthFailed),
            _ => (ZooKeeperError.SessionExpired, KeeperState.Closed),
        };
        LogEnded(state, status.SessionId, reason);
        Publish(status with { State = state, Server = null, LastError = reason });
        foreach (var (path, callback) in watches.TakeAll())
        {
            var last = new WatchEvent(WatchEventType.None, keeperState, chroot.ToClient(path));
            callbacks.Post(() => callback(last));
        }

        requests.FailAll(code, reason);
        FailCredentials();
        connected.TrySetException(Over(null));
        _ = connected.Task.Exception; // nobody has to wait for it
        channel.Writer.TryComplete();
        link?.Abort(reason);
    }

    void Publish(SessionStatus next)
    {
        var changed = next.State != status.State;
        status = next;
        if (changed)
        {
            callbacks.Post(() => stateChanged(next.State));
        }
    }

    void QueueTick()
    {
        if (Interlocked.Exchange(ref tickQueued, 1) == 0 && !channel.Writer.TryWrite(new SessionMessage(Tick.Instance)))
        {
            Volatile.Write(ref tickQueued, 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Server} sent is not understood")]
    partial void LogProtocolError(string? server, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session 0x{Session:x} is over ({State}): {Reason}")]
    partial void LogEnded(SessionState state, long session, string reason);
}

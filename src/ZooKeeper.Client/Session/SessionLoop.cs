using Microsoft.Extensions.Logging;
using Wire;
using Wire.Loops;
using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>
/// The one owner of a session's state: its id and password, the connection, the requests on their way, the watches. Everything reaches it
/// through its mailbox. It never waits for a server or a callback.
/// </summary>
sealed partial class SessionLoop
{
    /// <summary>Callers and the connection wait when so much is not handled yet.</summary>
    const int queueLength = 1024;

    static readonly TimeSpan longestTick = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan goodbyeLimit = TimeSpan.FromSeconds(1);

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
    CodedText deadReason = "";

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
        credentials = [.. options.Security.Identities.Select(one => new Credentials(
            one.Scheme, one.Auth.ToArray(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)))];
        Mailbox = new Mailbox<SessionMessage>(queueLength, options.PauseGate);
    }

    public SessionStatus Status => status;

    public Mailbox<SessionMessage> Mailbox { get; }

    /// <summary>Ends with the first connection; fails when the session ended before.</summary>
    public Task Connected => connected.Task;

    /// <summary>What a call gets once the session is over.</summary>
    public ZooKeeperException Over(string? path) =>
        new(status.State == SessionState.AuthFailed ? ZooKeeperError.AuthFailed : ZooKeeperError.SessionExpired, path, deadReason);

    /// <summary>Drops the socket without a goodbye, also while the node is paused: the session lives on until it expires.</summary>
    public void Kill() => killed.Cancel();

    /// <summary>Runs until the session is over and its socket is closed.</summary>
    public async Task RunAsync()
    {
        // pings are due after a third of the timeout: a twentieth is fine enough for them and for deadlines
        var period = options.SessionTimeout / 20;
        using var timer = time.CreateTimer(_ => QueueTick(), null, TimeSpan.Zero, period < longestTick ? period : longestTick);
        if (!killed.IsCancellationRequested)
        {
            Connect();
        }

        await Mailbox.RunAsync(Handle, null, killed.Token).ConfigureAwait(false);
        // only when killed: any other end was said before, and the first one counts
        End(SessionState.Closed, CodedText.Of("ClientDropped", $"the client was dropped"));
        // posted between the end and the closing of the mailbox: their callers wait
        while (Mailbox.TryTake(out var left))
        {
            Discard(left);
        }

        // no socket outlives its client
        await linkTask.ConfigureAwait(false);
        link?.Dispose();
    }

    void Handle(SessionMessage message)
    {
        // a late message of a connection that was given up belongs to no request of the present one
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
                    OnLinkEnded(ended);
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
            link?.Abort(CodedText.Of("NotUnderstood", $"not understood: {e.Message}"));
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
            // its last message: no one else has this link any more
            case LinkEnded:
                message.Link!.Dispose();
                break;
        }
    }

    /// <summary>The session is over: every watch is called once, every call fails, the mailbox takes nothing more.</summary>
    void End(SessionState state, CodedText reason)
    {
        if (dead)
        {
            return;
        }

        // first: what is called below may come back here
        dead = true;
        deadReason = reason;
        var (code, keeperState) = state switch
        {
            SessionState.Expired => (ZooKeeperError.SessionExpired, KeeperState.Expired),
            SessionState.AuthFailed => (ZooKeeperError.AuthFailed, KeeperState.AuthFailed),
            _ => (ZooKeeperError.SessionExpired, KeeperState.Closed),
        };
        LogEnded(state, status.SessionId, reason.English);
        status = status with { State = state, Server = null, LastError = reason };
        var lastCallbacks = new List<Action> { () => stateChanged(state) };
        foreach (var (path, callback) in watches.TakeAll())
        {
            var last = new WatchEvent(WatchEventType.None, keeperState, chroot.ToClient(path));
            lastCallbacks.Add(() => callback(last));
        }

        callbacks.End(lastCallbacks);
        requests.FailAll(code, reason);
        FailCredentials();
        connected.TrySetException(Over(null));
        _ = connected.Task.Exception; // not everyone waits for it
        Mailbox.Complete();
        link?.Abort(reason);
    }

    void Publish(SessionStatus next)
    {
        var changed = next.State != status.State;
        status = next;
        if (changed)
        {
            Post(() => stateChanged(next.State));
        }
    }

    /// <summary>The owner of a session that does not hear what happens in it is better off with another one.</summary>
    void Post(Action callback)
    {
        if (!callbacks.TryPost(callback))
        {
            End(
                SessionState.Expired,
                CodedText.Of("EventsWait", $"{CallbackLoop.MostWaiting} events wait for a callback to return"));
        }
    }

    void QueueTick()
    {
        // one at a time: a paused loop would find its mailbox full of them
        if (Interlocked.Exchange(ref tickQueued, 1) == 0 && !Mailbox.TryPost(new SessionMessage(Tick.Instance)))
        {
            // the mailbox is full, and the next tick may find room
            Volatile.Write(ref tickQueued, 0);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What {Server} sent is not understood")]
    partial void LogProtocolError(string? server, Exception e);

    [LoggerMessage(Level = LogLevel.Information, Message = "Session 0x{Session:x} is over ({State}): {Reason}")]
    partial void LogEnded(SessionState state, long session, string reason);
}

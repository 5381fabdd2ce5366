using System.Globalization;
using Microsoft.Extensions.Logging;
using Wire;
using Wire.Security;
using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>Getting a connection, keeping it and losing it.</summary>
sealed partial class SessionLoop
{
    static readonly CodedText clientClosed = CodedText.Of("ClientClosed", $"the client was closed");

    /// <summary>Sent with every connection, in this order.</summary>
    readonly List<Credentials> credentials;
    readonly Queue<Credentials> authInFlight = new();
    readonly LongWait alone = new();
    ServerLink? link;
    Task linkTask = Task.CompletedTask;
    bool established;
    long sessionId;
    byte[] password = new byte[Limits.PasswordLength]; // zeros with session 0: a new session is asked for
    long lastZxid;
    TimeSpan timeout;
    long lastSent;
    long lastReceived;
    long retryAt;
    long goodbyeUntil;
    long lostAt;

    void Connect()
    {
        alone.Begin(time.GetElapsedTime(0));
        var (host, port) = servers.Next();
        link = new ServerLink(host, port, options, Mailbox);
        established = false;
        // as Java's client: within one session timeout each server has had its turn
        var share = timeout / servers.Count;
        var hello = new ConnectRequest
        {
            // a server that is behind it refuses: reads would go back in time
            LastZxidSeen = lastZxid,
            TimeOut = (int)options.SessionTimeout.TotalMilliseconds,
            SessionId = sessionId,
            Passwd = password,
            ReadOnly = options.ReadOnly,
        };
        var next = link;
        linkTask = Task.Run(() => next.RunAsync(hello, share > options.ConnectTimeout ? share : options.ConnectTimeout));
    }

    void OnWelcome(ConnectResponse welcome)
    {
        lastReceived = lastSent = time.GetTimestamp();
        if (welcome.TimeOut <= 0 || welcome.SessionId == 0)
        {
            End(SessionState.Expired, CodedText.Of("HasExpired", $"{link!.Server} says that session {$"0x{sessionId:x}"} has expired"));
            return;
        }

        established = true;
        alone.End();
        sessionId = welcome.SessionId;
        password = welcome.Passwd.ToArray();
        // what the server granted: pings go by it, or the session would expire between two
        timeout = TimeSpan.FromMilliseconds(welcome.TimeOut);
        servers.Succeeded();
        LogConnected(link!.Server, sessionId, welcome.TimeOut);
        // before watches and requests, which may need their rights
        foreach (var one in credentials)
        {
            SendCredentials(one);
        }

        // before any request: what changed meanwhile fires ahead of an answer that could show it
        foreach (var (code, body) in WatchRestore.Requests(watches, lastZxid))
        {
            link.Send(Frames.Request(code, body, ReservedXid.SetWatches));
        }

        while (requests.NextUnsent() is { } request)
        {
            Send(request);
        }

        Publish(new SessionStatus(SessionState.Connected, sessionId, timeout, link.Server, welcome.ReadOnly));
        connected.TrySetResult();
    }

    void OnLinkEnded(LinkEnded end)
    {
        var ended = link!;
        var reason = end.Reason;
        link = null;
        ended.Dispose();
        var detail = CodedText.Of("ServerSays", $"{ended.Server}: {reason}");
        if (goodbyeUntil != 0)
        {
            End(SessionState.Closed, clientClosed);
            return;
        }

        if (end.IsRefusal)
        {
            End(SessionState.AuthFailed, detail);
            return;
        }

        if (end.AnswerTooLong)
        {
            // its caller would ask again otherwise, and end the connection each time
            requests.FailOldest(ZooKeeperError.MarshallingError, CodedText.Of("AnswerOf", $"the answer of {ended.Server}: {reason}"));
        }

        requests.LoseInFlight(CodedText.Of("ConnectionTo", $"the connection to {ended.Server}: {reason}"));
        // not lost: all credentials are sent again with the next connection
        authInFlight.Clear();
        if (established)
        {
            lostAt = time.GetTimestamp();
            LogLost(ended.Server, sessionId, reason.English);
            Publish(status with { State = SessionState.Disconnected, Server = null, LastError = detail, LastReason = end.Kind });
        }
        else
        {
            LogNotConnected(ended.Server, reason.English);
            Publish(status with { LastError = detail, LastReason = end.Kind });
            if (alone.DueToLog(time.GetElapsedTime(0)) is { } waited)
            {
                LogNoSession(options, waited.TotalSeconds, detail.English);
            }
        }

        if (!established && sessionId != 0 && !options.KeepsLostSession && time.GetElapsedTime(lostAt) >= timeout)
        {
            End(
                SessionState.Expired,
                CodedText.Of("GivenUp", $"session {$"0x{sessionId:x}"} was not taken back, and is given up ({detail})"));
            return;
        }

        established = false;
        // also after a connection that was well: the next server, where there is one, is tried at once
        var pause = servers.Failed();
        if (pause == TimeSpan.Zero)
        {
            Connect();
        }
        else
        {
            retryAt = After(pause);
        }
    }

    void OnTick()
    {
        Volatile.Write(ref tickQueued, 0);
        var now = time.GetTimestamp();
        requests.Expire(now, TimeoutError);
        if (goodbyeUntil != 0 && now >= goodbyeUntil)
        {
            End(SessionState.Closed, clientClosed);
        }
        else if (link is null)
        {
            if (now >= retryAt)
            {
                Connect();
            }
        }
        else if (established)
        {
            KeepAlive(now);
        }
    }

    /// <summary>
    /// Pings after a third of the session timeout without a request; gives the server up after two thirds without a frame from it.
    /// </summary>
    void KeepAlive(long now)
    {
        if (time.GetElapsedTime(lastReceived, now) >= timeout * 2 / 3)
        {
            link!.Abort(CodedText.Of("NothingHeard", $"nothing heard for {time.GetElapsedTime(lastReceived, now).TotalSeconds:0.#} s"));
        }
        else if (time.GetElapsedTime(lastSent, now) >= timeout / 3)
        {
            lastSent = now;
            link!.Send(Frames.Request(OpCode.Ping, null, ReservedXid.Ping));
        }
    }

    void AddCredentials(Credentials added)
    {
        credentials.Add(added);
        if (established)
        {
            SendCredentials(added);
        }
    }

    void SendCredentials(Credentials one)
    {
        authInFlight.Enqueue(one);
        link!.Send(Frames.Request(OpCode.Auth, new AuthPacket { Scheme = one.Scheme, Auth = one.Auth }, ReservedXid.Auth));
    }

    void FailCredentials()
    {
        foreach (var one in credentials)
        {
            one.Added.TrySetException(Over(null));
            _ = one.Added.Task.Exception; // its caller may have gone
        }
    }

    /// <summary>The server ends the session, deletes its ephemerals and then closes the connection.</summary>
    void SayGoodbye()
    {
        // no server to say it to: the session expires by itself
        if (!established)
        {
            End(SessionState.Closed, clientClosed);
            return;
        }

        // also the mark that nothing more is sent: the server refuses what follows closeSession
        goodbyeUntil = After(goodbyeLimit);
        Send(new PendingRequest<bool>(OpCode.CloseSession, null, (ref _) => true)
        {
            Frame = Frames.Request(OpCode.CloseSession, null),
            Deadline = goodbyeUntil,
        });
    }

    Exception TimeoutError(PendingRequest request, bool sent)
    {
        var limit = options.RequestTimeout.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);
        var detail = sent ? CodedText.Of("NoAnswerFrom", $"no answer from {link?.Server} within {limit} s")
            : status.LastError is { } last
                ? CodedText.Of("NotConnectedFor", $"not connected to {options.ToString()} within {limit} s ({last})")
            : CodedText.Of("NotConnected", $"not connected to {options.ToString()} within {limit} s");
        return new ZooKeeperException(ZooKeeperError.OperationTimeout, request.Path, detail)
        {
            Reason = sent ? FailureReason.Timeout : status.LastReason ?? FailureReason.Timeout,
        };
    }

    long After(TimeSpan span) => time.GetTimestamp() + (long)(span.TotalSeconds * time.TimestampFrequency);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {Server}, session 0x{Session:x}, timeout {Timeout} ms")]
    partial void LogConnected(string server, long session, int timeout);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lost {Server}, session 0x{Session:x}: {Reason}")]
    partial void LogLost(string server, long session, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No session with ZooKeeper at {Servers} for {Seconds:0} s. The last answer: {Last}")]
    partial void LogNoSession(ZooKeeperClientOptions servers, double seconds, string last);

    [LoggerMessage(Level = LogLevel.Debug, Message = "No connection to {Server}: {Reason}")]
    partial void LogNotConnected(string server, string reason);
}

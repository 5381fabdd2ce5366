using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Client.Watches;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;

namespace ZooKeeper.Client.Session;

/// <summary>Requests out, answers and events in.</summary>
sealed partial class SessionLoop
{
    int lastXid;

    void Submit(PendingRequest request)
    {
        if (request.IsDone)
        {
            request.DisposeFrame();
        }
        else if (request.Unwatch is { } callback && !IsLast(callback, request.WatchPath))
        {
            request.DisposeFrame();
            // the server's watch has to stay for another callback of the path, or is gone already
            request.Skip();
        }
        else if (goodbyeUntil != 0)
        {
            request.DisposeFrame();
            request.Fail(new ZooKeeperException(ZooKeeperError.SessionExpired, request.Path, clientClosed));
        }
        else if (established)
        {
            Send(request);
        }
        else
        {
            requests.Hold(request);
        }
    }

    /// <summary>
    /// Takes a callback off; true when the server keeps a watch that has no callback now, nor will once the answers under way are here.
    /// </summary>
    bool IsLast(Action<WatchEvent> callback, string path) =>
        watches.Remove(path, callback)
        && !watches.Contains(path)
        && !requests.Any(request => request.Watch is not null && request.WatchPath == path);

    void Send(PendingRequest request)
    {
        // never negative: those numbers are the protocol's own (-1 events, -2 pings, -4 auth, -8 setWatches)
        lastXid = lastXid == int.MaxValue ? 1 : lastXid + 1;
        request.Xid = lastXid;
        var frame = request.Frame!;
        request.Frame = null;
        Frames.SetXid(frame, lastXid);
        // before it is sent: the answer is matched by this queue
        requests.Sent(request);
        lastSent = time.GetTimestamp();
        // refused by a connection that is closing: its end fails the request
        link!.Send(frame);
    }

    void OnFrame(Frame frame)
    {
        using (frame)
        {
            // whatever it is: any frame shows that the server lives
            lastReceived = time.GetTimestamp();
            var reader = new WireReader(frame.Memory);
            var header = ReplyHeader.Read(ref reader);
            switch (header.Xid)
            {
                case ReservedXid.Ping:
                    break;
                case ReservedXid.WatchEvent:
                    OnEvent(WatcherEvent.Read(ref reader));
                    break;
                case ReservedXid.Auth:
                    OnAuthAnswer((ZooKeeperError)header.Err);
                    break;
                case ReservedXid.SetWatches:
                    if (header.Err != 0)
                    {
                        // the session goes on without those watches, as Java's does: a new connection would be refused alike
                        LogSetWatchesRefused(link!.Server, ((ZooKeeperError)header.Err).Name());
                    }

                    break;
                default:
                    OnAnswer(header, ref reader);
                    break;
            }
        }
    }

    void OnAnswer(ReplyHeader header, ref WireReader body)
    {
        var request = requests.Answered(header.Xid) ?? throw new WireFormatException($"An answer to xid {header.Xid} came out of order.");
        // as Java's client: an answer without a zxid must not set the session back
        if (header.Zxid > 0)
        {
            lastZxid = header.Zxid;
        }

        // its caller timed out or left: its place in the order was all it was kept for, and its watch has no owner
        if (request.IsDone)
        {
            return;
        }

        var code = (ZooKeeperError)header.Err;
        try
        {
            request.Answer(code, ref body);
        }
        catch (Exception e)
        {
            request.Fail(new ZooKeeperException(ZooKeeperError.MarshallingError, request.Path, e.Message, e));
            // what follows in the stream cannot be trusted: the connection ends
            throw;
        }

        // before the answer is given on: the event may be the very next frame
        RegisterWatch(request, code);
        // ZooKeeper's promise: who sees an answer has had the events before it
        if (callbacks.MustWait)
        {
            Post(request.Complete);
        }
        else
        {
            request.Complete();
        }
    }

    /// <summary>exists on a missing node leaves a watch for its creation; every other refusal leaves none.</summary>
    void RegisterWatch(PendingRequest request, ZooKeeperError code)
    {
        if (request.Forget is { } type && code == ZooKeeperError.Ok)
        {
            watches.Remove(type, request.WatchPath);
        }

        if (request.Watch is null)
        {
            return;
        }

        if (code == ZooKeeperError.Ok)
        {
            watches.Add(request.WatchKind, request.WatchPath, request.Watch);
        }
        else if (code == ZooKeeperError.NoNode && request.Code == OpCode.Exists)
        {
            watches.Add(WatchKind.Exist, request.WatchPath, request.Watch);
        }
    }

    void OnEvent(WatcherEvent fired)
    {
        var type = (WatchEventType)fired.Type;
        // states of the session, which this client works out by itself
        if (type == WatchEventType.None)
        {
            return;
        }

        var told = new WatchEvent(type, (KeeperState)fired.State, chroot.ToClient(fired.Path));
        foreach (var callback in watches.Fire(type, fired.Path))
        {
            Post(() => callback(told));
        }
    }

    void OnAuthAnswer(ZooKeeperError code)
    {
        // answers to credentials all have the same xid: their order alone says which is which
        if (!authInFlight.TryDequeue(out var answered))
        {
            throw new WireFormatException("An answer to credentials that were not sent.");
        }

        if (code == ZooKeeperError.Ok)
        {
            answered.Added.TrySetResult();
        }
        else
        {
            End(SessionState.AuthFailed, CodedText.Of(
                "CredentialsRefused", $"{link!.Server} refused the credentials of scheme {answered.Scheme}: {code.Name()}"));
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Server} refused setWatches: {Code}")]
    partial void LogSetWatchesRefused(string server, string code);
}

using Microsoft.Extensions.Logging;
using Wire;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Auth;
using ZooKeeper.Server.Preparation;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Transactions;
using ZooKeeper.Server.Tree;

namespace ZooKeeper.Server.Serving;

/// <summary>
/// The clients of this server: handshakes, requests in, replies out in order of the requests. A connection's reads wait for its own writes
/// and not for those of others. Owned by the server loop.
/// </summary>
sealed partial class ClientTable(ServerCore core, SessionIds ids, TimeProvider time, ILogger logger)
{
    readonly HashSet<ClientConnection> connections = [];
    readonly Dictionary<long, ClientConnection> bySession = [];

    public IReadOnlyCollection<ClientConnection> Connections => connections;

    /// <summary>Requests of this server's clients that wait for a commit.</summary>
    public int Outstanding => connections.Sum(c => c.Pending.Count);

    public void Add(ClientConnection client) => connections.Add(client);

    /// <summary>The socket is gone. The session lives on until its time is over.</summary>
    public void Remove(ClientConnection client)
    {
        if (!connections.Remove(client))
        {
            return;
        }

        client.IsClosing = true;
        core.Tree.RemoveWatcher(client);
        client.Pending.Clear();
        client.Budget.Dispose();
        if (bySession.TryGetValue(client.SessionId, out var current) && ReferenceEquals(current, client))
        {
            bySession.Remove(client.SessionId);
        }
    }

    /// <summary>This server does not serve any more.</summary>
    public void CloseAll(string reason)
    {
        foreach (var client in connections.ToArray())
        {
            // one that has not asked for a session yet may still do so when this server serves again
            if (client.SessionId != 0 || client.IsOpen)
            {
                client.Abort(reason);
                Remove(client);
            }
        }
    }

    public void Request(ClientConnection client, RequestHeader header, ReadOnlyMemory<byte> body, long receivedAt)
    {
        try
        {
            Take(client, header, body, receivedAt);
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            Drop(client, e);
        }
    }

    void Take(ClientConnection client, RequestHeader header, ReadOnlyMemory<byte> body, long receivedAt)
    {
        core.Statistics.PacketsReceived++;
        client.Statistics.Received++;
        if (client.IsClosing || core.Replicator is not { } replicator)
        {
            client.Budget.Return(body.Length);
            return;
        }

        var type = (OpCode)header.Type;
        // at once, as Apache: its reply has an xid of its own (-4) and no place in the order
        if (type == OpCode.Auth)
        {
            Authenticate(client, header.Xid, body);
            client.Budget.Return(body.Length);
            return;
        }

        var isWrite = Operations.IsOrdered(type);
        if (!isWrite && !Operations.IsRead(type))
        {
            // it is refused in its turn, and nothing that comes after it is looked at
            client.IsClosing = true;
        }

        if (!core.Sessions.Touch(client.SessionId, client.Timeout))
        {
            // it is closing or has expired: the commit of that will close the connection
            client.Budget.Return(body.Length);
            return;
        }

        var request = new Request { SessionId = client.SessionId, Cxid = header.Xid, Type = type, Body = body, Auth = client.Identities };
        var pending = new UnansweredRequest(request, receivedAt, isWrite);
        if (!isWrite && client.Pending.Count == 0)
        {
            Read(client, pending);
            return;
        }

        client.Pending.Enqueue(pending);
        if (isWrite)
        {
            // nothing that comes behind closeSession is looked at
            client.IsClosing |= type == OpCode.CloseSession;
            replicator.Submit(request);
        }
    }

    /// <summary>A transaction was applied: the client that waits for it is answered, and one whose session it closed is cut off.</summary>
    public void Committed(TxnHeader header, TxnResult result)
    {
        if (!bySession.TryGetValue(header.ClientId, out var client))
        {
            return;
        }

        Complete(client, header.Cxid, result);
        if (header.Type == (int)OpCode.CloseSession)
        {
            // after the answer, which goes out before the connection closes
            bySession.Remove(header.ClientId);
            client.Close();
        }
    }

    public void Complete(long sessionId, int cxid, TxnResult result)
    {
        if (bySession.TryGetValue(sessionId, out var client))
        {
            Complete(client, cxid, result);
        }
    }

    /// <summary>Its own fault or this server's: the client loses its connection, and no other client notices.</summary>
    void Drop(ClientConnection client, Exception cause)
    {
        client.Fail(cause);
        Remove(client);
    }

    void Complete(ClientConnection client, int cxid, TxnResult result)
    {
        try
        {
            Deliver(client, cxid, result);
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            // what was queued behind a write is first looked into here, in the middle of a commit
            Drop(client, e);
        }
    }

    void Deliver(ClientConnection client, int cxid, TxnResult result)
    {
        // the first write that is not done yet; another one means that this transaction is of a connection that the client has left
        var first = client.Pending.FirstOrDefault(p => p.IsWrite && p.Result is null);
        if (first is null || first.Request.Cxid != cxid || (result.Type != OpCode.Error && result.Type != first.Type))
        {
            return;
        }

        first.Result = result;
        while (client.Pending.TryPeek(out var next) && (!next.IsWrite || next.Result is not null))
        {
            client.Pending.Dequeue();
            if (next is { IsHandshake: true, Result: { } opened })
            {
                FinishHandshake(client, valid: opened.Error == ZooKeeperError.Ok);
                Measure(client, next, 0);
            }
            else if (next.Result is { } done)
            {
                Answer(client, next, done);
            }
            else
            {
                Read(client, next);
            }
        }
    }

    void Answer(ClientConnection client, UnansweredRequest pending, TxnResult result)
    {
        var syncPath = result.Type == OpCode.Sync ? SyncPath(pending.Request.Body) : "";
        var error = syncPath is null ? ZooKeeperError.MarshallingError
            : result.Type == OpCode.Multi ? ErrorOf(result.Results!)
            : result.Error;
        var reply = ClientConnection.StartReply(pending.Request.Cxid, core.LastProcessedZxid, error);
        if (error == ZooKeeperError.Ok)
        {
            switch (result.Type)
            {
                case OpCode.Multi:
                    MultiCodec.Write(reply, result.Results!);
                    break;
                case OpCode.Sync:
                    JuteCodec.WriteString(reply, syncPath);
                    break;
                default:
                    Replies.Of(result)?.Write(reply);
                    break;
            }
        }

        Send(client, pending, reply);
    }

    /// <summary>The results of a multi say what became of each operation, but a session that has moved is the error of the whole.</summary>
    static ZooKeeperError ErrorOf(IReadOnlyList<TxnResult> results) =>
        results.Any(r => r is { Type: OpCode.Error, Error: ZooKeeperError.SessionMoved }) ? ZooKeeperError.SessionMoved : ZooKeeperError.Ok;

    /// <summary>Null for a body that is no SyncRequest: a sync is not decoded before it is answered.</summary>
    static string? SyncPath(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new WireReader(body);
            return SyncRequest.Read(ref reader).Path;
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    void Read(ClientConnection client, UnansweredRequest pending)
    {
        var request = pending.Request;
        var error = Operations.IsRead(request.Type) ? core.Sessions.Check(request.SessionId, request.Owner) : ZooKeeperError.Unimplemented;
        var reply = ClientConnection.StartReply(request.Cxid, core.LastProcessedZxid, ZooKeeperError.Ok);
        if (error == ZooKeeperError.Ok)
        {
            try
            {
                error = ReadProcessor.Serve(core.Tree, client, request.Type, request.Body, reply);
            }
            catch (WireFormatException)
            {
                error = ZooKeeperError.MarshallingError;
            }
        }

        if (error != ZooKeeperError.Ok)
        {
            // anew: part of a body may be written already, and an error has none
            reply.Dispose();
            reply = ClientConnection.StartReply(request.Cxid, Operations.IsRead(request.Type) ? core.LastProcessedZxid : -1, error);
        }

        Send(client, pending, reply);
        if (!Operations.IsRead(request.Type))
        {
            ServingLog.ConnectionClosed(logger, client.Remote, $"operation {(int)request.Type} is not one of a client's");
            client.Close();
        }
    }

    void Send(ClientConnection client, UnansweredRequest pending, WireWriter reply)
    {
        client.Budget.Return(pending.Request.Body.Length);
        var length = reply.Length - sizeof(int);
        client.Send(reply);
        Measure(client, pending, length);
    }

    void Measure(ClientConnection client, UnansweredRequest pending, int length)
    {
        var latency = (long)time.GetElapsedTime(pending.ReceivedAt).TotalMilliseconds;
        core.Statistics.PacketsSent++;
        client.Statistics.Reply(pending.Type, pending.Request.Cxid, core.LastProcessedZxid, core.Milliseconds(), latency);
        if (pending.Type == OpCode.Ping)
        {
            return;
        }

        core.Statistics.Latency.Add(latency);
        (pending.IsWrite ? core.Statistics.UpdateLatency : core.Statistics.ReadLatency).Add(latency);
        if (length > 0)
        {
            core.Statistics.Responses.Add(length);
        }
    }

    void Authenticate(ClientConnection client, int xid, ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body);
        IReadOnlyList<Id>? proved = null;
        try
        {
            var packet = AuthPacket.Read(ref reader);
            var credentials = (packet.Auth ?? default).Span;
            proved = AuthSchemes.Authenticate(
                packet.Scheme, credentials, core.Config.SuperDigest, core.Config.DigestAuthenticationEnabled);
        }
        catch (WireFormatException)
        {
            // refused below
        }

        core.Statistics.PacketsSent++;
        client.Send(ClientConnection.StartReply(xid, 0, proved is null ? ZooKeeperError.AuthFailed : ZooKeeperError.Ok));
        if (proved is null)
        {
            core.Statistics.AuthFailed++;
            ServingLog.ConnectionClosed(logger, client.Remote, "its credentials were refused");
            client.Close();
            return;
        }

        client.AddIdentities(proved);
    }
}

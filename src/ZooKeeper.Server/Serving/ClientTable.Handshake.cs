using System.Buffers.Binary;
using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Sessions;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Serving;

/// <summary>How a connection gets its session.</summary>
sealed partial class ClientTable
{
    public void Connect(ClientConnection client, ConnectRequest request, byte[] password, bool hasReadOnly, long receivedAt)
    {
        try
        {
            Begin(client, request, password, hasReadOnly, receivedAt);
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            Drop(client, e);
        }
    }

    void Begin(ClientConnection client, ConnectRequest request, byte[] password, bool hasReadOnly, long receivedAt)
    {
        core.Statistics.PacketsReceived++;
        client.Statistics.Received++;
        if (core.Replicator is not { } replicator)
        {
            client.Abort("the server is not serving");
            return;
        }

        if (request.LastZxidSeen > core.LastProcessedZxid)
        {
            // what it has seen has not reached this server yet: time would go backwards for it
            var reason = $"it has seen zxid 0x{request.LastZxidSeen:x}, this server's last is 0x{core.LastProcessedZxid:x}";
            ServingLog.ConnectionClosed(logger, client.Remote, reason);
            client.Abort("the client is ahead of this server");
            return;
        }

        client.HasReadOnly = hasReadOnly;
        var least = core.Config.MinSessionTimeout;
        // a configuration made in code may have its maximum below its minimum: Clamp would throw
        client.Timeout = Math.Clamp(request.TimeOut, least, Math.Max(least, core.Config.MaxSessionTimeout));
        if (request.SessionId == 0)
        {
            OpenSession(client, replicator, receivedAt);
        }
        else
        {
            ResumeSession(client, request.SessionId, password, replicator);
        }
    }

    void OpenSession(ClientConnection client, IReplicator replicator, long receivedAt)
    {
        client.SessionId = ids.Next();
        // before it is committed: the result finds its client by the session
        bySession[client.SessionId] = client;
        var timeout = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(timeout, client.Timeout);
        var request = new Request { SessionId = client.SessionId, Cxid = 0, Type = OpCode.CreateSession, Body = timeout };
        client.Pending.Enqueue(new UnansweredRequest(request, receivedAt, isWrite: true) { IsHandshake = true });
        replicator.Submit(request);
    }

    void ResumeSession(ClientConnection client, long sessionId, byte[] password, IReplicator replicator)
    {
        if (!SessionIds.IsPassword(sessionId, password))
        {
            FinishHandshake(client, valid: false);
            return;
        }

        // the client has left the connection that it had before, if it had one here
        if (bySession.TryGetValue(sessionId, out var before) && !ReferenceEquals(before, client))
        {
            before.Abort("its session came back on another connection");
            Remove(before);
        }

        client.SessionId = sessionId;
        bySession[sessionId] = client;
        replicator.Revalidate(sessionId, client.Timeout, valid =>
        {
            if (connections.Contains(client))
            {
                Resumed(client, valid);
            }
        });
    }

    /// <summary>The leader has answered, in the middle of what it sends to all.</summary>
    void Resumed(ClientConnection client, bool valid)
    {
        try
        {
            FinishHandshake(client, valid);
        }
        catch (Exception e) when (NodeFailedException.IsSurvivable(e))
        {
            Drop(client, e);
        }
    }

    void FinishHandshake(ClientConnection client, bool valid)
    {
        core.Statistics.PacketsSent++;
        client.SendConnectResponse(valid, SessionIds.Password(client.SessionId));
        if (valid)
        {
            client.Open();
            ServingLog.SessionOpened(logger, client.SessionId, client.Remote, client.Timeout);
            return;
        }

        if (bySession.TryGetValue(client.SessionId, out var current) && ReferenceEquals(current, client))
        {
            bySession.Remove(client.SessionId);
        }

        client.Close();
    }
}

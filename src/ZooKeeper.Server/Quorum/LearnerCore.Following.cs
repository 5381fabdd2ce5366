using ZooKeeper.Protocol;
using ZooKeeper.Protocol.Messages;
using ZooKeeper.Server.Quorum.Election;
using ZooKeeper.Server.Transactions;

namespace ZooKeeper.Server.Quorum;

/// <summary>Taking the leader's history and then its broadcast.</summary>
sealed partial class LearnerCore
{
    /// <summary>A write or a sync of a client of this server: to the leader.</summary>
    public void Submit(Request request)
    {
        if (Phase != LearningPhase.Following || Over is not null)
        {
            return;
        }

        if (request.Type == OpCode.Sync)
        {
            // the same way as writes: SYNC comes back behind the commits that were sent before it, and that is all that sync promises
            syncs.Enqueue(request);
        }

        Send(Packets.Request(request));
    }

    /// <summary>
    /// Asks the leader whether a session is alive; it is this server's then. Without a leader there is no answer, and the connection is
    /// closed.
    /// </summary>
    public void Revalidate(long sessionId, int timeout, Action<bool> answer)
    {
        if (Phase != LearningPhase.Following || Over is not null)
        {
            return;
        }

        if (!revalidations.TryGetValue(sessionId, out var asking))
        {
            revalidations[sessionId] = asking = [];
        }

        asking.Add(answer); // a client may come back twice before the leader has answered
        Send(Packets.Revalidate(sessionId, timeout));
    }

    /// <summary>Everything up to <paramref name="zxid"/> is on this server's disk.</summary>
    public void Durable(long zxid)
    {
        durable = Math.Max(durable, zxid);
        AcknowledgeNewLeader();
        Acknowledge();
    }

    void Take(QuorumPacket packet)
    {
        switch (packet.Kind())
        {
            case PacketType.Proposal:
                Log(Proposal.Parse(packet.Data ?? default));
                break;
            case PacketType.Commit:
                Commit(packet.Zxid);
                break;
            case PacketType.Inform:
                Log(Proposal.Parse(packet.Data ?? default));
                Commit(packet.Zxid);
                break;
            case PacketType.Ping:
                Pong(packet);
                break;
            case PacketType.NewLeader when !newLeaderReceived:
                newLeaderReceived = true;
                AcknowledgeNewLeader();
                break;
            case PacketType.UpToDate when newLeaderAcknowledged && Phase == LearningPhase.Synchronizing:
                Serve();
                break;
            case PacketType.Revalidate:
                Revalidated(packet);
                break;
            case PacketType.Sync:
                // SYNC names none: the leader answers them in their order
                if (syncs.TryDequeue(out var sync))
                {
                    replica.CompleteSync(sync.SessionId, sync.Cxid);
                }

                break;
            default:
                End($"unexpected {packet.Kind()} in phase {Phase}");
                break;
        }
    }

    void Log(Proposal proposal)
    {
        // each request takes one zxid, refused ones too, so that there are no gaps within an epoch
        var last = replica.LastLoggedZxid;
        if (proposal.Zxid <= last || (Zxids.Epoch(proposal.Zxid) == Zxids.Epoch(last) && proposal.Zxid != last + 1))
        {
            End($"proposal 0x{proposal.Zxid:x} does not follow 0x{last:x}");
            return;
        }

        replica.Append(proposal);
        pending.Enqueue(proposal);
        if (!settings.IsObserver)
        {
            unacknowledged.Enqueue(proposal.Zxid);
        }
    }

    void Commit(long zxid)
    {
        if (!pending.TryDequeue(out var proposal) || proposal.Zxid != zxid)
        {
            End($"COMMIT 0x{zxid:x}, but the next proposal is {(proposal is null ? "none" : $"0x{proposal.Zxid:x}")}");
            return;
        }

        if (!newLeaderReceived && unacknowledged.TryPeek(out var first) && first == zxid)
        {
            // committed history of before NEWLEADER is acknowledged with NEWLEADER
            unacknowledged.Dequeue();
        }

        replica.Commit(proposal);
    }

    /// <summary>
    /// NEWLEADER says: this is the leader's history. It is acknowledged, and the epoch made current, when all of it is on disk.
    /// </summary>
    void AcknowledgeNewLeader()
    {
        if (!newLeaderReceived || newLeaderAcknowledged || durable < replica.LastLoggedZxid)
        {
            return;
        }

        // first the log, then the epoch, then the acknowledgement: with the epoch but without the log, this server could win an election
        // and lose what was committed (ZOOKEEPER-4643)
        newLeaderAcknowledged = true;
        replica.CurrentEpoch = Epoch;
        Send(Packets.Of(PacketType.Ack, Zxids.Make(Epoch, 0)));
    }

    void Serve()
    {
        Phase = LearningPhase.Following;
        // as Apache's learner does once more after UPTODATE
        Send(Packets.Of(PacketType.Ack, Zxids.Make(Epoch, 0)));
        replica.StartServing(settings.IsObserver ? PeerState.Observing : PeerState.Following, $"{settings.Config}version=0");
        Acknowledge();
    }

    /// <summary>
    /// Proposals are acknowledged one by one, each when it is on disk, and not before UPTODATE (the leader expects NEWLEADER's first).
    /// </summary>
    void Acknowledge()
    {
        while (Phase == LearningPhase.Following && Over is null && unacknowledged.TryPeek(out var zxid) && zxid <= durable)
        {
            unacknowledged.Dequeue();
            Send(Packets.Of(PacketType.Ack, zxid));
        }
    }

    void Pong(QuorumPacket ping)
    {
        // Apache's leader does not expect anything but NEWLEADER's acknowledgement until UPTODATE
        if (Phase == LearningPhase.Following)
        {
            Send(Packets.Pong(ping.Zxid, replica.TakeTouched()));
        }
    }

    void Revalidated(QuorumPacket packet)
    {
        var (session, alive) = Packets.ReadRevalidated(packet);
        if (revalidations.TryGetValue(session, out var asking))
        {
            var answer = asking[0];
            asking.RemoveAt(0);
            if (asking.Count == 0)
            {
                revalidations.Remove(session);
            }

            answer(alive);
        }
    }
}
